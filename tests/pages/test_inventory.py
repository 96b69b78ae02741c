"""The list of portals."""

import pytest

from core.access import Actor
from core.bootstrap import Services
from core.portals.commands import StartProvisioning
from tests.pages.conftest import ADMIN, AMELIE, OpenPage, text_of, widget


@pytest.fixture
def portals(console: Services) -> None:
    console.applications.add("production", 60, Actor(ADMIN))
    for number in range(1, 61):
        request = StartProvisioning(
            f"<b>Help</b> {number:02}", f"help-{number:02}", "contoso", 1036, AMELIE, "customer", "custom"
        )
        console.portals.provision(request, Actor(AMELIE), accepted_terms=True)


def _rows(text: str) -> int:
    return text.count('<tr><td><span class="portico-state">')


def test_it_says_so_when_there_is_no_portal(open_page: OpenPage) -> None:
    assert "There is no portal yet" in text_of(open_page("inventory"))


@pytest.mark.usefixtures("portals")
def test_a_page_of_them_is_shown_when_there_are_many(open_page: OpenPage) -> None:
    page = open_page("inventory")
    text = text_of(page)
    assert "60 portals." in text
    assert _rows(text) == 50
    # R7, and a name is no HTML.
    assert "&lt;b&gt;Help&lt;/b&gt; 60-Configuring" in text
    assert 'href="/portal?id=60"' in text
    assert 'href="http://help-60.localhost:8501"' in text
    assert _rows(text_of(open_page("inventory", page="2"))) == 10
    assert _rows(text_of(open_page("inventory", page="99"))) == 10


@pytest.mark.usefixtures("portals")
def test_fewer_are_shown_when_one_searches(open_page: OpenPage) -> None:
    page = open_page("inventory", page="2")
    page.text_input(key="inventory-search").set_value("help-07").run()
    assert "1 of them match" in text_of(page)
    assert dict(page.query_params) == {"search": "help-07"}
    page.text_input(key="inventory-search").set_value("nothing").run()
    assert "No portal matches" in text_of(page)


@pytest.mark.usefixtures("portals")
def test_the_filter_of_the_address_holds_when_it_is_opened(open_page: OpenPage) -> None:
    page = open_page("inventory", state="provisioned")
    assert widget(page, "inventory-state").value == ["provisioned"]
    assert "No portal matches" in text_of(page)
    odd = open_page("inventory", state="configuring,odd")
    assert "There is no state odd" in text_of(odd)
    assert _rows(text_of(odd)) == 50


@pytest.mark.usefixtures("portals")
def test_none_is_shown_when_one_is_no_user_there(open_page: OpenPage) -> None:
    assert "There is no portal yet" in text_of(open_page("inventory", acts="wei.chen@fabrikam.example"))
