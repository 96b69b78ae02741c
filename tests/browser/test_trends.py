"""The page Trends in a real browser: no violation, every stop seen, and a click on a mark shows its failures."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.audit import axe_violations, tab_stops
from tests.browser.conftest import OpenVisit
from tests.browser.console import Console, running_console
from tests.browser.lived_in import act_as, services_of
from tests.browser.visit import NARROW, WIDE, Scheme
from tests.contract.tenant import MovableClock
from tests.insight.trends.history import History

SHIFT_LIMIT = 0.1


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    with running_console(tmp_path_factory.mktemp("trends")) as running:
        _write_history(running)
        yield running


def _write_history(console: Console) -> None:
    """Sixty days in which a cause comes back, another grows, and one day stands out."""
    with services_of(console) as services:
        clock = MovableClock()
        clock.now = services.clock()
        history = History(services, clock)
        for day in range(60):
            history.run(day + 0.01, many=18, took_s=200 + 7 * day)
            history.run(day + 0.01, "failed", many=1 + day // 20)
            history.failure(
                day + 0.01, "missing-dependency", healed_after_s=3000 + 60 * day, solution="Feedback"
            )
        history.run(8.01, "failed", many=12)
        history.failure(8.01, "administration-mode", many=12, healed_after_s=5000, healed_by="later-retry")
        history.failure(1.01, "timeout", many=4)
        history.event(8.5, "change-instance", action="administration-mode", is_on=True)
        history.event(20, "add-package", solution="Feedback", version="9.1.0.0")
        history.written()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_violation_and_nothing_jumps_when_the_trends_are_shown(
    console: Console, open_visit: OpenVisit, scheme: Scheme
) -> None:
    for size in (WIDE, NARROW):
        visit = open_visit(f"{console.url}/trends", size=size, scheme=scheme)
        expect(visit.page.get_by_text("It is getting better", exact=False).first).to_be_visible()
        assert visit.layout_shift < SHIFT_LIMIT, visit.layout_shifts
        stops = tab_stops(visit.page)
        assert [stop for stop in stops if not stop.is_visible] == []
        assert len(stops) > 10
        visit.picture(f"trends-{scheme}-{size[0]}")
        for summary in visit.page.locator("summary").all():
            summary.press("Enter")  # a click can miss: what opens above moves what stands below
        expect(visit.page.get_by_role("link", name=re.compile("^Failures of ")).first).to_be_visible()
        assert axe_violations(visit) == []
        assert visit.outside == []


def test_the_failures_of_a_day_are_shown_when_its_mark_is_clicked(
    console: Console, open_visit: OpenVisit
) -> None:
    visit = open_visit(f"{console.url}/trends")
    visit.make_tall()
    chart = visit.page.locator(".js-plotly-plot").first
    mark = chart.locator(".scatterlayer .trace").last.locator("path.point").first
    box = mark.bounding_box()
    assert box is not None
    visit.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    visit.page.wait_for_url(re.compile(r"/troubleshoot\?.*from="))
    visit.settle()
    expect(visit.page.get_by_text("behind 13 failures", exact=False).first).to_be_visible()
    assert "ever=yes" in visit.page.url


def test_the_failures_of_a_cause_are_shown_when_its_link_is_followed_by_keyboard(
    console: Console, open_visit: OpenVisit
) -> None:
    visit = open_visit(f"{console.url}/trends?days=90")
    link = visit.page.get_by_role("link", name="Administration or maintenance mode is on").first
    link.focus()
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url(re.compile(r"/troubleshoot\?.*cause=administration-mode"))
    visit.settle()
    expect(visit.page.get_by_text("12 failures", exact=False).first).to_be_visible()


def test_the_printed_page_fits_a_sheet_and_has_no_violation(console: Console, open_visit: OpenVisit) -> None:
    visit = open_visit(f"{console.url}/trends")
    visit.go(f"{console.url}/trends/print?days=30")
    expect(visit.page.get_by_role("heading", name="Trends", exact=True)).to_be_visible()
    assert axe_violations(visit) == []
    visit.picture("trends-print")


def test_the_empty_page_says_what_to_do_when_nothing_ran(console: Console, open_visit: OpenVisit) -> None:
    visit = open_visit(f"{console.url}/trends")
    act_as(visit, "Wei Chen")
    expect(visit.page.get_by_text("Nothing ran in the last 30 days", exact=False)).to_be_visible()
    assert axe_violations(visit) == []
    visit.picture("trends-empty")
