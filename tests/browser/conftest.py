"""A browser and a console for the tests in this room."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import find
from tests.browser.console import Console, running_console
from tests.browser.visit import WIDE, Scheme, Visit, open_browser, visiting

OpenVisit = Callable[..., Visit]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium a test process."""
    program = find()
    if program is None:
        pytest.fail("No Chromium. Run `python -m tests.browser.chromium`, or set PORTICO_CHROMIUM.")
    with open_browser(program) as chromium:
        yield chromium


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """The console itself, fresh for each file of tests."""
    with running_console(tmp_path_factory.mktemp("console")) as running:
        yield running


@pytest.fixture
def open_visit(browser: Browser) -> Iterator[OpenVisit]:
    """`open_visit(url, size=…, scheme=…)`: a new visitor at this address, gone when the test is."""
    with ExitStack() as stack:

        def open_one(url: str, *, size: tuple[int, int] = WIDE, scheme: Scheme = "light") -> Visit:
            visit = stack.enter_context(visiting(browser, size=size, scheme=scheme))
            visit.go(url)
            return visit

        yield open_one


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """Where the small Streamlit pages of this room are."""
    return Path(__file__).parent / "fixtures"
