"""Runs that ended long ago keep their steps in a compact form, and nothing that looks at them sees it."""

import pytest
from sqlmodel import select

from core.access import Actor
from core.errors import InvalidValue
from core.provisioning.compacting import compact
from core.storage.tables import RunStep
from tests.provisioning.world import CONTOSO, World

ADMIN = Actor("admin@portico.example")


def test_everything_shows_as_before_when_runs_are_compact(world: World) -> None:
    fine = world.submit(subdomain="fine")
    world.change("administration-mode", is_on=True)
    refused = world.submit("community", subdomain="refused", force=True)
    assert world.drive(fine.run_id, refused.run_id)
    shown = [world.services.insight.portal(one.portal_id, ADMIN) for one in (fine, refused)]
    bundle = world.services.cases.of_portal(refused.portal_id, ADMIN)
    assert compact(world.services.store, 0) == 2
    with world.services.store.reading() as session:
        assert session.exec(select(RunStep)).all() == []
    assert compact(world.services.store, 0) == 0
    again = [world.services.insight.portal(one.portal_id, ADMIN) for one in (fine, refused)]
    assert [one.runs for one in again] == [one.runs for one in shown]
    assert [one.verdict for one in again] == [one.verdict for one in shown]
    assert [one.estimate for one in again] == [one.estimate for one in shown]
    assert world.services.cases.of_portal(refused.portal_id, ADMIN) == bundle


def test_a_restart_goes_on_where_the_compact_run_stopped(world: World) -> None:
    world.change("administration-mode", is_on=False)
    started = world.submit(subdomain="later")
    world.cancel(started.run_id)
    world.drive(started.run_id)
    before = [step.state for step in world.steps(started.run_id).values()]
    compact(world.services.store, 0)
    run_id = world.services.lifecycle.restart(started.portal_id, Actor(CONTOSO.email))
    assert world.run(run_id).from_position == before.count("done")
    assert world.drive(run_id) == ["succeeded"]


def test_young_and_open_runs_are_left_alone(world: World) -> None:
    ended, open_ = world.submit(subdomain="ended"), world.submit(subdomain="open")
    world.drive(ended.run_id)
    assert compact(world.services.store, 1) == 0
    assert compact(world.services.store, 0) == 1
    assert world.steps(open_.run_id)
    with pytest.raises(InvalidValue):
        compact(world.services.store, -1)
