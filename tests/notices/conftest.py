"""A console on both databases that may send to this machine, and the other end of a channel."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from core.access import Actor
from core.notices.models import WantNotices
from core.notices.worker import NoticeWorker
from core.settings import Settings
from core.storage.tables import Event
from tests.insight.rows import add_portal, add_run
from tests.notices.receiver import Receiver, receiving
from tests.portals.fixtures import console_on_both, made_console
from tests.portals.world import AMELIE, CONTOSO, World, copy_data, opened

__all__ = ["console_on_both", "made_console"]

CONSOLE = "https://portico.example.com"


def open_to_us(settings: Settings) -> Settings:
    return settings.model_copy(update={"notice_hosts": "127.0.0.1", "console_url": CONSOLE})


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def world(settings: Settings, made_console: Any) -> Iterator[World]:
    copy_data(made_console, settings.data_dir)
    with opened(open_to_us(settings)) as world:
        yield world


@pytest.fixture
def world_on_both(console_on_both: Settings) -> Iterator[World]:
    with opened(open_to_us(console_on_both)) as world:
        yield world


def subscribe(world: World, receiver: Receiver, *occasions: str, actor: Actor = AMELIE, **values: Any) -> int:
    wanted = {"name": "My hook", "address": receiver.address, "occasions": occasions} | values
    return world.services.notifications.add(WantNotices(**wanted), actor)


def worker_of(world: World) -> NoticeWorker:
    (found,) = (one for one in world.services.errands() if isinstance(one, NoticeWorker))
    return found


def work_off(world: World, *, around: bool = False) -> None:
    """Look and send until nothing is left to do now."""
    worker = worker_of(world)
    if around:
        worker._look.around()
    while not worker.is_idle():
        worker.work("us", lambda: False)


def end_run(world: World, subdomain: str, state: str = "failed", **values: Any) -> int:
    """A portal whose run ends now."""
    portal_id = add_portal(world, subdomain, **values)
    error = {"kind": "broken", "message": "The website could not be created."} if state == "failed" else None
    run_id = add_run(world, portal_id, state=state, error=error)
    with world.store.writing() as session:
        session.add(
            Event(
                at=world.clock.now,
                actor="portico",
                act=f"run-{state}",
                portal_id=portal_id,
                run_id=run_id,
                instance=values.get("instance", CONTOSO),
                details={},
            )
        )
    return portal_id


def later(world: World, **values: float) -> None:
    world.clock.now += timedelta(**values)
