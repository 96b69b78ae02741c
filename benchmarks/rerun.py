"""The form's rerun, next to that of a page with one widget: from the browser's message to the script's end."""

from pathlib import Path
from statistics import quantiles

from benchmarks.browser import Tab, chromium
from benchmarks.report import Pairs, in_turn, line, ratio_line, temporary_folder, title
from benchmarks.scale import Scale
from tests.browser.console import Console, running_console

EMPTY = Path(__file__).parent / "pages" / "name_only_app.py"
SETTLED = "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
WARM_UP = 3


def run(scale: Scale) -> None:
    """A new name is typed, in turn into the form and into the empty page; each in a console of its own."""
    title(f"Rerun: {scale.reruns} changes of a text input, next to a page that has nothing else")
    with (
        temporary_folder() as folder,
        running_console(folder / "form") as form,
        running_console(folder / "empty", EMPTY) as empty,
        chromium() as browser,
    ):
        tabs = [Tab(browser), Tab(browser)]
        for tab, console in zip(tabs, (form, empty), strict=True):
            _open(tab, console)
        numbers = iter(range(10**6))
        pairs = in_turn(
            lambda: tabs[0].rerun_s("Name", f"Contoso {next(numbers)}"),
            lambda: tabs[1].rerun_s("Name", f"Contoso {next(numbers)}"),
            scale.reruns,
        )
        for tab in tabs:
            tab.close()
    _tell("the form", pairs.a)
    _tell("a page with one text input", pairs.b)
    line("the form's own part", f"{1000 * (pairs.median_a - pairs.median_b):6.1f} ms")
    ratio_line("the form's rerun / the empty page's", pairs)


def _open(tab: Tab, console: Console) -> None:
    tab.page.goto(console.url)
    tab.page.wait_for_selector(SETTLED)
    tab.page.get_by_label("Name", exact=True).wait_for()
    for number in range(WARM_UP):
        tab.rerun_s("Name", f"Warm {number}")


def _tell(what: str, seconds: tuple[float, ...]) -> None:
    found = Pairs(seconds, seconds)
    slow = quantiles(seconds, n=20)[-1]
    line(what, f"{1000 * found.median_a:6.1f} ms  (19 of 20 below {1000 * slow:.0f} ms)")
