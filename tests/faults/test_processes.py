"""Several processes on one store: a run is one's at a time, and goes on wherever one lives."""

import os
import re
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import Settings
from tests.faults import processes
from tests.faults.effects import Effects, effects_of
from tests.faults.processes import KILLED
from tests.postgres import PostgresServer
from tests.provisioning.world import CONTOSO, FABRIKAM, World, copy_data, opened

TAKEN_OVER_S = 10  # what the command line promises


def is_under_way(world: World, run_id: str) -> bool:
    return any(step.kind == "install" and step.state == "running" for step in world.steps(run_id).values())


def test_each_run_is_carried_out_once_when_two_processes_start_at_once(world_on_both: World) -> None:
    world = world_on_both
    ids = [
        world.submit(place=place, subdomain=f"{place.instance}-{n}").run_id
        for place in (CONTOSO, FABRIKAM)
        for n in range(3)
    ]
    two = [
        processes.start(processes.drain, world.settings) for _ in range(2)
    ]  # both make the checkpoints' tables
    assert [processes.ended(one) for one in two] == [0, 0]

    assert {world.run(run_id).state for run_id in ids} == {"succeeded"}
    attempts = Counter(step.attempts for run_id in ids for step in world.steps(run_id).values())
    assert attempts == {1: 20 * 6}
    for place in (CONTOSO, FABRIKAM):
        assert {row.attempts for row in world.installations(place).values()} == {1}
    log = (world.settings.data_dir / "log.txt").read_text()
    assert not re.search("no longer owned|Traceback", log)  # nobody was fenced off: no run had two
    assert world.slots() == []


def test_run_is_taken_over_within_ten_seconds_when_its_process_was_killed(world_on_both: World) -> None:
    world = world_on_both
    world.change("delay", delay_s=0.15)
    first = processes.start(processes.serve, world.settings)
    run_id = world.submit().run_id
    world.wait_until(lambda: is_under_way(world, run_id))
    second = processes.start(processes.serve, world.settings)
    os.kill(first.pid or 0, signal.SIGKILL)
    assert processes.ended(first) == KILLED
    killed_at = world.services.clock()

    assert world.wait_for(run_id) == "succeeded"
    went_on_at = min(
        step.ended_at
        for step in world.steps(run_id).values()
        if step.ended_at is not None and step.ended_at > killed_at
    )
    assert (went_on_at - killed_at).total_seconds() < TAKEN_OVER_S
    assert {step.attempts for step in world.steps(run_id).values()} == {1}
    second.terminate()
    assert processes.ended(second) == 0


def test_run_goes_on_elsewhere_when_its_process_was_asked_to_end(world: World) -> None:
    world.change("delay", delay_s=0.15)
    first = processes.start(processes.serve, world.settings)
    run_id = world.submit().run_id
    world.wait_until(lambda: is_under_way(world, run_id))
    first.terminate()
    assert processes.ended(first) == 0
    assert processes.is_running(world, run_id)
    assert {step.state for step in world.steps(run_id).values()} <= {"done", "running", "waiting"}

    assert processes.run(processes.drain, world.settings) == 0
    assert world.run(run_id).state == "succeeded"


def test_run_stays_ours_when_the_process_was_frozen_and_taken_for_dead(
    world: World, undisturbed: Effects
) -> None:
    settings = world.settings.model_copy(update={"lease_s": 0.5})
    world.change("delay", delay_s=1)
    frozen = processes.start(processes.serve, settings)
    run_id = world.submit().run_id
    # While it waits for the platform, it holds no lock of the store's file.
    world.wait_until(lambda: world.services.platform.instance("contoso").import_running is not None)
    os.kill(frozen.pid or 0, signal.SIGSTOP)
    world.change("delay", delay_s=0.1)
    other = processes.start(processes.serve, settings)
    before = sum(step.state == "done" for step in world.steps(run_id).values())
    world.wait_until(lambda: sum(step.state == "done" for step in world.steps(run_id).values()) > before + 1)
    os.kill(frozen.pid or 0, signal.SIGCONT)  # it wakes in the middle of a step that is another's now

    assert world.wait_for(run_id) == "succeeded"
    for process in (frozen, other):
        process.terminate()
        assert processes.ended(process) == 0
    assert effects_of(world) == undisturbed


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """A PostgreSQL that the test may end."""
    server = PostgresServer()
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.mark.postgres
def test_run_ends_when_the_database_was_restarted_during_it(
    settings: Settings, made_data: Path, own_server: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    copy_data(made_data, settings.data_dir)
    away = settings.model_copy(update={"database_url": own_server.new_database()})
    with opened(away) as world:
        world.change("delay", delay_s=0.1)
        engine = world.services.engine()
        with engine.running():
            run_id = world.submit().run_id
            world.wait_until(lambda: is_under_way(world, run_id))
            own_server.restart()
            assert world.wait_for(run_id) == "succeeded"
        assert not any("did not stop" in message for message in caplog.messages)
        assert {step.attempts for step in world.steps(run_id).values()} == {1}
