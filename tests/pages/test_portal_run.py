"""What the Manage menu does with a portal's run, and the one verdict (R21–R25)."""

import re
import threading
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.access import Actor
from core.bootstrap import Services
from core.platforms.port import InstanceChange
from core.portals.commands import StartProvisioning
from tests.pages.conftest import ADMIN, AMELIE, OLIVER, OpenPage, text_of
from tests.portals.driving import remade

FRENCH = 1036
Drive = Callable[[], None]
Broken = Callable[[], int]


@pytest.fixture
def run_engine(console: Services) -> Drive:
    """Run what is queued until nothing is left."""

    def run() -> None:
        with console.engine().running() as engine:
            while not engine.is_idle():
                threading.Event().wait(0.05)  # it does not tell when it is idle: it is asked

    return run


def _submit(console: Services, *, force: bool = False) -> int:
    request = StartProvisioning("Help", "help", "contoso", FRENCH, AMELIE, "customer", "custom")
    return console.portals.provision(request, Actor(AMELIE), accepted_terms=True, force=force).portal_id


def _reachable(console: Services, *, is_on: bool) -> None:
    console.instances.change("contoso", (InstanceChange("reachable", is_on=is_on),), Actor(ADMIN))


@pytest.fixture
def broken(console: Services, run_engine: Drive) -> Broken:
    """A portal whose process broke; its instance answers again."""

    def break_one() -> int:
        portal = _submit(console)
        _reachable(console, is_on=False)
        run_engine()
        _reachable(console, is_on=True)
        return portal

    return break_one


def test_it_goes_live_when_it_is_restarted(
    console: Services, broken: Broken, run_engine: Drive, open_page: OpenPage
) -> None:
    # R21, R22
    portal = broken()
    page = open_page("portal", id=str(portal))
    assert "Manage" in text_of(page)
    page.button(key="portal-restart").click().run()
    assert "Restarted" in text_of(page)
    run_engine()
    again = open_page("portal", id=str(portal))
    assert "Visitors see the portal." in text_of(again)
    assert "Healthy" in text_of(again)
    assert "Attempt 2" in text_of(again)
    assert "Attempt 1" in text_of(again)
    assert "portal-restart" not in [button.key for button in again.button]
    assert console.insight.portal(portal, Actor(AMELIE)).runs[0].kind == "restart"


def test_the_difference_is_shown_when_values_are_to_change(
    console: Services, broken: Broken, run_engine: Drive, open_page: OpenPage
) -> None:
    # R23: shown before it starts; the earlier attempt stays.
    portal = broken()
    page = open_page("portal", id=str(portal))
    page.button(key="portal-change").click().run()
    assert "Nothing changes yet" in text_of(page)
    page.button(key="portal-change").click()
    page.text_input(key=f"change-{portal}-1-subdomain").set_value("aide").run()
    assert "What changes" in text_of(page)
    assert "aide" in text_of(page)
    assert console.insight.portal(portal, Actor(AMELIE)).portal.subdomain == "help"
    page.button(key="portal-change").click()
    page.text_input(key=f"change-{portal}-1-subdomain").set_value("aide")
    page.button(key="portal-change-do").click().run()
    assert "Restarted with the changed values" in text_of(page)
    run_engine()
    again = open_page("portal", id=str(portal))
    assert "subdomain help → aide" in text_of(again)
    assert console.insight.portal(portal, Actor(AMELIE)).portal.subdomain == "aide"


def test_the_attempts_stand_side_by_side_when_values_have_changed(
    console: Services, broken: Broken, run_engine: Drive, open_page: OpenPage
) -> None:
    # R23: values, versions, steps, durations, outcome; what changed is marked.
    portal = broken()
    assert "Attempt 1" not in _side_by_side(open_page("portal", id=str(portal)))
    console.uploads.add("contoso", remade(console, "StarterPortal", "9.9.0.0"), Actor(AMELIE))
    wanted = StartProvisioning("Aide", "aide", "contoso", 1033, AMELIE, "customer", "custom")
    console.lifecycle.change_and_restart(portal, wanted, Actor(AMELIE))
    run_engine()
    told = _side_by_side(open_page("portal", id=str(portal)))
    assert told["What"] == ["Attempt 1", "Attempt 2"]
    assert told["Outcome"][0].startswith("error Failed Contoso does not answer")
    assert told["Outcome"][1] == "check_circle Succeeded"
    assert told["What it was"] == ["Provisioning", "Restart with changed values"]
    assert told["Name"] == ["Help", "Aide changed"]
    assert told["Portal URL"] == ["help", "aide changed"]
    assert told["Language"] == ["French - France", "English changed"]
    assert told["Administrator"] == ["Amélie Laurent", "Amélie Laurent"]
    assert told["Portal"] == ["Custom Portal", "Custom Portal"]
    assert told["Create the website"][0].startswith("error Failed")
    assert told["Create the website"][1].startswith("check_circle Done")
    assert told["Install the solutions"][0] == "schedule Waiting"
    assert told["StarterPortal"] == ["9.3.2611.0 schedule Waiting", "9.9.0.0 check_circle Installed changed"]
    assert told["Other solutions"] == ["14 solutions in the same version"] * 2


def _side_by_side(page: AppTest) -> dict[str, list[str]]:
    """The table's rows by their names, as words."""
    html = next((one.value for one in page.html if 'aria-label="Attempts side by side"' in one.value), "")
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", html)]
    words = [[" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in row] for row in rows]
    return {row[0]: row[1:] for row in words}


def test_it_says_why_when_a_value_can_not_be(broken: Broken, open_page: OpenPage) -> None:
    # R9, R23
    portal = broken()
    page = open_page("portal", id=str(portal))
    page.button(key="portal-change").click().run()
    page.button(key="portal-change").click()
    page.text_input(key=f"change-{portal}-1-subdomain").set_value("no spaces").run()
    assert "space" in text_of(page)


def test_the_run_ends_when_it_is_cancelled(console: Services, open_page: OpenPage) -> None:
    portal = _submit(console)
    page = open_page("portal", id=str(portal))
    page.button(key="portal-cancel").click().run()
    assert "What is done stays" in text_of(page)
    page.button(key="portal-cancel").click()
    page.button(key="portal-cancel-do").click().run()
    assert console.insight.portal(portal, Actor(AMELIE)).runs[0].state == "cancelled"
    assert "portal-restart" in [button.key for button in open_page("portal", id=str(portal)).button]


def test_what_goes_and_what_stays_is_shown_when_it_is_to_be_deleted(
    console: Services, broken: Broken, open_page: OpenPage
) -> None:
    portal = broken()
    page = open_page("portal", id=str(portal))
    page.button(key="portal-delete").click().run()
    assert "http://help.localhost:8501" in text_of(page)
    assert "free at once for another portal" in text_of(page)
    page.button(key="portal-delete").click()
    page.button(key="portal-delete-do").click().run()
    assert "Say why the portal is deleted" in text_of(page)
    page.button(key="portal-delete").click()
    page.text_input(key=f"portal-delete-why-{portal}").set_value("A trial")
    page.button(key="portal-delete-do").click().run()
    assert console.insight.portal(portal, Actor(AMELIE)).portal.state == "deleted"
    assert "Its history stays." in text_of(page)


def test_the_licence_is_free_when_the_application_is_reset(
    console: Services, broken: Broken, open_page: OpenPage
) -> None:
    broken()
    page = open_page("applications")
    reset = next(button for button in page.button if button.label == "Reset")
    reset.click().run()
    assert "Goes" in text_of(page)
    next(button for button in page.button if button.label == "Reset").click()
    page.button(key="application-reset-do").click().run()
    assert all(licence.state == "not-configured" for licence in console.insight.applications(Actor(ADMIN)))


def test_the_reset_is_refused_when_one_is_no_administrator(broken: Broken, open_page: OpenPage) -> None:
    # R1
    broken()
    page = open_page("applications", acts=OLIVER)
    next(button for button in page.button if button.label == "Reset").click().run()
    next(button for button in page.button if button.label == "Reset").click()
    page.button(key="application-reset-do").click().run()
    assert "does not hold the System Administrator role" in text_of(page)


def test_the_three_agree_when_solutions_were_refused(
    console: Services, run_engine: Drive, open_page: OpenPage
) -> None:
    # R24, R25: the page opens without any issue, the URL shows "Getting set up", and it is retried, not restarted.
    console.instances.change("contoso", (InstanceChange("administration-mode", is_on=True),), Actor(AMELIE))
    portal = _submit(console, force=True)
    run_engine()
    page = open_page("portal", id=str(portal))
    assert "Visitors see “Getting set up”." in text_of(page)
    assert "Install Failed" in text_of(page)
    assert "solutions were refused" in text_of(page)
    assert "do not agree" not in text_of(page)
    assert "portal-restart" not in [button.key for button in page.button]
