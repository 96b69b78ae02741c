"""What a scene is, and what it can ask for: a console in some condition, visitors, a picture."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, Locator

from tests.browser.chromium import prepare
from tests.browser.console import running_console
from tests.browser.lived_in import act_as
from tests.browser.pictures.estates import ESTATES, Estate, Ids
from tests.browser.visit import WIDE, Scheme, Visit, open_browser, visiting
from tests.paths import ROOT

PICTURES = ROOT / "docs" / "pictures"
PATIENCE_MS = 60_000
_MARGIN_PX = 16
_PARTS_MARGIN_PX = 12  # what stands above a part stays out
_FONTS = "() => document.fonts.ready.then(() => true)"
# Where what a page says ends: below it is only room.
_END = """() => Math.max(...[...document.querySelectorAll(
    "[data-testid=stMainBlockContainer] > *, [role=dialog], body > main")]
    .map(element => element.getBoundingClientRect().bottom))"""


@dataclass(frozen=True)
class Scene:
    """A picture's name, the console that it is taken of, and what is done there."""

    name: str
    estate: Estate
    play: "Callable[[Stage], None]"


SCENES: dict[str, Scene] = {}


def scene(estate: Estate) -> "Callable[[Callable[[Stage], None]], Callable[[Stage], None]]":
    """Add the function to the scenes. Its name is the picture's: `portal_progress` takes portal-progress.png."""

    def add(play: "Callable[[Stage], None]") -> "Callable[[Stage], None]":
        name = play.__name__.replace("_", "-")
        SCENES[name] = Scene(name, estate, play)
        return play

    return add


@dataclass
class Stage:
    """Where one scene is played."""

    name: str
    url: str
    ids: Ids
    browser: Browser
    _stack: ExitStack

    def open(
        self, address: str, *, actor: str = "", size: tuple[int, int] = WIDE, scheme: Scheme = "light"
    ) -> Visit:
        """A new visitor at this address of the console, who acts as somebody (Amélie Laurent unless said)."""
        visit = self._stack.enter_context(visiting(self.browser, size=size, scheme=scheme))
        visit.page.set_default_timeout(PATIENCE_MS)
        if actor:
            visit.go(f"{self.url}/applications")
            act_as(visit, actor)
        visit.go(self.url + address.format(**self.ids))
        return visit

    def shoot(self, visit: Visit, *, until: Locator | None = None) -> None:
        """Take the picture: the whole page, or as far as the end of something."""
        _come_to_rest(visit)
        visit.make_tall()
        _come_to_rest(visit)
        size = visit.page.viewport_size
        assert size
        if until is None:
            end = float(visit.page.evaluate(_END))
        else:
            _, top, _, height = _box(until)
            end = top + height
        _keep(self.name, visit, (0, 0, size["width"], min(round(end) + _MARGIN_PX, size["height"])))

    def shoot_part(self, visit: Visit, part: Locator, *, height: int | None = None) -> None:
        """Take the picture of a part of the page, or of its beginning."""
        _come_to_rest(visit)
        visit.make_tall()
        _come_to_rest(visit)
        left, top, width, whole = _box(part)
        height = min(whole, height or whole) + 2 * _PARTS_MARGIN_PX
        margin = _PARTS_MARGIN_PX
        _keep(self.name, visit, (left - margin, top - margin, width + 2 * margin, height))

    def shoot_screen(self, visit: Visit) -> None:
        """Take the picture of what the screen shows, whatever is below."""
        _come_to_rest(visit)
        size = visit.page.viewport_size
        assert size
        _keep(self.name, visit, (0, 0, size["width"], size["height"]))


def _come_to_rest(visit: Visit) -> None:
    if visit.page.locator("#root").count():  # a page of Streamlit's, none to print
        visit.settle()
    visit.page.evaluate(_FONTS)


def _box(part: Locator) -> tuple[int, int, int, int]:
    """Left, top, width and height."""
    found = part.bounding_box()
    assert found
    return round(found["x"]), round(found["y"]), round(found["width"]), round(found["height"])


def _keep(name: str, visit: Visit, box: tuple[int, int, int, int]) -> None:
    """As a PNG as small as it gets without loss."""
    left, top, width, height = box
    taken = visit.page.screenshot(
        animations="disabled", clip={"x": left, "y": top, "width": width, "height": height}
    )
    with Image.open(BytesIO(taken)) as picture:
        picture.convert("RGB").save(PICTURES / f"{name}.png", optimize=True)


@dataclass
class Studio:
    """Chromium, and a console for each condition that a scene has asked for so far."""

    browser: Browser
    folder: Path
    stack: ExitStack

    def __post_init__(self) -> None:
        self._consoles: dict[Estate, tuple[str, Ids]] = {}

    def take(self, one: Scene) -> None:
        """Play the scene on its console."""
        if one.estate not in self._consoles:
            self._consoles[one.estate] = self._begin(one.estate)
        url, ids = self._consoles[one.estate]
        with ExitStack() as visits:
            one.play(Stage(one.name, url, ids, self.browser, visits))

    def _begin(self, estate: Estate) -> tuple[str, Ids]:
        """A console in that condition; it ends with the studio."""
        prepare_it, environment = ESTATES[estate]
        console = self.stack.enter_context(running_console(self.folder / estate, environment=environment))
        return console.url, prepare_it(console, self.stack)


@contextmanager
def open_studio() -> Iterator[Studio]:
    """A studio for as long as the block lasts; its consoles keep nothing."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="portico-pictures-")))
        browser = stack.enter_context(open_browser(prepare()))
        yield Studio(browser, folder, stack)
