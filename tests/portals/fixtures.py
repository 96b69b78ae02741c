"""Fresh consoles as fixtures; a room takes those that it needs by importing them into its conftest."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.bootstrap import build_services
from core.settings import Settings
from tests.portals.world import World, copy_data, opened
from tests.postgres import PostgresServer

__all__ = ["console_on_both", "made_console", "world", "world_on_both"]

TEMPLATE = "portico_made"


@pytest.fixture(scope="session")
def made_console(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a fresh console: its store made, its platform founded."""
    folder = tmp_path_factory.mktemp("console") / "data"
    with opened(Settings(data_dir=folder)) as world:
        world.services.directory.all()
    return folder


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def console_on_both(request: pytest.FixtureRequest, made_console: Path, data_dir: Path) -> Iterator[Settings]:
    """Settings of a fresh console whose store was made: the test runs on SQLite and on PostgreSQL."""
    copy_data(made_console, data_dir)
    if request.param == "sqlite":
        yield Settings(data_dir=data_dir)
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    template = server.template(
        TEMPLATE, lambda url: build_services(Settings(data_dir=data_dir, database_url=url)).close()
    )
    url = server.new_database(template)
    yield Settings(data_dir=data_dir, database_url=url)
    server.drop_database(url)


@pytest.fixture
def world(made_console: Path, settings: Settings) -> Iterator[World]:
    """A fresh console on SQLite."""
    copy_data(made_console, settings.data_dir)
    with opened(settings) as world:
        yield world


@pytest.fixture
def world_on_both(console_on_both: Settings) -> Iterator[World]:
    """A fresh console, on SQLite and on PostgreSQL."""
    with opened(console_on_both) as world:
        yield world
