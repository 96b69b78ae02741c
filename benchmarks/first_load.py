"""The form's first load on a slow line, next to a stock Streamlit page with the same widgets."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.browser import chromium
from benchmarks.report import Pairs, in_turn, line, ratio_line, temporary_folder, title
from benchmarks.scale import Scale
from benchmarks.servers import serving
from tests.browser.console import free_port, running_console

STOCK = Path(__file__).parent / "pages" / "stock_form.py"
BYTES_A_SECOND = 10_000_000 / 8  # 10 Mbit/s
LATENCY_MS = 40
WANTED = 0.7
TIMEOUT_MS = 60_000
# In the page's own time, from the start of its navigation: everything is drawn, nothing runs, the fonts are there.
_SETTLED = """() => {
  const app = document.querySelector("[data-testid=stApp]");
  const isDone = app && app.dataset.testScriptState === "notRunning" && app.dataset.testConnectionState === "CONNECTED"
    && [...document.querySelectorAll("button")].some(button => button.innerText.includes("Submit"))
    && !document.querySelector("[data-stale=true], [data-testid=stSkeleton]") && document.fonts.status === "loaded";
  return isDone ? performance.now() : 0;
}"""


@dataclass
class Load:
    """A first load: how long until it has settled, and what it fetched until then."""

    seconds: float
    requests: int
    transferred: float


def run(scale: Scale) -> None:
    """Each load is a new visitor's, with an empty cache, at 10 Mbit/s and 40 ms."""
    title(f"First load at 10 Mbit/s and {LATENCY_MS} ms: {scale.loads} pairs of new visitors")
    with temporary_folder() as folder, running_console(folder / "console") as form, chromium() as browser:
        port = free_port()
        with serving(_stock_command(port), port, folder / "stock.log", {}, folder):
            loads: dict[str, list[Load]] = {form.url: [], f"http://localhost:{port}": []}
            first, second = loads
            pairs = in_turn(_loader(browser, first, loads), _loader(browser, second, loads), scale.loads + 1)
    # The first pair only warms the servers up.
    measured = Pairs(pairs.a[1:], pairs.b[1:])
    _tell("the form", measured.median_a, loads[first][-1])
    _tell("stock page with the same widgets", measured.median_b, loads[second][-1])
    ratio_line(f"the form / the stock page (wanted: at most {WANTED})", measured)


def _stock_command(port: int) -> list[str]:
    """`streamlit run` as it comes, outside the project's folder and so without its configuration."""
    quiet = ["--server.headless=true", "--browser.gatherUsageStats=false", "--server.address=127.0.0.1"]
    return ["streamlit", "run", str(STOCK), f"--server.port={port}", *quiet]


def _loader(browser: Browser, url: str, loads: dict[str, list[Load]]) -> Callable[[], float]:
    def load() -> float:
        found = _load(browser, url)
        loads[url].append(found)
        return found.seconds

    return load


def _load(browser: Browser, url: str) -> Load:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    try:
        page = context.new_page()
        found = Load(0.0, 0, 0.0)
        network = context.new_cdp_session(page)
        network.on("Network.loadingFinished", lambda event: _count(found, event["encodedDataLength"]))
        network.send("Network.enable")
        speed = {"downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND}
        network.send("Network.emulateNetworkConditions", {"offline": False, "latency": LATENCY_MS, **speed})
        page.goto(url, wait_until="commit", timeout=TIMEOUT_MS)
        settled_ms = page.wait_for_function(_SETTLED, polling="raf", timeout=TIMEOUT_MS).json_value()
        found.seconds = float(settled_ms) / 1000
        return found
    finally:
        context.close()


def _count(load: Load, transferred: float) -> None:
    load.requests += 1
    load.transferred += transferred


def _tell(what: str, seconds: float, load: Load) -> None:
    line(what, f"{seconds:6.2f} s  {load.transferred / 1e6:6.2f} MB in {load.requests} requests")
