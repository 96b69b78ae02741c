"""What is measured of a page: axe's violations, and every stop of the Tab key."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.visit import Visit

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
MINIMUM_OUTLINE_PX = 2
# Text needs 4.5 to 1.
CONTRAST = 4.5
MEASURE = (Path(__file__).parent / "measure.js").read_text(encoding="utf-8")
_FOCUS = (Path(__file__).parent / "focus.js").read_text(encoding="utf-8").split("\n", 1)[1]


@dataclass(frozen=True)
class Stop:
    """Where the Tab key stopped."""

    number: int
    tag: str
    role: str
    label: str
    widget: str
    key: str
    outline_px: float
    is_on_screen: bool

    @property
    def is_visible(self) -> bool:
        """Whether a person sees that the focus is here."""
        return self.is_on_screen and self.outline_px >= MINIMUM_OUTLINE_PX


def axe_violations(visit: Visit) -> list[str]:
    """Every violation that axe finds on the whole page, a line each: rule, impact, where, what."""
    visit.make_tall()
    page = visit.page
    page.evaluate(_axe_source())
    options = {"runOnly": {"type": "tag", "values": list(TAGS)}, "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{violation['id']} ({violation['impact']}): {node['target']}: {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ] + pale_in_dialog(page)


def pale_in_dialog(page: Page) -> list[str]:
    """The texts of an open dialog with less contrast than they need: axe does not decide on them, and so tells nothing."""
    if not page.get_by_role("dialog").count():
        return []
    page.evaluate(MEASURE)
    found = page.evaluate("least => portico.pale('[role=dialog]', least)", CONTRAST)
    return [f"contrast in a dialog: {one}" for one in found]


def focused(page: Page) -> Stop | None:
    """What has the focus now; None where it is nowhere, so that the next Tab starts at the top."""
    found = page.evaluate(_FOCUS)
    return Stop(**found) if found else None


def tab_stops(page: Page, limit: int = 200) -> list[Stop]:
    """Press Tab from the top of the page to its end."""
    page.evaluate("() => { document.activeElement?.blur(); window.porticoStops = new Map(); }")
    stops: list[Stop] = []
    for _ in range(limit):
        page.keyboard.press("Tab")
        stop = focused(page)
        if stop is None or stop.number < len(stops):
            return stops
        stops.append(stop)
    raise AssertionError(f"More than {limit} stops, or a trap: the last are {stops[-3:]}")


def _axe_source() -> str:
    found = find_spec("axe_playwright_python")
    assert found
    assert found.origin
    return Path(found.origin).with_name("axe.min.js").read_text(encoding="utf-8")
