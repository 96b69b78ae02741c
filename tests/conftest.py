"""What every test may ask for: a data directory, settings, a store on either database."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from core.settings import Settings
from tests.paths import ROOT
from tests.postgres import PostgresServer

# Machines that test are busy: how long an example takes says nothing. `make test` tries the same examples wherever it
# runs, so that a change is judged by what it changed; `make explore` looks for new ones (docs/decisions).
hypothesis.settings.register_profile("portico", deadline=None, print_blob=True, derandomize=True)
hypothesis.settings.register_profile("explore", deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "portico"))

# What coverage tells the processes that are started, so that they are measured as well.
_MEASURED = "COVERAGE_PROCESS_CONFIG"
_MARKS_BY_ROOM = {"browser": pytest.mark.browser, "faults": pytest.mark.faults}


def pytest_configure() -> None:
    """Leave the developer's own settings outside."""
    for name in [name for name in os.environ if name.startswith("PORTICO_") and name != "PORTICO_CHROMIUM"]:
        del os.environ[name]


def pytest_xdist_auto_num_workers() -> int:
    """Half as many again as there are cores: a test often waits for a process, a lease or a database."""
    return ((os.cpu_count() or 1) * 3 + 1) // 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by their room and by what they ask for, so that nobody forgets to.

    Measuring coverage doubles the time of a test. It is left out where it can tell nothing new: of processes that
    are killed nothing is kept, a test on PostgreSQL has run the same lines on SQLite, what is slow lives through once
    more, at length, what quick tests have gone through line by line, and a page calls what its own room has tests for.
    """
    for item in items:
        room = item.path.relative_to(ROOT / "tests").parts[0]
        if room in _MARKS_BY_ROOM:
            item.add_marker(_MARKS_BY_ROOM[room])
        if "postgres_server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.postgres)
        if room in ("faults", "pages") or item.get_closest_marker("slow") or _is_twin_on_postgres(item):
            item.add_marker(pytest.mark.no_cover)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """The processes that such a test starts are not measured either."""
    measured = os.environ.pop(_MEASURED, None) if item.get_closest_marker("no_cover") else None
    try:
        return (yield)
    finally:
        if measured is not None:
            os.environ[_MEASURED] = measured


def _is_twin_on_postgres(item: pytest.Item) -> bool:
    call = getattr(item, "callspec", None)
    return call is not None and "postgres" in call.params.values()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One PostgreSQL server a test process."""
    server = PostgresServer()
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A fresh and empty database, as PORTICO_DATABASE_URL would name it."""
    url = postgres_server.new_database()
    yield url
    postgres_server.drop_database(url)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """An empty folder for everything that is written."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def settings(data_dir: Path) -> Settings:
    """Settings of a fresh console on SQLite."""
    return Settings(data_dir=data_dir)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def settings_on_both(request: pytest.FixtureRequest, data_dir: Path) -> Settings:
    """Settings of a fresh console: the test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return Settings(data_dir=data_dir)
    return Settings(data_dir=data_dir, database_url=request.getfixturevalue("postgres_url"))


@pytest.fixture
def store_url(settings_on_both: Settings) -> str:
    """SQLAlchemy's URL of an empty store: the test runs on SQLite and on PostgreSQL."""
    return settings_on_both.store_url
