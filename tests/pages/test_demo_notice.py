"""A demo says so on every page, and nothing else does."""

from core.bootstrap import Services
from core.demo import Wanted
from tests.pages.conftest import ADMIN, OpenPage, text_of
from tests.paths import ROOT

PAGES = sorted(page.stem for page in (ROOT / "pages").glob("*.py") if page.stem not in ("__init__", "shell"))


def test_every_page_says_so_when_it_is_a_demo(console: Services, open_page: OpenPage) -> None:
    console.demo().make(Wanted(3, 10, 1))
    for page in PAGES:
        assert "**Demo.** 3 portals of 10 days, made up" in text_of(open_page(page, acts=ADMIN)), page


def test_a_made_up_portal_without_a_website_is_no_alarm_when_it_is_a_demo(
    console: Services, open_page: OpenPage
) -> None:
    console.demo().make(Wanted(3, 10, 1))
    said = text_of(open_page("portal", acts=ADMIN, id="1"))
    assert "A demo makes up the portal and no website." in said
    assert "do not agree" not in said


def test_nothing_is_said_when_portals_are_real(open_page: OpenPage) -> None:
    assert "Demo" not in text_of(open_page("inventory"))
