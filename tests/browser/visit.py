"""A visit with a real browser: open, act, wait until Streamlit has settled, take a picture."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, WebSocket, sync_playwright
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

OUTPUT = Path(__file__).parent / "output"
WIDE = (1280, 800)
NARROW = (390, 844)
RUN_TIMEOUT_S = 30
Scheme = Literal["light", "dark"]
LOOKS: tuple[tuple[Scheme, tuple[int, int]], ...] = (
    ("light", WIDE),
    ("light", NARROW),
    ("dark", WIDE),
    ("dark", NARROW),
)

_SETTLED = "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
_WATCH = (Path(__file__).parent / "watch.js").read_text(encoding="utf-8")
_OWN_SCHEMES = ("http", "https", "ws", "wss")
# The names of portals resolve to this machine; everything else resolves to nothing.
_RESOLVE = "MAP *.localhost 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"
# Streamlit holds messages back for 10 ms to draw them together.
_RENDERED = "() => new Promise(done => setTimeout(() => requestAnimationFrame(() => setTimeout(done)), 50))"
_NOTHING_LEFT = "() => !document.querySelector('[data-stale=true], [data-testid=stSkeleton]')"
# How much of what scrolls up and down is out of sight.
_HIDDEN_PX = """() => Math.max(
    ...[document.documentElement, ...document.querySelectorAll("[data-testid=stMain],[data-testid=stDialog]")]
    .map(element => element.scrollHeight - element.clientHeight))"""
_WEARS = """scheme =>
    getComputedStyle(document.querySelector("[data-testid=stApp]")).colorScheme === scheme"""
# Whatever opens or closes has come to rest: no animation that ends is under way, and the page keeps its height for five
# frames. Gives up after five seconds: whoever asks then sees the page as it is.
_AT_REST = """() => new Promise(done => {
    const end = performance.now() + 5000;
    const moves = () => document.getAnimations().some(
        one => one.playState === "running" && one.effect.getComputedTiming().endTime !== Infinity);
    const height = () => [document.documentElement, ...document.querySelectorAll("[data-testid=stMain],[data-testid=stDialog]")]
        .map(element => element.scrollHeight).join();
    let before = height(), still = 0;
    const look = () => {
        const now = height();
        still = now === before && !moves() ? still + 1 : 0;
        before = now;
        still >= 5 || performance.now() > end ? done() : requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})"""
_TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@contextmanager
def open_browser(executable: Path) -> Iterator[Browser]:
    """Chromium without a window."""
    arguments = ["--no-sandbox", "--disable-dev-shm-usage", f"--host-resolver-rules={_RESOLVE}"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=arguments)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visit:
    """One browser tab with its own cookies.

    `runs`: how many runs of the script the browser was told of. `outside`: requests to other hosts.
    `errors`: what the browser's console complains about.
    """

    page: Page
    runs: int = 0
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def go(self, url: str) -> None:
        """Open the address and wait until it has settled (or has loaded, where it is no Streamlit page)."""
        self.page.goto(url)
        if self.page.locator("#root").count():
            self.settle()

    def settle(self) -> None:
        """Wait until no run is under way and nothing of an earlier run is left."""
        self.page.wait_for_selector(_SETTLED)
        self.page.evaluate(_TWO_FRAMES)
        self.page.wait_for_selector(_SETTLED)
        self.page.wait_for_function(
            "() => !document.querySelector('[data-stale=true], [data-testid=stSkeleton]')"
        )

    def wear(self, scheme: Scheme, size: tuple[int, int]) -> None:
        """Change the colour scheme and the size of the screen; the page stays as it is."""
        self.page.emulate_media(color_scheme=scheme)
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.page.wait_for_function(_WEARS, arg=scheme)
        self.settle()

    def act(self, action: Callable[[], object]) -> int:
        """Do what makes Streamlit run, wait until it has, and give how many runs it took."""
        before = self.runs
        action()
        self._wait_for_runs(before + 1)
        return self.runs - before

    def see_runs(self, count: int) -> None:
        """Wait until so many runs have come by themselves."""
        self._wait_for_runs(self.runs + count)

    def _wait_for_runs(self, number: int) -> None:
        deadline = time.monotonic() + RUN_TIMEOUT_S
        while self.runs < number:
            if time.monotonic() > deadline:
                raise TimeoutError("Nothing ran.")
            self.page.wait_for_timeout(10)  # lets Playwright hand over what came in
        self.page.evaluate(_RENDERED)
        self.settle()

    @property
    def layout_shift(self) -> float:
        """How far the layout has moved by itself since the page was opened; 0.1 is Google's limit."""
        return float(self.page.evaluate("window.porticoShift"))

    @property
    def layout_shifts(self) -> list[list[object]]:
        """Each shift: its size, then what moved."""
        return list(self.page.evaluate("window.porticoShifts"))

    def make_tall(self) -> None:
        """Make the viewport taller than the page: axe and pictures stop where Streamlit's <main> scrolls."""
        for _ in range(5):  # a taller page may lay itself out anew
            self.page.evaluate(_AT_REST)
            hidden_px = int(self.page.evaluate(_HIDDEN_PX))
            if hidden_px <= 0:
                return
            size = self.page.viewport_size
            assert size
            self.page.set_viewport_size({"width": size["width"], "height": size["height"] + hidden_px})
        raise AssertionError("The page grows with the window: some of it is out of sight still.")

    def picture(self, name: str) -> Path:
        """Take a picture of the whole page into tests/browser/output/<name>.png."""
        OUTPUT.mkdir(exist_ok=True)
        self.make_tall()
        path = OUTPUT / f"{name}.png"
        self.page.screenshot(path=path, animations="disabled")
        return path


@contextmanager
def visiting(
    browser: Browser, *, size: tuple[int, int] = WIDE, scheme: Scheme = "light", locale: str = "en-GB"
) -> Iterator[Visit]:
    """A new visitor of this screen size and colour scheme, who has never been here."""
    viewport = {"width": size[0], "height": size[1]}
    context = browser.new_context(viewport=viewport, color_scheme=scheme, locale=locale)  # type: ignore[arg-type]  # a TypedDict
    context.add_init_script(_WATCH)
    visit = Visit(context.new_page())
    visit.page.on("request", lambda request: _note_outside(visit, request.url))
    visit.page.on("websocket", lambda socket: _listen(visit, socket))
    visit.page.on("console", lambda said: visit.errors.append(said.text) if said.type == "error" else None)
    visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
    try:
        yield visit
    finally:
        context.close()


def _note_outside(visit: Visit, url: str) -> None:
    parts = urlsplit(url)
    host = parts.hostname or ""
    is_own = host in ("localhost", "127.0.0.1") or host.endswith(".localhost")
    if parts.scheme in _OWN_SCHEMES and not is_own:
        visit.outside.append(url)


def _listen(visit: Visit, socket: WebSocket) -> None:
    _note_outside(visit, socket.url)
    socket.on("framereceived", lambda payload: _count_run(visit, payload))


def _count_run(visit: Visit, payload: str | bytes) -> None:
    # The attribute on the page that says so may never change: a quick run's start and end are drawn as one.
    if isinstance(payload, bytes) and ForwardMsg.FromString(payload).WhichOneof("type") == "script_finished":
        visit.runs += 1
