"""Fresh consoles, and stores alone."""

from collections.abc import Iterator

import pytest

from core.storage import schema
from core.storage.store import Store
from tests.contract.tenant import MovableClock
from tests.portals.driving import driven
from tests.portals.fixtures import console_on_both, made_console, world, world_on_both

__all__ = ["console_on_both", "driven", "made_console", "world", "world_on_both"]


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def store(store_url: str, clock: MovableClock) -> Iterator[Store]:
    made = Store(store_url, clock)
    schema.open_store(made)
    yield made
    made.close()
