"""A bulk action whose process is killed reports every portal exactly once, and does nothing twice."""

import os
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from core.access import Actor
from core.portals.bulk.worker import BulkWorker
from core.provisioning import leases
from core.settings import Settings
from core.storage.tables import Event, Portal, Run, RunStep
from tests.faults import processes
from tests.faults.processes import KILLED
from tests.provisioning.world import CONTOSO, World, opened

# The acceptance line's number; fewer in everyday tests.
PORTALS = int(os.environ.get("TEST_BULK_PORTALS", "60"))
AMELIE = Actor(CONTOSO.email)


def add_broken(world: World, number: int) -> list[int]:
    """So many portals whose only run broke at its first step."""
    now = datetime.now(UTC)
    portals, runs, steps = [], [], []
    for n in range(1, number + 1):
        portals.append(
            {
                "id": n,
                "application_id": n,
                "type": "production",
                "name": f"Portal {n}",
                "subdomain": f"portal-{n}",
                "instance": CONTOSO.instance,
                "language": CONTOSO.language,
                "administrator": CONTOSO.email,
                "audience": "customer",
                "template": "custom",
                "state": "provisioning-failed",
                "verdict": "failed",
                "created_by": CONTOSO.email,
                "created_at": now,
                "changed_at": now,
                "key": str(n),
            }
        )
        run: dict[str, Any] = {
            "id": f"{n}-1",
            "portal_id": n,
            "number": 1,
            "kind": "provision",
            "state": "failed",
            "requested_by": CONTOSO.email,
            "template": "custom",
            "instance": CONTOSO.instance,
            "values": {},
            "created_at": now,
            "ended_at": now,
            "error": {"kind": "broken"},
        }
        runs.append(run)
        steps.append(
            {"run_id": f"{n}-1", "position": 0, "name": "create-website", "kind": "create-website"}
            | {"state": "failed"}
        )
    with world.services.store.writing() as session:
        for table, rows in ((Portal, portals), (Run, runs), (RunStep, steps)):
            session.connection().execute(sa.insert(table), rows)
    return list(range(1, number + 1))


def work(settings: Settings) -> None:
    """Carry bulk actions out as the engine's process does, without the engine: the runs wait."""
    with opened(settings) as world:
        (worker,) = (one for one in world.services.errands() if isinstance(one, BulkWorker))
        executor_id = leases.register(world.services.store)
        while not worker.is_idle():
            worker.work(executor_id, lambda: False)


def start(world: World, act: Any, ids: list[int], **arguments: Any) -> int:
    bulk = world.services.bulk
    return bulk.start(bulk.preview(act, ids, arguments, AMELIE), AMELIE)


@pytest.mark.parametrize("moment", ["begun", "recorded"])
def test_every_portal_is_reported_once_when_the_process_is_killed_in_the_middle(
    world_on_both: World, moment: str
) -> None:  # R22
    world = world_on_both
    ids = add_broken(world, PORTALS)
    bulk_id = start(world, "restart", ids)
    middle = PORTALS // 2
    for position in (middle, middle + 1):
        assert processes.run(work, world.settings, crash_point=f"bulk-{position}:{moment}") == KILLED
    assert processes.run(work, world.settings) == 0

    items = world.services.bulk_insight.items(bulk_id, AMELIE, limit=None).items
    assert [(one.position, one.portal_id, one.state) for one in items] == [(n, n, "done") for n in ids]
    with world.services.store.reading() as session:
        begun = session.exec(select(Run.portal_id, Run.id).where(col(Run.kind) == "restart")).all()
        told = session.exec(select(Event).where(col(Event.act) == "restart")).all()
    assert Counter(portal_id for portal_id, _ in begun) == dict.fromkeys(ids, 1)
    assert {one.portal_id: one.run_id for one in items} == dict(begun)
    assert Counter(event.portal_id for event in told) == dict.fromkeys(ids, 1)
    assert {event.details["bulk"] for event in told} == {bulk_id}
    assert world.services.bulk_insight.one(bulk_id, AMELIE).state == "ended"


def test_every_name_is_the_previewed_one_when_the_process_is_killed_by_chance(world: World) -> None:  # R5
    ids = add_broken(world, PORTALS)
    bulk_id = start(world, "rename", ids, pattern="{name} of {instance}")
    process = processes.start(work, world.settings)

    def reported() -> int:
        return world.services.bulk_insight.one(bulk_id, AMELIE).reported

    world.wait_until(lambda: reported() > PORTALS // 3, "the middle")
    process.kill()
    assert processes.ended(process) == KILLED
    assert reported() < PORTALS, "it was killed too late"
    assert processes.run(work, world.settings) == 0

    with world.services.store.reading() as session:
        names = session.exec(select(Portal.name).order_by(col(Portal.id))).all()
        told = session.exec(select(Event.portal_id).where(col(Event.act) == "rename")).all()
    assert names == [f"Portal {n} of Contoso" for n in ids]
    assert sorted(filter(None, told)) == ids
    states = {one.state for one in world.services.bulk_insight.items(bulk_id, AMELIE, limit=None).items}
    assert states == {"done"}


def test_two_processes_report_every_portal_once_when_they_work_at_once(world_on_both: World) -> None:
    world = world_on_both
    ids = add_broken(world, PORTALS)
    bulk_id = start(world, "restart", ids)
    two = [processes.start(work, world.settings) for _ in range(2)]
    assert [processes.ended(one) for one in two] == [0, 0]
    with world.services.store.reading() as session:
        begun = session.exec(select(Run.portal_id).where(col(Run.kind) == "restart")).all()
    assert Counter(begun) == dict.fromkeys(ids, 1)
    assert world.services.bulk_insight.one(bulk_id, AMELIE).items["done"] == PORTALS


def test_the_engine_goes_on_with_it_when_the_process_before_was_killed(world: World) -> None:
    ids = add_broken(world, PORTALS)
    bulk_id = start(world, "rename", ids, pattern="{subdomain}")
    assert processes.run(processes.serve, world.settings, crash_point="bulk-3:recorded") == KILLED
    assert processes.run(processes.drain, world.settings) == 0
    assert world.services.bulk_insight.one(bulk_id, AMELIE).items["done"] == PORTALS
