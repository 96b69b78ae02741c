"""Every page in its main states: no violation, every stop of the Tab key seen, nobody else asked, nothing jumps."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from core.access import Actor
from core.settings import CONSOLE_ADMINISTRATOR
from tests.browser.audit import axe_violations, focused, tab_stops
from tests.browser.conftest import OpenVisit
from tests.browser.console import Console, running_console
from tests.browser.lived_in import LivedIn, act_as, live_in, services_of
from tests.browser.visit import LOOKS, NARROW, WIDE, Visit

SHIFT_LIMIT = 0.1
# Streamlit asks for two of its own files below the page's address first, and finds them above it.
STREAMLITS_OWN = "Failed to load resource: the server responded with a status of 404 (Not Found)"


def _submit(visit: Visit) -> None:
    visit.act(lambda: visit.page.get_by_role("button", name="Submit").click())


def _manage(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Manage").click()
    visit.page.get_by_role("button", name="Rename the portal").wait_for()


STATES: dict[str, tuple[str, Callable[[Visit], None] | None]] = {
    "provision": ("/?name=Contoso+Help&subdomain=contoso-help&language=1036", None),
    "provision-blocked": ("/?subdomain=stands&audience=partner&portal=partner-field-service", _submit),
    "provision-terms": ("/?name=Contoso+Help&subdomain=contoso-help&language=1036", _submit),
    "provision-hand-over": ("/?name=Contoso+Help", lambda visit: act_as(visit, "Priya Sharma")),
    "provision-nobody": ("/", lambda visit: act_as(visit, "Oliver Bennett")),
    "applications": ("/applications", None),
    "applications-administrator": ("/applications", lambda visit: act_as(visit, "Console administrator")),
    "inventory": ("/inventory", None),
    "inventory-no-match": ("/inventory?search=nothing", None),
    "portal": ("/portal?id={provisioned}", None),
    "portal-manage": ("/portal?id={provisioned}", _manage),
    "portal-failed": ("/portal?id={refused}", None),
    "portal-not-found": ("/portal?id=99", None),
}


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    with running_console(tmp_path_factory.mktemp("lived-in")) as running:
        yield running


@pytest.fixture(scope="module")
def lived_in(console: Console) -> LivedIn:
    return live_in(console)


def _address(console: Console, lived_in: LivedIn, state: str) -> str:
    return console.url + STATES[state][0].format(**vars(lived_in))


@pytest.mark.parametrize("state", STATES)
def test_no_violation_when_the_page_is_shown(
    console: Console, lived_in: LivedIn, open_visit: OpenVisit, state: str
) -> None:
    visit = open_visit(_address(console, lived_in, state))
    act = STATES[state][1]
    if act is not None:
        act(visit)
    for scheme, size in LOOKS:
        visit.wear(scheme, size)
        assert axe_violations(visit) == [], (scheme, size)
        visit.picture(f"{state}-{scheme}-{size[0]}")
    assert visit.outside == []
    assert set(visit.errors) <= {STREAMLITS_OWN}


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("state", ["provision", "applications", "inventory", "portal", "portal-failed"])
def test_every_stop_is_seen_and_nothing_jumps_when_the_page_is_opened(
    console: Console, lived_in: LivedIn, open_visit: OpenVisit, state: str, size: tuple[int, int]
) -> None:
    visit = open_visit(_address(console, lived_in, state), size=size)
    assert visit.layout_shift < SHIFT_LIMIT, visit.layout_shifts
    stops = tab_stops(visit.page)
    assert len(stops) > 3
    assert [stop for stop in stops if not stop.is_visible] == []
    assert visit.layout_shift < SHIFT_LIMIT, visit.layout_shifts


def test_progress_moves_by_itself_when_a_run_is_open(
    console: Console, lived_in: LivedIn, open_visit: OpenVisit
) -> None:
    visit = open_visit(f"{console.url}/portal?id={lived_in.under_way}")
    act_as(visit, "Nadia Haddad")
    visit.page.get_by_role("heading", name="Under-way-Configuring").wait_for()
    # R8: which step, and that it goes on without anybody's doing.
    visit.page.get_by_text("step 2 of 6 (solution 1 of 21)").wait_for()
    visit.see_runs(1)
    tab = visit.page.get_by_role("tab", name="Solutions")
    tab.focus()
    visit.page.keyboard.press("Enter")
    expect(tab).to_have_attribute("aria-selected", "true", timeout=30_000)
    visit.see_runs(2)
    # Neither the chosen tab nor the focus is lost while it moves.
    assert tab.get_attribute("aria-selected") == "true"
    assert visit.page.evaluate("document.activeElement.innerText.includes('Solutions')")
    assert axe_violations(visit) == []
    assert visit.layout_shift < SHIFT_LIMIT, visit.layout_shifts


def test_the_focus_stays_in_the_pager_when_the_last_page_is_turned_to(
    console: Console, open_visit: OpenVisit
) -> None:
    with services_of(console) as services:
        services.applications.add("production", 30, Actor(CONSOLE_ADMINISTRATOR))
    visit = open_visit(f"{console.url}/applications")
    visit.page.get_by_role("button", name="Next page").focus()
    visit.act(lambda: visit.page.keyboard.press("Enter"))
    stop = focused(visit.page)
    assert stop is not None
    assert (stop.label, stop.is_visible) == ("Page 2", True)
    assert visit.page.url.endswith("page=2")
