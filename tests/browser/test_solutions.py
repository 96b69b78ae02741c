"""Solution Management and Instances in a browser: the story of a refused portal, no violation, no lost focus."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.insight.installation_models import InstallationFilter
from core.portals.commands import StartProvisioning
from tests.browser.audit import axe_violations, focused, tab_stops
from tests.browser.conftest import OpenVisit
from tests.browser.console import Console, running_console
from tests.browser.lived_in import AMELIE, act_as, provision, services_of, wait_until_ended
from tests.browser.visit import LOOKS, NARROW, WIDE, Visit

NO_PATIENCE = {"PORTICO_PLATFORM_PATIENCE_S": "0"}
SHIFT_LIMIT = 0.1
FORM = "/?name={name}&subdomain={subdomain}&instance=contoso&language=1036&audience=partner&portal={portal}"
SOLUTIONS, INSTANCES = "/solutions?instance=contoso", "/instances?instance=contoso"
LONG_MS = 60_000


def press(visit: Visit, name: str) -> None:
    visit.act(visit.page.get_by_role("button", name=name).first.click)


def refuse(console: Console) -> int:
    """Partner Field Service in Contoso, although it is blocked."""
    with services_of(console) as services:
        request = StartProvisioning(
            "Field", "field", "contoso", 1036, AMELIE.email, "partner", "partner-field-service"
        )
        started = services.portals.provision(request, AMELIE, accepted_terms=True, force=True)
        wait_until_ended(services, started.portal_id)
        return started.portal_id


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A portal that stands, and one whose solution was refused."""
    with running_console(tmp_path_factory.mktemp("solutions"), environment=NO_PATIENCE) as running:
        with services_of(running) as services:
            wait_until_ended(services, provision(services, "stands", AMELIE))
        refuse(running)
        yield running


def test_the_url_goes_live_when_what_was_missing_is_installed_and_all_is_retried(
    tmp_path: Path, open_visit: OpenVisit
) -> None:  # R16, R24, R25, R27
    with running_console(tmp_path, environment=NO_PATIENCE) as console:
        visit = open_visit(
            console.url + FORM.format(name="Work", subdomain="work", portal="partner-field-service")
        )
        page = visit.page
        press(visit, "Submit")
        page.get_by_text("The portal can't be provisioned yet").wait_for()
        assert page.get_by_text("which are not in Contoso").first.is_visible()
        visit.act(lambda: page.get_by_text("Go on although it is blocked").click())
        press(visit, "Submit")
        press(visit, "Accept and provision")
        page.get_by_text("PartnerPortal (9.3.2611.0) is not installed").first.wait_for(timeout=LONG_MS)
        page.get_by_text("Install Failed").first.wait_for(timeout=LONG_MS)
        page.get_by_text("Install PartnerPortal and FieldService in Contoso first").first.wait_for()
        visit.go(console.portal_url("work"))
        assert page.get_by_text("Getting set up").first.is_visible()

        visit.go(console.url + SOLUTIONS)
        press(visit, "Retry the failed solution")
        page.get_by_text("1 would fail as things stand now").wait_for()
        page.keyboard.press("Escape")
        visit.go(console.url + INSTANCES)
        press(visit, "Import the solution")  # Field Service is offered first
        page.get_by_text("FieldService is in Contoso").wait_for()
        visit.go(console.url + FORM.format(name="Partner", subdomain="partner", portal="partner"))
        press(visit, "Submit")
        press(visit, "Accept and provision")
        page.get_by_role("heading", name="Partner", exact=True).wait_for(timeout=LONG_MS)

        visit.go(console.url + SOLUTIONS)
        press(visit, "Retry the failed solution")
        page.get_by_text("1 would pass").wait_for()
        press(visit, "Run this plan")
        is_done = page.get_by_text("18 solutions installed in Contoso")
        page.get_by_text("Under way: 1 solution, in order").or_(is_done).first.wait_for(timeout=LONG_MS)
        is_done.wait_for(timeout=LONG_MS)
        visit.go(f"{console.url}/portal?id=1")
        page.get_by_text("Live since").wait_for(timeout=LONG_MS)
        visit.go(console.portal_url("work"))
        assert page.get_by_text("Getting set up").count() == 0
        assert page.locator("[data-feature]").count() > 0


def test_the_list_that_was_shown_runs_when_the_instance_changes_meanwhile(
    tmp_path: Path, open_visit: OpenVisit
) -> None:  # R27
    with running_console(tmp_path, environment=NO_PATIENCE) as console:
        refuse(console)
        visit = open_visit(console.url + SOLUTIONS)
        press(visit, "Install the missing")
        visit.page.get_by_text("1 would pass, 1 would fail as things stand now").wait_for()
        with services_of(console) as services:
            services.instances.import_solution("contoso", "PartnerPortal", AMELIE)
        # Now it would be skipped; what was shown as failing stays out, what was shown as passing runs.
        press(visit, "Run this plan")
        visit.page.get_by_text("1 solution can't pass yet and stayed out").wait_for()
        visit.page.get_by_role("link", name="FieldService", exact=True).first.wait_for(timeout=LONG_MS)
        with services_of(console) as services:
            runs = services.installations.list(InstallationFilter(), AMELIE)
        assert {one.solution for one in runs} == {"PartnerFieldService", "FieldService"}


def _open_graph(visit: Visit) -> None:
    visit.act(lambda: visit.page.get_by_text("need each other").click())
    visit.page.locator(".js-plotly-plot .point").first.wait_for()


STATES: dict[str, tuple[str, Callable[[Visit], None] | None]] = {
    "solutions": (SOLUTIONS, None),
    "solutions-installed": (SOLUTIONS + "&solution=MicrosoftForums", None),
    "solutions-plan": (SOLUTIONS, lambda visit: press(visit, "Retry the failed solution")),
    "solutions-uninstall": (
        SOLUTIONS + "&solution=MicrosoftForums",
        lambda visit: press(visit, "Uninstall it"),
    ),
    "solutions-graph": (
        SOLUTIONS,
        _open_graph,
    ),
    "solutions-not-permitted": (SOLUTIONS, lambda visit: act_as(visit, "Priya Sharma")),
    "solutions-empty": ("/solutions?instance=adventure-works", lambda visit: act_as(visit, "Layla Mansour")),
    "instances": (INSTANCES, None),
    "instances-not-permitted": (INSTANCES, lambda visit: act_as(visit, "Oliver Bennett")),
}


@pytest.mark.parametrize("state", STATES)
def test_no_violation_when_the_page_is_shown(console: Console, open_visit: OpenVisit, state: str) -> None:
    visit = open_visit(console.url + STATES[state][0])
    act = STATES[state][1]
    if act is not None:
        act(visit)
    for scheme, size in LOOKS:
        visit.wear(scheme, size)
        assert axe_violations(visit) == [], (scheme, size)
        visit.picture(f"{state}-{scheme}-{size[0]}")
    assert visit.outside == []


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("address", [SOLUTIONS, INSTANCES])
def test_every_stop_is_seen_and_nothing_jumps_when_the_page_is_opened(
    console: Console, open_visit: OpenVisit, address: str, size: tuple[int, int]
) -> None:
    visit = open_visit(console.url + address, size=size)
    assert visit.layout_shift < SHIFT_LIMIT, visit.layout_shifts
    stops = tab_stops(visit.page)
    assert len(stops) > 8
    assert [stop for stop in stops if not stop.is_visible] == []


def test_the_focus_returns_when_the_plan_is_closed(console: Console, open_visit: OpenVisit) -> None:
    visit = open_visit(console.url + SOLUTIONS)
    button = visit.page.get_by_role("button", name="Retry the failed solution")
    button.focus()
    visit.act(lambda: visit.page.keyboard.press("Enter"))
    visit.page.get_by_role("dialog").wait_for()
    visit.page.keyboard.press("Escape")
    visit.page.get_by_role("dialog").wait_for(state="hidden")
    stop = focused(visit.page)
    assert stop is not None
    assert "Retry the failed solution" in stop.label


def test_the_focus_stays_when_something_is_switched(console: Console, open_visit: OpenVisit) -> None:
    visit = open_visit(console.url + "/instances?instance=contoso")
    visit.page.get_by_role("switch", name="Administration mode").or_(
        visit.page.get_by_role("checkbox", name="Administration mode")
    ).first.focus()
    for words in ("Administration mode of Contoso is on", "Administration mode of Contoso is off"):
        visit.act(lambda: visit.page.keyboard.press("Space"))
        visit.page.get_by_text(words).wait_for()
        stop = focused(visit.page)
        assert stop is not None, words
        assert "Administration mode" in stop.label
