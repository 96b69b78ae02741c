"""A portal's page in each of its states (R5, R7, R11, R19)."""

import threading
from collections.abc import Callable

import pytest

from core.access import Actor
from core.bootstrap import Services
from core.platforms.port import InstanceChange
from core.portals.commands import StartProvisioning
from tests.pages.conftest import ADMIN, AMELIE, OLIVER, PRIYA, OpenPage, text_of

Submit = Callable[..., int]
FRENCH = 1036


@pytest.fixture
def submit(console: Services) -> Submit:
    def submit_one(subdomain: str = "contoso-help", *, force: bool = False) -> int:
        request = StartProvisioning(
            "Contoso *Help*", subdomain, "contoso", FRENCH, AMELIE, "customer", "customer-self-service"
        )
        return console.portals.provision(request, Actor(AMELIE), accepted_terms=True, force=force).portal_id

    return submit_one


@pytest.fixture
def run_engine(console: Services) -> Callable[[], None]:
    """Run what is queued until nothing is left."""

    def run() -> None:
        with console.engine().running() as engine:
            while not engine.is_idle():
                threading.Event().wait(0.05)  # it does not tell when it is idle: it is asked

    return run


def _change(console: Services, **change: object) -> None:
    console.instances.change("contoso", (InstanceChange(**change),), Actor(AMELIE))  # type: ignore[arg-type]  # by its fields' names


def test_it_asks_which_when_the_address_names_none(open_page: OpenPage) -> None:
    assert "The address names no portal" in text_of(open_page("portal"))
    assert "The address names no portal" in text_of(open_page("portal", id="first"))


def test_it_says_so_when_there_is_no_such_portal(open_page: OpenPage) -> None:
    assert "There is no portal 7" in text_of(open_page("portal", id="7"))


def test_it_says_so_when_the_portal_may_not_be_seen(submit: Submit, open_page: OpenPage) -> None:
    portal = submit()
    page = open_page("portal", acts="wei.chen@fabrikam.example", id=str(portal))
    assert "You may not see this portal" in text_of(page)
    assert not page.tabs


def test_progress_is_shown_when_the_run_is_queued(submit: Submit, open_page: OpenPage) -> None:
    page = open_page("portal", id=str(submit()))
    # R7, and what a person typed is no Markdown.
    assert page.title[0].value == r"Contoso \*Help\*\-Configuring"
    assert "Configuring" in text_of(page)
    assert "step 1 of 6" in text_of(page)
    assert text_of(page).count("Waiting") >= 6 + 21


def test_the_portal_stands_when_its_run_has_ended(
    submit: Submit, run_engine: Callable[[], None], open_page: OpenPage
) -> None:
    # R7, R8, R19
    portal = submit()
    run_engine()
    page = open_page("portal", id=str(portal))
    assert page.title[0].value == r"Contoso \*Help\*"
    assert "21 of 21 solutions installed" in text_of(page)
    assert "French - France · français" in text_of(page)
    assert "terms 1.0 accepted" in text_of(page)
    second = open_page("portal", id=str(submit("contoso-more")))
    assert "left (usually" in text_of(second) or "any moment now" in text_of(second)


def test_the_cause_is_shown_when_the_platform_refused(
    console: Services, submit: Submit, run_engine: Callable[[], None], open_page: OpenPage
) -> None:
    # R24, R25: provisioned, but not healthy.
    _change(console, action="administration-mode", is_on=True)
    portal = submit(force=True)
    run_engine()
    page = open_page("portal", id=str(portal))
    assert "Install Failed" in text_of(page)
    assert "What to do:" in text_of(page)
    assert "correlation_id" in text_of(page)


def test_the_name_says_so_when_the_process_broke(
    console: Services, submit: Submit, run_engine: Callable[[], None], open_page: OpenPage
) -> None:
    # R7, R21
    portal = submit()
    console.instances.change("contoso", (InstanceChange("reachable", is_on=False),), Actor(ADMIN))
    run_engine()
    page = open_page("portal", id=str(portal))
    assert page.title[0].value == r"Contoso \*Help\*\-Provisioning Failed"
    assert "create the website" in text_of(page)


def test_the_new_name_is_shown_when_it_is_renamed(submit: Submit, open_page: OpenPage) -> None:
    # R5
    portal = submit()
    page = open_page("portal", id=str(portal))
    page.text_input(key=f"portal-name-{portal}").set_value("Contoso Aide")
    page.button(key="portal-rename-do").click().run()
    assert page.title[0].value == r"Contoso Aide\-Configuring"
    assert "Renamed" in text_of(page)


def test_the_fault_is_named_when_a_name_is_empty(submit: Submit, open_page: OpenPage) -> None:
    # R5
    portal = submit()
    page = open_page("portal", id=str(portal))
    page.text_input(key=f"portal-name-{portal}").set_value("   ")
    page.button(key="portal-rename-do").click().run()
    assert "The portal needs a name" in text_of(page)


def test_the_proof_is_told_when_a_domain_is_added(submit: Submit, open_page: OpenPage) -> None:
    # R11
    page = open_page("portal", id=str(submit()))
    page.text_input(key="portal-domain").set_value("help.contoso.example")
    page.button(key="portal-domain-do").click().run()
    assert "_portico.help.contoso.example" in text_of(page)
    assert page.code[0].value.startswith("portico-verification=")
    assert "/.well-known/portico-verification.txt" in text_of(page)
    page.button(key="remove-help.contoso.example").click().run()
    assert "_portico.help.contoso.example" not in text_of(page)


def test_nothing_can_be_changed_when_one_is_no_administrator(submit: Submit, open_page: OpenPage) -> None:
    portal = str(submit())
    for actor in (PRIYA, OLIVER, ADMIN):
        page = open_page("portal", acts=actor, id=portal)
        assert "Only a System Administrator of Contoso can change this portal" in text_of(page)
        assert not page.text_input
