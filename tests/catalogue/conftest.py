"""The project's catalogue, and copies of it that a test may spoil."""

import shutil
from pathlib import Path

import pytest

from core.catalogue import Catalogue, load_catalogue
from tests.paths import DATA


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The project's own catalogue."""
    return load_catalogue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the project's catalogue."""
    return Path(shutil.copytree(DATA / "catalogue", tmp_path / "catalogue"))
