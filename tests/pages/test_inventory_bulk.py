"""Bulk actions from the list: what is selected is previewed, what was previewed runs, and each is reported."""

import pytest
from streamlit.testing.v1 import AppTest

from core.access import Actor
from core.bootstrap import Services
from tests.pages.conftest import AMELIE, PRIYA, OpenPage, text_of
from tests.pages.test_inventory import provision

ACTOR = Actor(AMELIE)


@pytest.fixture
def portals(console: Services) -> list[int]:
    return [provision(console, number, f"Help {number}") for number in range(1, 4)]


def rename(page: AppTest, pattern: str) -> None:
    """Open the preview and type. A test's page has no dialog that stays: it is opened with each run."""
    page.button(key="inventory-rename").click().run()
    page.button(key="inventory-rename").click()
    page.text_input(key="inventory-pattern").set_value(pattern).run()


def test_what_was_previewed_runs_when_it_is_started(
    console: Services, portals: list[int], open_page: OpenPage
) -> None:
    page = open_page("inventory", sort="name")
    page.session_state["portico.selection"] = (1, portals[:2])
    page.run()
    assert "**2 selected**" in text_of(page)
    rename(page, "{name} ({instance})")
    assert "**2 of 2 portals** would be changed" in text_of(page)
    assert "Help 2 (Contoso)" in text_of(page)
    page.button(key="inventory-rename").click()
    page.button(key="inventory-preview-run").click().run()
    assert "Rename by pattern: 2 portals, selected** · 2 waiting" in text_of(page)
    bulk = console.bulk_insight.latest(ACTOR)[0]
    assert [item.after for item in console.bulk_insight.items(bulk.id, ACTOR).items] == [
        "Help 1 (Contoso)",
        "Help 2 (Contoso)",
    ]
    page.button(key="inventory-bulk-stop").click().run()
    assert "stopped · 2 skipped" in text_of(page)
    page.button(key="inventory-bulk-close").click().run()
    assert "stopped" not in text_of(page)


def test_all_that_match_are_frozen_when_all_is_meant(
    console: Services, portals: list[int], open_page: OpenPage
) -> None:
    page = open_page("inventory", search="help")
    page.session_state["portico.selection"] = (1, portals[:1])
    page.run()
    page.toggle(key="inventory-all").set_value(True).run()
    assert "**3 selected**" in text_of(page)
    page.button(key="inventory-restart").click().run()
    # All of them are under way, so none can be restarted, and it says why.
    assert "**0 of 3 portals** would be changed · 3 refused" in text_of(page)
    assert page.button(key="inventory-preview-run").disabled
    # Another question is not what was meant.
    page.text_input(key="inventory-search").set_value("help 1").run()
    assert "**1 selected**" not in text_of(page)
    assert console.bulk_insight.latest(ACTOR) == ()


def test_nothing_is_done_when_one_may_not(portals: list[int], open_page: OpenPage) -> None:
    page = open_page("inventory", acts=PRIYA)
    page.session_state["portico.selection"] = (1, portals)
    page.run()
    rename(page, "{number:03}")
    assert "3 refused" in text_of(page)
    assert "is no System Administrator of Contoso" in text_of(page)


def test_a_pattern_says_what_is_wrong_with_it_when_it_can_not_be_read(
    portals: list[int], open_page: OpenPage
) -> None:
    page = open_page("inventory")
    page.session_state["portico.selection"] = (1, portals)
    page.run()
    rename(page, "{nme}")
    assert "There is no placeholder {nme}" in text_of(page)


@pytest.mark.usefixtures("portals")
def test_it_says_so_when_the_address_names_somebody_elses(open_page: OpenPage) -> None:
    assert "There is no bulk action 7 of yours" in text_of(open_page("inventory", bulk="7"))
    assert "There is no bulk action" in text_of(open_page("inventory", bulk="nonsense"))
