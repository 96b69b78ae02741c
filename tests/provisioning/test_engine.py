"""The engine in this process: begun, stopped, begun again; adopted; beside an outage of the store."""

import logging
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from core.errors import NotFound
from core.provisioning import ending, leases
from core.provisioning.engine import Engine, library, workflow
from core.settings import Settings
from core.storage.tables import Executor as ExecutorRow
from tests.provisioning.engine_room import alter, away, is_importing
from tests.provisioning.world import World, opened

WORKFLOWS = (
    "SELECT workflow_uuid, status, executor_id, application_version, serialization FROM workflow_status"
)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mend at every look."""
    monkeypatch.setattr("core.provisioning.engine.executor.MEND_S", 0)


@pytest.fixture
def no_thread_stays() -> Iterator[None]:
    """The threads after the test are those of before."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 10
    while set(threading.enumerate()) - before and time.monotonic() < deadline:
        time.sleep(0.02)  # a thread that was let go ends by itself
    assert set(threading.enumerate()) - before == set()


def workflows(settings: Settings) -> dict[str, Any]:
    """The library's rows, by the run's id."""
    if settings.store_url.startswith("sqlite"):
        engine, query = sa.create_engine(f"sqlite:///{settings.data_dir / 'engine.sqlite'}"), WORKFLOWS
    else:
        engine, query = sa.create_engine(settings.store_url), WORKFLOWS.replace("FROM ", "FROM dbos.")
    try:
        with engine.connect() as connection:
            return {row.workflow_uuid: row for row in connection.execute(sa.text(query))}
    finally:
        engine.dispose()


@pytest.mark.usefixtures("no_thread_stays")
def test_run_ends_when_it_is_submitted_beside_the_engine(world_on_both: World) -> None:
    world = world_on_both
    with world.services.engine().running() as engine:
        started = world.submit()
        assert world.wait_for(started.run_id) == "succeeded"
        assert engine.is_idle()
    row = workflows(world.settings)[started.run_id]
    # Neither is ever to change: runs in flight at an upgrade go on, whatever was renamed.
    assert row.application_version == library.APPLICATION_VERSION == "portico-1"
    assert row.serialization == "portable_json"


def test_run_ends_when_it_was_submitted_before_the_engine_started(world: World) -> None:
    started = world.submit()
    assert not world.services.engine().is_idle()
    with world.services.engine().running():
        assert world.wait_for(started.run_id) == "succeeded"


def test_run_is_begun_when_nobody_told_the_engine_of_it(world: World) -> None:
    with world.services.engine().running(), opened(world.settings) as elsewhere:
        started = elsewhere.submit()
        assert world.wait_for(started.run_id) == "succeeded"


@pytest.mark.usefixtures("no_thread_stays")
def test_nothing_has_failed_when_the_engine_stops_in_the_middle(
    world_on_both: World, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    world = world_on_both
    world.change("delay", delay_s=3600)
    started = world.submit()
    engine = world.services.engine()
    with engine.running():
        world.wait_until(is_importing(world, started.run_id))
        waiting = world.submit(subdomain="second")
        world.wait_until(lambda: world.run(waiting.run_id).state == "waiting")
    assert {world.run(one.run_id).state for one in (started, waiting)} <= {"running", "waiting"}
    assert {step.state for step in world.steps(started.run_id).values()} == {"done", "running", "waiting"}
    assert {row.status for row in workflows(world.settings).values()} == {"PENDING"}
    assert world.portal(started.portal_id).state == "configuring"
    assert caplog.records == []  # a stop is nothing to tell of
    assert capfd.readouterr() == ("", "")

    world.change("delay", delay_s=0)
    with engine.running():
        # The import that was accepted an hour ahead is the platform's; it ends once its time has come.
        world.let_import_end()
        assert world.wait_for(started.run_id) == "succeeded"
        assert world.wait_for(waiting.run_id) == "succeeded"
    assert {step.attempts for step in world.steps(started.run_id).values()} == {1}


def test_engine_works_as_before_when_it_is_started_and_stopped_twice(world: World) -> None:
    engine = world.services.engine()
    engine.stop()  # never started: nothing to stop
    engine.nudge()
    engine.start()
    first = engine.executor_id
    engine.start()
    assert engine.executor_id == first
    engine.stop()
    engine.stop()
    with engine.running():
        assert engine.executor_id != first
        assert world.wait_for(world.submit().run_id) == "succeeded"


def test_second_engine_is_refused_when_one_runs_in_the_process(world: World) -> None:
    other = Engine(world.settings, world.context)
    with world.services.engine().running(), pytest.raises(RuntimeError, match="runs in this process already"):
        other.start()
    with other.running():
        pass


@pytest.mark.usefixtures("no_thread_stays")
def test_engine_can_start_later_when_it_could_not_be_launched(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = world.services.engine()
    with monkeypatch.context() as patched:
        patched.setattr(library.Library, "launch", lambda _self: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            engine.start()
    with engine.running():
        assert world.wait_for(world.submit().run_id) == "succeeded"


def test_engine_can_start_later_when_the_store_wasaway_at_its_start(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = world.services.engine()
    with monkeypatch.context() as patched:
        patched.setattr(leases, "register", away)
        with pytest.raises(OperationalError):
            engine.start()
    with engine.running():
        assert engine.executor_id


@pytest.mark.usefixtures("quick")
def test_run_goes_on_from_its_rows_when_the_checkpoints_are_lost(world: World) -> None:
    world.change("delay", delay_s=3600)
    started = world.submit()
    with world.services.engine().running():
        world.wait_until(is_importing(world, started.run_id))
    for file in world.settings.data_dir.glob("engine.sqlite*"):
        file.unlink()
    world.change("delay", delay_s=0)
    world.let_import_end()
    with world.services.engine().running():
        assert world.wait_for(started.run_id) == "succeeded"
    assert {step.attempts for step in world.steps(started.run_id).values()} == {1}


def _faulty(*_: object) -> Any:
    raise KeyError("a bug")


@pytest.mark.usefixtures("quick")
def test_run_fails_with_a_sentence_when_its_workflow_broke(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workflow, "_perform", _faulty)
    started = world.submit()
    with world.services.engine().running():
        assert world.wait_for(started.run_id) == "failed"
    error = world.run(started.run_id).error
    assert error is not None
    assert (error["kind"], error["step"]) == ("broken", "create-website")
    assert "restart provisioning" in error["message"]
    assert world.portal(started.portal_id).state == "provisioning-failed"


@pytest.mark.usefixtures("quick")
def test_run_ends_as_its_rows_say_when_its_workflow_broke_behind_the_last_step(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workflow, "_finish", _faulty)
    started = world.submit()
    with world.services.engine().running():
        assert world.wait_for(started.run_id) == "succeeded"
    assert world.portal(started.portal_id).verdict == "healthy"
    assert ending.fail(world.context, started.run_id, NotFound("late")) == "succeeded"  # and stays so


@pytest.mark.usefixtures("quick")
def test_run_is_adopted_when_its_executor_is_on_no_record(world: World) -> None:
    world.change("delay", delay_s=3600)
    started = world.submit()
    engine = world.services.engine()
    with engine.running():
        world.wait_until(is_importing(world, started.run_id))
    alter(world, sa.delete(ExecutorRow))  # adopted and forgotten, while it had one more run in hand
    world.change("delay", delay_s=0)
    world.let_import_end()
    with engine.running():
        assert world.wait_for(started.run_id) == "succeeded"


def test_workflow_is_refused_when_no_engine_was_started() -> None:
    with pytest.raises(RuntimeError, match="before it was started"):
        workflow._steps()


def test_threads_do_not_grow_when_many_runs_are_under_way(world: World) -> None:
    world.change("delay", delay_s=3600)
    with world.services.engine().running():
        before = threading.active_count()
        ids = [world.submit(subdomain=f"portal-{n}").run_id for n in range(13)]
        world.wait_until(lambda: all(world.run(i).state in ("running", "waiting") for i in ids))
        world.wait_until(lambda: sum(world.run(i).state == "waiting" for i in ids) == 12)
        # Ours and the library's: bounded, whatever number of runs waits.
        assert threading.active_count() - before <= 8 + library.THREADS


def test_log_says_nothing_of_the_library_when_all_is_well(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    with world.services.engine().running():
        world.wait_for(world.submit().run_id)
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_stop_says_so_when_the_engine_does_not_end(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    engine = world.services.engine()
    engine.start()
    thread = engine._thread
    assert thread is not None
    monkeypatch.setattr("core.provisioning.engine.engine.STOP_S", 0.0)
    engine.stop()
    assert any("did not stop within" in message for message in caplog.messages)
    thread.join()
