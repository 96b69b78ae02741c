"""The inventory: figures, filters, list, selection, views, export; each state of the page."""

import asyncio
import io
import json
from typing import Any
from urllib.parse import unquote

import httpx
import pandas as pd
import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from streamlit.testing.v1 import AppTest

from core.access import Actor
from core.bootstrap import Services
from core.portals.commands import StartProvisioning
from pages.inventory_parts import listing
from pages.inventory_parts.export_route import PATH, export_portals, href
from tests.pages.conftest import ADMIN, AMELIE, OpenPage, text_of, widget

WEI = "wei.chen@fabrikam.example"


def provision(console: Services, number: int, name: str | None = None, portal: str = "custom") -> int:
    request = StartProvisioning(
        name or f"<b>Help</b> {number:02}",
        f"help-{number:02}",
        "contoso",
        1036,
        AMELIE,
        "customer",
        portal,
    )
    return console.portals.provision(request, Actor(AMELIE), accepted_terms=True).portal_id


@pytest.fixture
def portals(console: Services) -> None:
    console.applications.add("production", 60, Actor(ADMIN))
    for number in range(1, 61):
        provision(console, number)


def part(page: AppTest, key: str) -> dict[str, Any]:
    """What a part of our own was given to draw."""
    for element in page.get("bidi_component"):
        if f"-{key}" in element.proto.id:
            return dict(json.loads(json.loads(element.proto.json)["json"]))
    raise AssertionError(f"The page has no part {key}.")


def names(page: AppTest) -> list[str]:
    return [row["name"] for row in part(page, "inventory-list")["rows"]]


def test_it_says_what_to_do_when_there_is_no_portal(open_page: OpenPage) -> None:
    page = open_page("inventory")
    assert "There is no portal yet" in text_of(page)
    assert not page.get("plotly_chart")


def test_none_is_shown_when_one_is_no_user_there(console: Services, open_page: OpenPage) -> None:
    provision(console, 1)
    assert "There is no portal yet" in text_of(open_page("inventory", acts=WEI))


def test_one_is_one_when_there_is_one(console: Services, open_page: OpenPage) -> None:
    provision(console, 1, "お客様ポータル")
    page = open_page("inventory")
    assert "**1 portal** · nothing needs you · 1 configuring" in text_of(page)
    assert names(page) == ["お客様ポータル"]
    assert not part(page, "inventory-list")["next"]


@pytest.mark.usefixtures("portals")
def test_a_page_of_them_is_shown_when_there_are_many(open_page: OpenPage) -> None:
    page = open_page("inventory")
    told = part(page, "inventory-list")
    assert "**60 portals**" in text_of(page)
    assert len(told["rows"]) == listing.SIZE
    # R7, and a name is no HTML.
    assert "&lt;b&gt;Help&lt;/b&gt; 60-Configuring" in told["rows"][0]["html"]
    assert 'href="/portal?id=60"' in told["rows"][0]["html"]
    assert 'href="http://help-60.localhost:8501"' in told["rows"][0]["html"]
    assert told["place"] == "Page 1 of 2 · newest first"
    assert (told["previous"], told["next"]) == (False, True)


@pytest.mark.usefixtures("portals")
def test_fewer_are_shown_when_one_searches(open_page: OpenPage) -> None:
    page = open_page("inventory", page="2")
    page.text_input(key="inventory-search").set_value("help-07").run()
    assert "**1** match" in text_of(page)
    assert dict(page.query_params) == {"search": "help-07"}
    page.text_input(key="inventory-search").set_value("nothing").run()
    assert "No portal matches" in text_of(page)
    page.button(key="inventory-clear").click().run()
    assert len(names(page)) == listing.SIZE
    assert dict(page.query_params) == {}


@pytest.mark.usefixtures("portals")
def test_the_filter_of_the_address_holds_when_it_is_opened(open_page: OpenPage) -> None:
    page = open_page("inventory", state="provisioned")
    assert "No portal matches" in text_of(page)
    assert "1 filter" in text_of(page)
    odd = open_page("inventory", state="configuring,odd", sort="-name")
    assert "left out: odd" in text_of(odd)
    assert names(odd)[0] == "<b>Help</b> 60"
    heads = {head["sort"]: head["sorted"] for head in part(odd, "inventory-list")["heads"]}
    assert heads["name"] == "descending"


@pytest.mark.usefixtures("portals")
def test_the_first_page_is_shown_when_the_address_names_a_place_elsewhere(open_page: OpenPage) -> None:
    page = open_page("inventory", after="nonsense", page="7")
    assert "this is the first page" in text_of(page)
    assert names(page)[0] == "<b>Help</b> 60"


def test_the_bar_counts_by_health_when_some_are_under_way(console: Services, open_page: OpenPage) -> None:
    provision(console, 1)
    told = part(open_page("inventory"), "inventory-figures")
    assert 'data-pick="getting-set-up"' in told["bar"]
    assert "Getting set up <b>1</b>" in told["legend"]
    assert "1 created, of which 0 have failed since" in told["days"]


@pytest.mark.usefixtures("portals")
def test_nothing_is_read_when_it_is_not_opened(open_page: OpenPage) -> None:
    page = open_page("inventory")
    assert not page.get("plotly_chart")
    assert not page.get("download_button")
    looked = open_page("inventory", look="charts", by="portal")
    alts = [chart.proto.alt for chart in looked.get("plotly_chart")]
    assert alts[0].startswith("Portals by portal. Most: Custom Portal: 60.")
    assert alts[1].startswith("Portals created by day in the last 90 days: 60")


def test_trials_stand_on_the_day_on_which_they_end_when_they_are_opened(
    console: Services, open_page: OpenPage
) -> None:
    assert "No trial ends" in text_of(open_page("inventory", look="trials", deleted="show", search="x"))
    licence = next(one.id for one in console.insight.applications(Actor(ADMIN)) if one.type == "trial")
    request = StartProvisioning("Try", "try", "contoso", 1036, AMELIE, "customer", "custom", licence)
    console.portals.provision(request, Actor(AMELIE), accepted_terms=True)
    said = text_of(open_page("inventory", look="trials"))
    assert "1 trial ends in the next 30 days" in said
    assert "<b>1 ends</b>" in said
    assert "http://try.localhost:8501 and its pages in French" in said


def test_the_counts_agree_when_they_are_counted(console: Services, open_page: OpenPage) -> None:
    provision(console, 1)
    page = open_page("inventory", look="counts")
    assert "Nothing was counted yet" in text_of(page)
    page.button(key="inventory-reconcile").click().run()
    assert "Counts by instance" in text_of(page)
    assert "Agree" in text_of(page)


@pytest.mark.usefixtures("portals")
def test_a_view_is_kept_and_says_what_was_changed_when_it_is_saved(open_page: OpenPage) -> None:
    page = open_page("inventory", instance="contoso", sort="name")
    page.session_state["inventory-views-menu"] = True
    page.run()
    page.text_input(key="inventory-view-name").set_value("Contoso by name")
    page.toggle(key="inventory-view-shared").set_value(True)
    page.button(key="inventory-view-save").click().run()
    assert "Saved as “Contoso by name”" in text_of(page)
    assert dict(page.query_params)["view"] in ("1", ["1"])
    page.text_input(key="inventory-search").set_value("help-07").run()
    page.session_state["inventory-views-menu"] = True
    page.run()
    assert "Changed since it was saved: Search" in text_of(page)
    colleague = open_page("inventory", acts=ADMIN)
    colleague.session_state["inventory-views-menu"] = True
    colleague.run()
    colleague.button(key="inventory-view-1").click().run()
    assert unquote(str(dict(colleague.query_params))).count("contoso") == 1
    assert names(colleague)[0] == "<b>Help</b> 01"


def exported(address: str) -> httpx.Response:
    app = Starlette(routes=[Route(PATH, export_portals)])

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get(address)

    return asyncio.run(ask())


@pytest.mark.usefixtures("console", "portals")
def test_what_is_seen_is_what_is_exported_when_a_kind_is_chosen() -> None:
    answer = exported(href("csv", {"search": "help-07", "sort": "name", "page": ""}))
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "<b>Help</b> 07-Configuring" in lines[1]
    assert answer.headers["content-disposition"].startswith('attachment; filename="portals-')
    assert answer.headers["content-type"].startswith("text/csv")


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.usefixtures("console", "portals")
def test_the_selected_are_exported_in_the_lists_order_when_some_are(kind: str) -> None:
    content = exported(href(kind, {"ids": "3,1,2,nonsense,9999999999999999999", "sort": "-name"})).content
    found = (pd.read_csv if kind == "csv" else pd.read_parquet)(io.BytesIO(content))
    assert sorted(found.iloc[:, 0]) == [1, 2, 3]
    assert list(found.iloc[:, 1]) == sorted(found.iloc[:, 1], reverse=True)


@pytest.mark.usefixtures("console", "portals")
def test_it_is_refused_with_what_there_is_when_another_kind_of_file_is_asked_for() -> None:
    answer = exported("/inventory/export.pdf")
    assert (answer.status_code, answer.text) == (
        404,
        "Portals can be exported as .csv, .xlsx, .parquet. Choose one of these.",
    )


@pytest.mark.usefixtures("portals")
def test_the_columns_are_those_chosen_when_some_are(open_page: OpenPage) -> None:
    page = open_page("inventory", columns="name,owner,version")
    heads = [head["html"].split(" <")[0] for head in part(page, "inventory-list")["heads"]]
    assert heads == ["Name", "Owner", "Package version"]
    assert widget(page, "inventory-search").value == ""
