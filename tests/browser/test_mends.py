"""Each mend of Streamlit's page is needed and works: without it the defect is there, with it it is gone.

Where a test says that a mend is not needed any more, Streamlit has put it right: take the mend out.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.audit import CONTRAST, MEASURE, focused, tab_stops
from tests.browser.console import Console, running_console
from tests.browser.mends import (
    SCRIPT_MENDS,
    STYLE_MENDS,
    change_style,
    dressed,
    foreign_rules,
    script,
    style,
)
from tests.browser.visit import NARROW, WIDE, Visit

PILL = "[data-testid=stButtonGroup] button[data-selected=true] p"
TAB = "[role=tab][aria-selected=true] p"
UPLOADER = "[data-testid=stFileUploaderDropzone]"
HIDDEN_LINKS = """() => [...document.querySelectorAll("[data-testid=stSidebar][data-collapsed=true] a")]
    .map(link => getComputedStyle(link).visibility)"""


def _contrast(visit: Visit, selector: str) -> float:
    visit.wear("dark", WIDE)
    return float(visit.page.evaluate("selector => portico.contrast(selector)", selector))


def _reachable_links(visit: Visit) -> int:
    visit.wear("light", NARROW)
    visit.page.locator("[data-testid=stExpandSidebarButton]").wait_for()
    seen = visit.page.evaluate(HIDDEN_LINKS)
    assert len(seen) == 2
    return int(sum(one == "visible" for one in seen))


def _unseen(visit: Visit) -> set[str]:
    visit.wear("light", WIDE)
    return {stop.key or stop.tag for stop in tab_stops(visit.page) if not stop.is_visible}


def _fades(visit: Visit) -> bool:
    least = float(visit.page.evaluate("portico.fading('.st-key-long button')"))
    visit.settle()
    assert least >= 0, "nothing was left of the run before"
    return least < 0.9


# By the mend's name: what is wrong with the page now; nothing where it is as it should be.
DEFECTS: dict[str, Callable[[Visit], object]] = {
    "focus": _unseen,
    "pill": lambda visit: _contrast(visit, PILL) < CONTRAST,
    "tab": lambda visit: _contrast(visit, TAB) < CONTRAST,
    "sidebar": _reachable_links,
    "stale": _fades,
}
# What is wrong while a page loads, or for as long as it lives, is measured on a load of its own.
AT_LOAD = {"width", "room"}
# One of each kind that the rule about the focus names: those that show none of their own.
WITHOUT_FOCUS = {
    "a",
    "long",
    "name",
    "instance",
    "kind",
    "accept",
    "number",
    "text",
    "several",
    "summary",
    "pages",
}


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory, fixtures: Path) -> Iterator[Console]:
    with running_console(tmp_path_factory.mktemp("mended"), fixtures / "mended.py") as console:
        yield console


@pytest.fixture(scope="module")
def mended(browser: Browser, stock: Console) -> Iterator[Visit]:
    with dressed(browser, f"{stock.url}/", style(), script()) as visit:
        visit.page.evaluate(MEASURE)
        yield visit


def test_every_mend_is_measured() -> None:
    assert set(STYLE_MENDS) == {*DEFECTS, *AT_LOAD}
    assert set(SCRIPT_MENDS) == {"uploader", "pages", "scheme"}
    assert all(rules.count("{") == rules.count("}") > 0 for rules in STYLE_MENDS.values())


def test_every_other_rule_is_about_what_is_our_own() -> None:
    assert foreign_rules() == []


@pytest.mark.parametrize("name", DEFECTS)
def test_the_defect_is_there_without_the_mend_and_gone_with_it(mended: Visit, name: str) -> None:
    change_style(mended, style(without=name))
    assert DEFECTS[name](mended), f"Streamlit needs the mend '{name}' no longer: take it out"
    change_style(mended, style())
    assert not DEFECTS[name](mended)


def test_no_kind_of_stop_shows_its_focus_without_the_mend(mended: Visit) -> None:
    change_style(mended, style(without="focus"))
    unseen = _unseen(mended)
    change_style(mended, style())
    assert unseen >= WITHOUT_FOCUS, "these show their focus now: take their selectors out"


@pytest.mark.parametrize(
    ("name", "size", "what"),
    [("width", WIDE, "stMainBlockContainer"), ("room", NARROW, "stElementContainer")],
)
def test_something_jumps_at_load_without_the_mend_and_nothing_with_it(
    browser: Browser, stock: Console, name: str, size: tuple[int, int], what: str
) -> None:
    def jumps(css: str) -> float:
        with dressed(browser, f"{stock.url}/second", css, script(), size=size) as visit:
            return sum(float(str(shift[0])) for shift in visit.layout_shifts if what in shift[1:])

    assert jumps(style(without=name)) > 0.01, f"Streamlit needs the mend '{name}' no longer: take it out"
    assert jumps(style()) < 0.01


def _turn_to_the_last_page(visit: Visit) -> str:
    """Press *Next* by keyboard, and say where the focus is then."""
    following = visit.page.get_by_role("button", name="Next page")
    following.focus()
    visit.act(lambda: visit.page.keyboard.press("Enter"))
    stop = focused(visit.page)
    return "" if stop is None else stop.label


def _contrast_in_a_dialog(browser: Browser, url: str, js: str) -> float:
    with dressed(browser, url, style(), js) as visit:
        visit.page.evaluate(MEASURE)
        visit.wear("dark", WIDE)
        visit.page.get_by_role("button", name="Ask").click()
        visit.page.get_by_role("dialog").locator("p.quiet").wait_for()
        return float(visit.page.evaluate("portico.contrast('[role=dialog] p.quiet')"))


def test_what_is_quiet_can_be_read_in_a_dialog_in_the_dark(browser: Browser, stock: Console) -> None:
    without = _contrast_in_a_dialog(browser, f"{stock.url}/", script(without="scheme"))
    assert without < CONTRAST, "Streamlit needs the mend 'scheme' no longer: take it out"
    assert _contrast_in_a_dialog(browser, f"{stock.url}/", script()) >= CONTRAST


def test_the_script_is_needed_and_mends(browser: Browser, stock: Console, mended: Visit) -> None:
    with dressed(browser, f"{stock.url}/", style(), "") as visit:
        assert visit.page.locator(UPLOADER).get_attribute("role") == "presentation", "take 'uploader' out"
        assert _turn_to_the_last_page(visit) == "", "take 'pages' out"
    assert mended.page.locator(UPLOADER).get_attribute("role") == "group"
    assert _turn_to_the_last_page(mended) == "Page 2"
