"""The licences (R4, R6, R7)."""

from core.access import Actor
from core.bootstrap import Services
from core.portals.commands import StartProvisioning
from tests.pages.conftest import ADMIN, AMELIE, OpenPage, text_of


def _provision(console: Services, application: int) -> int:
    request = StartProvisioning(
        "Contoso Help", "contoso-help", "contoso", 1036, AMELIE, "customer", "custom", application
    )
    return console.portals.provision(request, Actor(AMELIE), accepted_terms=True).portal_id


def _manage(page: object) -> list[str]:
    return [str(button.key) for button in page.button if str(button.key).startswith("manage-")]  # type: ignore[attr-defined]  # AppTest


def test_a_row_a_licence_is_shown_when_the_store_is_fresh(open_page: OpenPage) -> None:
    # R4, R6
    page = open_page("applications")
    assert "13 Portal Add-On licences: 0 in use, 13 free." in text_of(page)
    rows = [html.value for html in page.html if "Portal Add-On" in html.value]
    assert sum("Production" in row for row in rows) == 10
    assert sum("Trial" in row for row in rows) == 3
    assert len(_manage(page)) == 13


def test_manage_opens_the_form_when_the_licence_is_free(open_page: OpenPage) -> None:
    # R4
    page = open_page("applications")
    page.button(key="manage-11").click().run()
    assert page.title[0].value == "Provision a portal"
    assert page.radio(key="provision-application").value == "11"


def test_manage_opens_the_portal_when_it_is_configured(console: Services, open_page: OpenPage) -> None:
    # R4, R7
    _provision(console, 2)
    page = open_page("applications")
    assert "Contoso Help-Configuring" in text_of(page)
    page.button(key="manage-2").click().run()
    assert page.title[0].value == r"Contoso Help\-Configuring"


def test_the_portal_is_not_named_when_it_may_not_be_seen(console: Services, open_page: OpenPage) -> None:
    _provision(console, 2)
    page = open_page("applications", acts="wei.chen@fabrikam.example")
    assert "Contoso Help" not in text_of(page)
    assert "In an instance that you may not see" in text_of(page)
    assert "manage-2" not in _manage(page)


def test_licences_are_added_when_the_console_administrator_does(open_page: OpenPage) -> None:
    page = open_page("applications", acts=ADMIN)
    page.radio(key="licences-type").set_value("trial")
    page.number_input(key="licences-count").set_value(40)
    page.button(key="licences-do").click().run()
    assert "Added 40 trial licences" in text_of(page)
    assert "53 Portal Add-On licences" in text_of(page)
    # A page of them at a time.
    assert len(_manage(page)) == 25
    again = open_page("applications", acts=ADMIN, page="3")
    assert len(_manage(again)) == 3


def test_adding_is_not_offered_when_somebody_else_acts(open_page: OpenPage) -> None:
    assert not [b for b in open_page("applications").button if b.key == "licences-do"]


def test_it_says_so_when_there_is_no_licence(console: Services, open_page: OpenPage) -> None:
    from sqlmodel import delete

    from core.storage.tables import Application

    with console.store.writing() as session:
        session.connection().execute(delete(Application))
    assert "There is no licence yet" in text_of(open_page("applications"))
