from collections.abc import Iterator
from pathlib import Path

import pytest

from core.platforms.local import LocalPlatform
from tests.contract.tenant import MovableClock


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def platform(tmp_path: Path, clock: MovableClock) -> Iterator[LocalPlatform]:
    """The embedded platform over the project's own sample directory."""
    platform = LocalPlatform(tmp_path, clock=clock)
    yield platform
    platform.close()
