"""Compare in a real browser: by keyboard alone, read aloud, on a phone, on paper."""

import re

import pytest
from playwright.sync_api import Page

from tests.browser.audit import axe_violations, focused, tab_stops
from tests.browser.conftest import OpenVisit
from tests.browser.console import Console
from tests.browser.visit import NARROW, WIDE, Scheme, Visit

RICH = (
    "/compare?must=forums,ideas&weights=faceted-search:4,comments:2&explain=rows&alike=show&show=differences"
)
BOX = ".portico-matrix-box"
A4_LANDSCAPE = (1123, 794)


def _tab_to(page: Page, key: str, limit: int = 80) -> None:
    """Press Tab until the focus is in the widget of that key."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        stop = focused(page)
        if stop is not None and stop.key == key:
            return
    raise AssertionError(f"Tab never came to {key}.")


def _cell_box(page: Page, selector: str) -> dict[str, float]:
    found = page.locator(selector).first.bounding_box()
    assert found
    return {"x": found["x"], "y": found["y"], "width": found["width"], "height": found["height"]}


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["/compare", RICH], ids=["fresh", "rich"])
def test_axe_finds_nothing_when_compared(
    console: Console, open_visit: OpenVisit, address: str, scheme: Scheme, size: tuple[int, int]
) -> None:
    visit = open_visit(console.url + address, scheme=scheme, size=size)
    if size == NARROW:
        visit.act(lambda: visit.page.get_by_text("Must-haves and filters").click())
    assert axe_violations(visit) == []
    assert visit.outside == []


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_nothing_jumps_when_the_page_is_opened(
    console: Console, open_visit: OpenVisit, size: tuple[int, int]
) -> None:
    visit = open_visit(f"{console.url}/compare", size=size)
    assert visit.layout_shift < 0.1, visit.layout_shifts


def test_the_whole_job_is_done_by_keyboard_when_there_is_no_mouse(
    console: Console, open_visit: OpenVisit
) -> None:
    visit = open_visit(f"{console.url}/compare")
    page = visit.page
    for name in ("Forums", "Blogs"):
        _tab_to(page, "compare-must") if name == "Forums" else None
        page.keyboard.type(name)
        visit.act(lambda: page.keyboard.press("Enter"))
    page.keyboard.press("Escape")
    assert "must=forums%2Cblogs" in page.url or "must=forums,blogs" in page.url
    page.get_by_text("Community meets both; next is Customer Self-Service, without Blogs.").wait_for()
    _tab_to(page, "compare-show")
    visit.act(lambda: page.keyboard.press("ArrowDown"))
    page.get_by_text("Differences only hides 12 equal rows.").wait_for()
    # Into the table: it scrolls, a row opens, and its portal's link leads to the form.
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").startswith("Blogs"):
            break
    page.keyboard.press("Enter")
    assert page.get_by_text("Posts in order of time").is_visible()
    page.locator(f"{BOX} a", has_text="Provision this").nth(3).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"audience=partner&portal=community"))
    page.get_by_role("heading", name="Provision a portal").wait_for()
    assert page.get_by_role("radio", name="Community Portal").is_checked()


def test_every_stop_is_seen_when_tab_walks(console: Console, open_visit: OpenVisit) -> None:
    visit = open_visit(f"{console.url}/compare")
    visit.make_tall()
    stops = tab_stops(visit.page)
    keys = [stop.key for stop in stops if stop.key]
    wanted = [
        "compare-link",
        "compare-must",
        "compare-portals",
        "compare-show",
        "compare-search",
        "compare-from",
    ]
    assert [key for key in dict.fromkeys(keys) if key in wanted] == wanted
    assert [stop for stop in stops if not stop.is_visible] == []
    assert sum(stop.tag == "summary" for stop in stops) >= 26


def test_focus_stays_when_a_filter_is_changed(console: Console, open_visit: OpenVisit) -> None:
    visit = open_visit(f"{console.url}/compare")
    page = visit.page
    for key, press in (("compare-show", "ArrowDown"), ("compare-explain", " "), ("compare-add-ons", " ")):
        page.locator(f".st-key-{key} input").first.focus()
        visit.act(lambda press=press: page.keyboard.press(press))  # type: ignore[misc]  # bound now
        stop = focused(page)
        assert stop is not None
        assert stop.key == key


def test_dots_have_words_when_the_table_is_read_aloud(console: Console, open_visit: OpenVisit) -> None:
    visit = open_visit(f"{console.url}/compare?must=blogs&add-ons=hide")
    rows = visit.page.get_by_role("region", name="Feature matrix").get_by_role("row")
    said = {row.split("\n")[0]: row for row in rows.all_inner_texts()}
    blogs = next(text for name, text in said.items() if name.startswith("Blogs"))
    assert blogs.split()[-5:] == ["missing", "missing", "missing", "yes", "missing"]
    words = visit.page.locator(f"{BOX} tbody td").all_text_contents()
    assert len(words) == 130
    assert {word.split(",")[0] for word in words} == {"yes", "no", "missing"}
    heads = (
        visit.page.locator(f"{BOX} th[scope=row]").count(),
        visit.page.locator(f"{BOX} th[scope=col]").count(),
    )
    assert heads == (26, 6)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_head_and_first_column_stay_when_the_table_is_scrolled(
    console: Console, open_visit: OpenVisit, size: tuple[int, int]
) -> None:
    visit = open_visit(f"{console.url}/compare?explain=rows", size=size)
    page = visit.page
    column, row = f"{BOX} thead th:first-child", f"{BOX} tbody th[scope=row]"
    head_y, row_x = _cell_box(page, column)["y"], _cell_box(page, row)["x"]
    page.eval_on_selector(BOX, "box => box.scrollTo({left: 200, top: 300, behavior: 'instant'})")
    assert page.eval_on_selector(BOX, "box => box.scrollTop") == 300
    assert abs(_cell_box(page, column)["y"] - head_y) < 1
    assert abs(_cell_box(page, row)["x"] - row_x) < 1


def test_two_portals_at_a_time_are_compared_when_the_screen_is_a_phones(
    console: Console, open_visit: OpenVisit
) -> None:
    visit = open_visit(f"{console.url}/compare?must=forums", size=NARROW)
    page = visit.page
    assert not page.get_by_label("Must have", exact=True).is_visible()
    box = _cell_box(page, BOX)
    columns = [element.bounding_box() for element in page.locator(f"{BOX} thead th").all()]
    seen = [c for c in columns[1:] if c and c["x"] + c["width"] <= box["x"] + box["width"] + 1]
    assert len(seen) == 2
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= NARROW[0]
    visit.act(lambda: page.get_by_text("Must-haves and filters").click())
    assert page.get_by_label("Must have", exact=True).is_visible()


def test_a_copied_link_restores_the_screen_when_a_colleague_opens_it(
    console: Console, open_visit: OpenVisit
) -> None:
    visit = open_visit(f"{console.url}/compare")
    page = visit.page
    visit.act(lambda: page.get_by_text("Differences only", exact=True).click())
    visit.act(lambda: page.locator(".st-key-compare-audience").get_by_text("Customer").click())
    page.get_by_role("button", name="Copy link").click()
    link = page.locator("[data-testid=stPopoverBody] code").inner_text()
    assert link == f"{console.url}/compare?audience=customer&show=differences"
    colleague = open_visit(link)
    assert _table_text(colleague) == _table_text(visit)
    assert colleague.page.get_by_role("radio", name="Differences only").is_checked()


def test_back_undoes_a_choice_when_it_is_pressed(console: Console, open_visit: OpenVisit) -> None:
    visit = open_visit(f"{console.url}/compare")
    page = visit.page
    visit.act(lambda: page.get_by_text("In common only", exact=True).click())
    assert page.url.endswith("show=common")
    visit.act(page.go_back)
    assert page.get_by_role("radio", name="All", exact=True).is_checked()


@pytest.mark.parametrize("query", ["", "?must=forums,blogs&weights=ideas:3&show=differences"])
def test_it_is_one_sheet_of_a4_when_printed(console: Console, open_visit: OpenVisit, query: str) -> None:
    visit = open_visit(f"{console.url}/compare/print{query}", size=A4_LANDSCAPE)
    sheets = len(re.findall(rb"/Type\s*/Page\b", visit.page.pdf(prefer_css_page_size=True)))
    assert sheets == 1
    assert axe_violations(visit) == []


def _table_text(visit: Visit) -> str:
    return visit.page.locator(BOX).inner_text()
