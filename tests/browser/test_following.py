"""A page that follows what others do, while somebody acts on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import OpenVisit
from tests.browser.console import Console, running_console

PRESSES = 8


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory, fixtures: Path) -> Iterator[Console]:
    with running_console(tmp_path_factory.mktemp("followed"), fixtures / "followed.py") as console:
        yield console


def test_every_press_counts_when_the_page_changes_all_the_time(
    followed: Console, open_visit: OpenVisit
) -> None:
    visit = open_visit(followed.url)
    visit.page.get_by_role("button", name="Count").focus()
    for number in range(1, PRESSES + 1):
        visit.page.keyboard.press("Enter")
        visit.page.get_by_text(f"Counted {number}", exact=True).wait_for()
        visit.page.wait_for_timeout(130 * number)  # at another moment between two looks each time


def test_a_dialog_stays_and_the_page_follows_again_when_it_is_closed(
    followed: Console, open_visit: OpenVisit
) -> None:
    visit = open_visit(followed.url)
    visit.page.get_by_role("button", name="Ask").click()
    answer = visit.page.get_by_role("dialog").get_by_role("textbox", name="Answer")
    answer.fill("typed while others change something")
    shown = visit.page.get_by_text("Run ").inner_text()
    visit.see_runs(3)  # looks by the clock
    assert visit.page.get_by_text("Run ").inner_text() == shown
    assert answer.input_value() == "typed while others change something"
    visit.page.keyboard.press("Escape")
    visit.page.get_by_text(shown, exact=True).wait_for(state="hidden")
    assert not visit.page.get_by_role("dialog").count()
