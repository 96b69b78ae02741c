"""A console on both databases with portals whose runs ended in all ways, and the errand that does the work."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.portals.bulk.worker import BulkWorker
from core.settings import Settings
from tests.insight.rows import add_portal, add_run
from tests.portals.fixtures import console_on_both, made_console, world, world_on_both
from tests.portals.world import World, opened

__all__ = ["console_on_both", "made_console", "world", "world_on_both"]

BROKEN = {"kind": "broken", "message": "The website could not be created."}
REFUSED = {"kind": "refused", "message": "The solution was refused."}


def broken_portal(world: World, subdomain: str, **values: Any) -> int:
    """A portal whose only run broke."""
    portal_id = add_portal(world, subdomain, state="provisioning-failed", verdict="failed", **values)
    add_run(world, portal_id, state="failed", done=1, error=BROKEN)
    return portal_id


def healthy_portal(world: World, subdomain: str, **values: Any) -> int:
    """A portal whose run went through."""
    at = world.clock.now
    portal_id = add_portal(
        world, subdomain, state="provisioned", verdict="healthy", provisioned_at=at, **values
    )
    add_run(world, portal_id)
    return portal_id


def worker_of(world: World) -> BulkWorker:
    """The errand of this console's process."""
    (found,) = (one for one in world.services.errands() if isinstance(one, BulkWorker))
    return found


def never() -> bool:
    """Nobody asks to stop."""
    return False


def work_off(world: World, executor_id: str = "us", pause: Callable[[], bool] = never) -> None:
    """Do all that is to be done."""
    worker = worker_of(world)
    while worker.work(executor_id, pause):
        pass


@pytest.fixture
def second(world_on_both: World) -> Iterator[World]:
    """Another process on the same store."""
    settings: Settings = world_on_both.settings
    with opened(settings) as other:
        yield other
