"""Worlds: a fresh console for each test, on SQLite or on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.settings import Settings
from tests.provisioning.watched import Watched
from tests.provisioning.world import World, copy_data, opened


@pytest.fixture(scope="session")
def made_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a fresh console: its store migrated, its platform founded."""
    folder = tmp_path_factory.mktemp("made") / "data"
    with opened(Settings(data_dir=folder)) as world:
        world.services.platform.instance_slugs()
    return folder


@pytest.fixture
def world(settings: Settings, made_data: Path) -> Iterator[World]:
    """A fresh console on SQLite."""
    copy_data(made_data, settings.data_dir)
    with opened(settings) as world:
        yield world


@pytest.fixture
def world_on_both(settings_on_both: Settings, made_data: Path) -> Iterator[World]:
    """A fresh console on SQLite and on PostgreSQL."""
    copy_data(made_data, settings_on_both.data_dir)
    with opened(settings_on_both) as world:
        yield world


@pytest.fixture
def watched(world: World) -> Watched:
    platform = Watched(world.services.platform)
    world.context = replace(world.context, platform=platform)
    return platform
