"""One demo for many questions, of two seeds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.bootstrap import Services
from core.demo import Wanted
from core.settings import Settings
from tests.demo.made import SMALL, make, opened


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo's data, not to be changed."""
    folder = tmp_path_factory.mktemp("demo")
    make(folder)
    return folder


@pytest.fixture(scope="session", params=[1, 2])
def services(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """The services of a demo, to read."""
    folder = tmp_path_factory.mktemp("demo")
    make(folder, Wanted(SMALL.portals, SMALL.days, request.param))
    with opened(Settings(data_dir=folder)) as built:
        yield built
