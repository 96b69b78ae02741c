"""The inventory in a real browser: by keyboard alone, on a phone, and while somebody else provisions."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from core.demo import Wanted
from pages.ui.following import POLL
from tests.browser.audit import axe_violations, focused, tab_stops
from tests.browser.conftest import OpenVisit
from tests.browser.console import Console, running_console
from tests.browser.lived_in import AMELIE, act_as, provision, services_of
from tests.browser.visit import NARROW, WIDE, Scheme, Visit

LIST = ".st-key-inventory-list"
PORTALS, SEED = 120, 7
LOOKS = 2
_ENDING = re.compile(r"(-Configuring|-Provisioning Failed)?(\n.*)?$")


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A console on a demo: portals, trials and failures of 90 days."""
    with running_console(tmp_path_factory.mktemp("estate")) as running:
        with services_of(running) as services:
            services.demo().make(Wanted(PORTALS, 90, SEED))
        yield running


@pytest.fixture
def opened(console: Console, open_visit: OpenVisit) -> Visit:
    visit = open_visit(f"{console.url}/inventory")
    _rows(visit.page)
    return visit


def _rows(page: Page) -> list[str]:
    """The names on the page, once there are any."""
    page.locator(f"{LIST} tbody tr").first.wait_for()
    return page.locator(f"{LIST} tbody th").all_inner_texts()


def _head(page: Page, name: str) -> str | None:
    head = page.locator(f"{LIST} thead th", has=page.get_by_role("button", name=name))
    return head.get_attribute("aria-sort")


def _focus_key(visit: Visit) -> str:
    stop = focused(visit.page)
    return "" if stop is None else stop.label


@pytest.mark.parametrize(
    ("scheme", "size"), [("light", WIDE), ("dark", WIDE), ("light", NARROW), ("dark", NARROW)]
)
@pytest.mark.parametrize("query", ["", "?failed=now&sort=-last_run_at", "?search=nothing"])
def test_axe_finds_nothing_when_portals_are_listed(
    console: Console, open_visit: OpenVisit, query: str, scheme: Scheme, size: tuple[int, int]
) -> None:
    visit = open_visit(f"{console.url}/inventory{query}", scheme=scheme, size=size)
    visit.page.locator(f"{LIST} tbody tr, .st-key-inventory-body [data-testid=stMarkdown]").first.wait_for()
    assert axe_violations(visit) == []
    assert visit.outside == []


@pytest.mark.parametrize(("scheme", "size"), [("light", WIDE), ("dark", NARROW)])
@pytest.mark.parametrize("look", ["charts", "trials", "counts"])
def test_axe_finds_nothing_when_one_looks_closer(
    console: Console, open_visit: OpenVisit, look: str, scheme: Scheme, size: tuple[int, int]
) -> None:
    visit = open_visit(f"{console.url}/inventory?look={look}", scheme=scheme, size=size)
    visit.page.locator(".st-key-inventory-look-body h2").wait_for()
    visit.settle()
    assert axe_violations(visit) == []


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_nothing_jumps_when_the_page_is_opened(
    console: Console, open_visit: OpenVisit, size: tuple[int, int]
) -> None:
    visit = open_visit(f"{console.url}/inventory", size=size)
    _rows(visit.page)
    assert visit.layout_shift < 0.1, visit.layout_shifts
    if size == NARROW:
        assert visit.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= NARROW[0]


def test_every_stop_is_seen_when_tab_walks(opened: Visit) -> None:
    opened.make_tall()
    stops = tab_stops(opened.page, limit=400)
    assert [stop for stop in stops if not stop.is_visible] == []
    keys = list(dict.fromkeys(stop.key for stop in stops))
    wanted = ["inventory-figures", "inventory-search", "inventory-state-menu", "inventory-views-menu"]
    assert [key for key in keys if key in wanted] == wanted
    assert sum(stop.role == "checkbox" for stop in stops) >= 51


def test_a_head_sorts_and_keeps_the_focus_when_it_is_pressed_by_keyboard(opened: Visit) -> None:
    page = opened.page
    button = page.locator(LIST).get_by_role("button", name="Name")
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("sort=name"))
    expect(page.locator(f"{LIST} th[aria-sort=ascending]")).to_have_count(1)
    names = [_ENDING.sub("", name).casefold() for name in _rows(page)]
    assert names == sorted(names)
    assert "Name" in _focus_key(opened)
    page.keyboard.press("Enter")
    expect(page.locator(f"{LIST} th[aria-sort=descending]")).to_have_count(1)
    assert "Name" in _focus_key(opened)
    page.go_back()
    expect(page.locator(f"{LIST} th[aria-sort=ascending]")).to_have_count(1)


def test_the_focus_stays_when_one_turns_to_the_last_page_and_back(opened: Visit) -> None:
    page = opened.page
    first = _rows(page)
    place = page.locator(f"{LIST} nav span")
    pages = int(place.inner_text().split(" of ")[1].split()[0])
    following = page.locator(LIST).get_by_role("button", name="Next")
    following.focus()
    for number in range(2, pages + 1):
        page.keyboard.press("Enter")
        expect(place).to_contain_text(f"Page {number}")
        assert _focus_key(opened) == "Next"
    expect(following).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Enter")  # there is no further page, and the button stays
    assert _focus_key(opened) == "Next"
    previous = page.locator(LIST).get_by_role("button", name="Previous")
    previous.focus()
    for number in range(pages - 1, 0, -1):
        page.keyboard.press("Enter")
        expect(place).to_contain_text(f"Page {number}")
        assert _focus_key(opened) == "Previous"
    assert _rows(page) == first
    page.go_back()
    expect(place).to_contain_text("Page 2")
    page.reload()
    expect(place).to_contain_text("Page 2")


def test_a_part_of_the_bar_filters_when_it_is_clicked_or_its_word_is_pressed(opened: Visit) -> None:
    page = opened.page
    bar, legend = page.locator(".portico-part.portico-red"), page.locator("button[data-pick=failed]")
    bar.click()
    page.wait_for_url(re.compile("verdict=failed"))
    expect(legend).to_have_attribute("aria-pressed", "true")
    expect(page.locator(f"{LIST} tbody td .portico-state", has_text="Provisioned")).to_have_count(0)
    legend.focus()
    page.keyboard.press("Enter")
    expect(legend).to_have_attribute("aria-pressed", "false")
    assert "Failed" in _focus_key(opened)
    page.go_back()
    expect(legend).to_have_attribute("aria-pressed", "true")


def test_a_facet_counts_and_leaves_out_when_its_menu_is_used(opened: Visit) -> None:
    page = opened.page
    page.locator(".st-key-inventory-portal-menu button").first.click()
    page.locator(".st-key-inventory-not-portal").get_by_role("button", name="Custom Portal").click()
    page.wait_for_url(re.compile("not-portal=custom"))
    expect(page.locator(".st-key-inventory-portal-menu button").first).to_have_text(
        re.compile("not Custom Portal")
    )
    expect(page.locator(".st-key-inventory-tools")).to_contain_text("1 filter")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.locator(".st-key-inventory-tools")).to_contain_text("in all")


def test_portals_are_selected_and_renamed_when_there_is_no_mouse(
    console: Console, open_visit: OpenVisit
) -> None:
    visit = open_visit(f"{console.url}/applications")
    act_as(visit, "Amélie Laurent")
    with services_of(console) as services:
        for number in range(3):  # not waited for: the page follows them while it is worked with
            provision(services, f"bulk-{number}", AMELIE)
    page = visit.page
    visit.go(f"{console.url}/inventory?instance=contoso&search=bulk")
    page.get_by_text("3 match").wait_for()
    boxes = page.locator(f"{LIST} tbody input")
    boxes.first.focus()
    page.keyboard.press("Space")
    page.get_by_text("1 selected").wait_for()
    assert _focus_key(visit).startswith("Select Bulk")
    boxes.nth(2).click(modifiers=["Shift"])
    page.get_by_text("3 selected").wait_for()
    assert axe_violations(visit) == []
    page.get_by_role("button", name="Rename by pattern").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="New name").fill("{name} #{number:02}")
    page.keyboard.press("Enter")
    dialog.get_by_text("Bulk-0 #03").wait_for()
    assert axe_violations(visit) == []
    dialog.get_by_role("button", name="Rename 3 portals").click()
    page.get_by_text("3 done").wait_for()
    page.locator(f"{LIST} tbody th", has_text="Bulk-0 #03").wait_for()
    page.locator(".st-key-inventory-bulk summary").click()
    expect(page.get_by_role("region", name="What became of each portal").get_by_role("row")).to_have_count(4)
    visit.settle()
    assert axe_violations(visit) == []


def test_the_other_browser_follows_within_two_seconds_when_somebody_provisions(
    console: Console, open_visit: OpenVisit
) -> None:
    looking = open_visit(f"{console.url}/inventory?sort=name&search=two-browsers")
    acting = open_visit(f"{console.url}/?name=Two+Browsers&subdomain=two-browsers&language=1036")
    act_as(acting, "Amélie Laurent")
    figure = looking.page.locator(".st-key-inventory-head")
    before = int(re.findall(r"([\d,]+) portals", figure.inner_text())[0].replace(",", ""))
    looking.page.get_by_text("No portal matches").wait_for()
    acting.page.get_by_role("button", name="Submit").click()
    accept = acting.page.get_by_role("button", name="Accept and provision")
    accept.wait_for()
    accept.click()
    acting.page.wait_for_url(re.compile("/portal"))  # it is in the store
    seen = looking.runs
    looking.page.locator(f"{LIST} tbody th", has_text="Two Browsers").wait_for()
    expect(figure).to_contain_text(f"{before + 1:,} portals")
    # A look a second: two of them, and the run that draws what they found. Counted, so that a busy machine fails no test.
    assert timedelta(seconds=1) == POLL
    assert looking.runs - seen <= LOOKS + 1
    # The row follows to its end, and what was selected, scrolled and focused stays.
    box = looking.page.locator(f"{LIST} tbody input").first
    box.focus()
    looking.page.keyboard.press("Space")
    looking.page.locator(f"{LIST} tbody .portico-state", has_text="Provisioned").wait_for(timeout=60_000)
    assert box.is_checked()
    assert _focus_key(looking).startswith("Select Two Browsers")


def test_a_file_has_what_matches_when_it_is_exported(console: Console, open_visit: OpenVisit) -> None:
    visit = open_visit(f"{console.url}/inventory?failed=now")
    page = visit.page
    shown = _rows(page)
    page.locator(".st-key-inventory-export button").first.click()
    with page.expect_download() as started:
        page.get_by_role("link", name="CSV").click()
    lines = started.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == len(shown) + 1
