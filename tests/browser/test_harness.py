"""The harness sees what it should, on a small page of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.audit import axe_violations, focused, tab_stops
from tests.browser.conftest import OpenVisit
from tests.browser.console import Console, running_console
from tests.browser.visit import NARROW, WIDE, Scheme


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory, fixtures: Path) -> Iterator[Console]:
    with running_console(tmp_path_factory.mktemp("plain"), fixtures / "plain.py") as console:
        yield console


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_violation_when_a_page_is_plain(
    plain: Console, open_visit: OpenVisit, scheme: Scheme, size: tuple[int, int]
) -> None:
    visit = open_visit(plain.url, scheme=scheme, size=size)
    assert axe_violations(visit) == []
    visit.picture(f"harness-{scheme}-{size[0]}")


def test_violations_are_named_when_there_are_some(plain: Console, open_visit: OpenVisit) -> None:
    visit = open_visit(plain.url)
    visit.page.evaluate("document.querySelector('h1').outerHTML = '<img src=\"data:,\">'")
    assert any(line.startswith("image-alt (critical)") for line in axe_violations(visit))


def test_one_run_is_counted_when_a_button_is_pressed(plain: Console, open_visit: OpenVisit) -> None:
    visit = open_visit(plain.url)
    assert visit.act(lambda: visit.page.get_by_role("button", name="Greet").click()) == 1
    assert visit.page.get_by_text("Hello,").is_visible()


def test_tab_reaches_every_widget_in_order_when_it_walks(plain: Console, open_visit: OpenVisit) -> None:
    visit = open_visit(plain.url)
    stops = tab_stops(visit.page)
    keys = [stop.key for stop in stops if stop.key]
    assert keys == ["name", "instance", "audience", "accept", "greet", "leave"]
    assert all(stop.is_on_screen for stop in stops)
    link = stops[-1]
    assert (link.tag, link.label) == ("a", "A link")


def test_focus_is_seen_when_it_has_an_outline_only(plain: Console, open_visit: OpenVisit) -> None:
    visit = open_visit(plain.url)
    visit.page.add_style_tag(
        content="a { outline: none !important } button:focus { outline: 3px solid !important }"
    )
    stops = {stop.label: stop for stop in tab_stops(visit.page)}
    assert stops["Greet"].is_visible
    assert not stops["A link"].is_visible


def test_focus_is_nowhere_when_a_page_was_just_opened(plain: Console, open_visit: OpenVisit) -> None:
    visit = open_visit(plain.url)
    assert focused(visit.page) is None


def test_nobody_else_is_asked_when_a_page_is_opened(plain: Console, open_visit: OpenVisit) -> None:
    visit = open_visit(plain.url)
    assert visit.outside == []
    assert visit.errors == []
    assert visit.layout_shift < 0.1, visit.layout_shifts


def test_a_request_is_noted_when_it_goes_elsewhere(plain: Console, open_visit: OpenVisit) -> None:
    visit = open_visit(plain.url)
    visit.page.evaluate("fetch('https://example.org/x').catch(() => 0)")
    assert visit.outside == ["https://example.org/x"]


def test_a_console_ends_when_it_is_told_to(tmp_path: Path, fixtures: Path) -> None:
    with running_console(tmp_path, fixtures / "plain.py") as console:
        assert console.stop() == 0
