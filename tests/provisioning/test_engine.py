"""The engine in this process: begun, stopped, begun again; adopted; beside an outage of the store."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import col, select

from core.errors import NotFound
from core.provisioning import ending, leases, queries
from core.provisioning.engine import Engine, library, workflow
from core.provisioning.engine.executor import Executor
from core.provisioning.threads import Threads
from core.settings import Settings
from core.storage.tables import Executor as ExecutorRow
from core.storage.tables import Run
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


def executors(world: World) -> dict[str, ExecutorRow]:
    with world.services.store.reading() as session:
        return {row.id: row for row in session.exec(select(ExecutorRow)).all()}


def alter(world: World, statement: Any) -> None:
    with world.services.store.writing() as session:
        session.connection().execute(statement)


def is_importing(world: World, run_id: str) -> Callable[[], bool]:
    return lambda: any(
        step.kind == "install" and step.state == "running" for step in world.steps(run_id).values()
    )


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


def test_engine_can_start_later_when_the_store_was_away_at_its_start(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = world.services.engine()
    with monkeypatch.context() as patched:
        patched.setattr(leases, "register", _away)
        with pytest.raises(OperationalError):
            engine.start()
    with engine.running():
        assert engine.executor_id


def _away(*_: object) -> Any:
    raise OperationalError("SELECT", {}, Exception("the server closed the connection"))


def test_engine_looks_again_when_a_look_fails(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    troubles = iter(
        [
            OperationalError("SELECT", {}, Exception("away")),
            OperationalError("", {}, Exception()),
            KeyError("bug"),
        ]
    )
    claim = queries.claim

    def flaky(*args: Any) -> tuple[str, ...]:
        trouble = next(troubles, None)
        if trouble is not None:
            raise trouble
        return claim(*args)

    monkeypatch.setattr(queries, "claim", flaky)
    started = world.submit()
    with world.services.engine().running():
        assert world.wait_for(started.run_id) == "succeeded"
    told = [record.message for record in caplog.records if record.name.endswith("executor")]
    assert told == [
        "The store does not answer (OperationalError); the engine waits for it.",
        "The engine could not look after its runs; it tries again.",
        "The engine can look after its runs again.",
    ]


def test_engine_goes_on_under_a_new_name_when_others_took_it_for_dead(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    settings = world.settings.model_copy(update={"lease_s": 0.3})
    world.change("delay", delay_s=0.5)
    started = world.submit()
    engine = Engine(settings, world.context)
    with engine.running():
        first = engine.executor_id
        assert first is not None
        world.wait_until(is_importing(world, started.run_id))
        alter(world, sa.update(ExecutorRow).values(ended_at=world.services.clock()))
        world.wait_until(lambda: engine.executor_id != first)
        world.change("delay", delay_s=0)
        assert world.wait_for(started.run_id) == "succeeded"
    assert executors(world)[first].adopted_by in executors(world)
    assert any("silent for too long" in message for message in caplog.messages)
    assert {step.attempts for step in world.steps(started.run_id).values()} == {1}


def test_run_is_begun_when_whoever_had_claimed_it_is_gone(world: World) -> None:
    started = world.submit()
    assert queries.claim(world.services.store, "somebody") == (started.run_id,)
    assert queries.claim(world.services.store, "somebody-else") == ()
    now = world.services.clock()
    gone = ExecutorRow(
        id="somebody",
        machine="elsewhere",
        process_id=1,
        started_at=now,
        renewed_at=now - timedelta(minutes=1),
    )
    with world.services.store.writing() as session:
        session.add(gone)
    with world.services.engine().running():
        assert world.wait_for(started.run_id) == "succeeded"


def test_adoption_is_done_again_when_the_adopter_died_in_it(world_on_both: World) -> None:
    world = world_on_both
    store = world.services.store
    first = leases.register(store)
    leases.end(store, first)
    assert leases.declare_lost(store, "second", 5) == (first,)
    # `second` dies here.
    assert leases.declare_lost(store, "third", 5) == (first,)
    assert leases.has_lost_executor(store, 5)
    leases.adopted(store, (first,), "third")
    leases.adopted(store, (first,), "fourth")
    assert executors(world)[first].adopted_by == "third"
    assert not leases.has_lost_executor(store, 5)


def test_silent_executor_is_out_when_it_was_declared_lost(world_on_both: World) -> None:
    store = world_on_both.services.store
    silent = leases.register(store)
    assert leases.declare_lost(store, "other", 5) == ()
    assert leases.renew(store, silent)
    alter(
        world_on_both,
        sa.update(ExecutorRow).values(
            machine="elsewhere", renewed_at=world_on_both.services.clock() - timedelta(seconds=6)
        ),
    )
    assert not leases.has_live_executor(store, 5)
    assert leases.declare_lost(store, "other", 5) == (silent,)
    assert not leases.renew(store, silent)


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


def test_gone_executors_are_forgotten_when_a_week_has_passed(world: World) -> None:
    store = world.services.store
    old = leases.register(store)
    alter(
        world,
        sa.update(ExecutorRow).values(adopted_by="x", ended_at=world.services.clock() - timedelta(days=8)),
    )
    new = leases.register(store)
    assert set(executors(world)) == {new}
    assert old != new


def test_process_is_known_to_live_when_it_is_somebody_elses(monkeypatch: pytest.MonkeyPatch) -> None:
    def kill(process_id: int, _signal: int) -> None:
        raise {1: PermissionError, 2: ProcessLookupError}[process_id]

    monkeypatch.setattr("os.kill", kill)
    assert leases._runs(1)
    assert not leases._runs(2)


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


def test_store_is_only_read_when_nothing_is_to_do(world: World) -> None:
    store = world.services.store
    executor = Executor(leases.register(store), world.context, library.Library(world.settings, "x"), 3600)
    executor._mended = float("inf")
    statements: list[str] = []
    sa.event.listen(store.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))

    async def look_often() -> None:
        for _ in range(10):
            assert await executor._look()

    asyncio.run(look_often())
    changing = [s for s in statements if not s.lstrip().upper().startswith(("SELECT", "BEGIN"))]
    assert len(changing) == 1  # the lease, renewed once in a third of its length
    assert len(statements) <= 10 * 4 + 2


def test_run_has_one_executor_when_two_look_at_once(world_on_both: World) -> None:
    store = world_on_both.services.store
    ids = [world_on_both.submit(subdomain=f"portal-{n}").run_id for n in range(6)]
    claimed: list[str] = []
    barrier = threading.Barrier(4)

    def claim(name: str) -> None:
        barrier.wait()
        claimed.extend(queries.claim(store, name))

    threads = [threading.Thread(target=claim, args=(f"executor-{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == sorted(ids)
    assert len(queries.begun_and_open(store)[0]) == 6
    with store.reading() as session:
        assert all(session.exec(select(Run.executor_id).where(col(Run.id).in_(ids))).all())


def test_wake_up_is_not_lost_when_it_comes_during_a_look(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.provisioning.engine.executor.LOOK_S", 3600)

    async def woken_while_it_looks() -> None:
        executor = Executor("somebody", world.context, library.Library(world.settings, "somebody"), 3600)
        executor.wake()  # not begun yet: nobody to wake
        executor._loop = asyncio.get_running_loop()
        executor.wake()
        await asyncio.wait_for(executor._until_woken(), 30)

    asyncio.run(woken_while_it_looks())


def test_log_says_nothing_of_the_library_when_all_is_well(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    with world.services.engine().running():
        world.wait_for(world.submit().run_id)
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_engine_registers_again_when_the_store_is_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.provisioning.engine.engine.REGISTER_AGAIN_S", 0.05)
    engine = world.services.engine()
    register, troubles = leases.register, iter([True, True])

    def flaky(store: Any) -> str:
        return _away() if next(troubles, False) else register(store)

    with engine.running():
        first = engine.executor_id
        monkeypatch.setattr(leases, "register", flaky)
        monkeypatch.setattr(leases, "renew", lambda _store, executor_id: executor_id != first)
        world.wait_until(lambda: engine.executor_id != first)
        assert world.wait_for(world.submit().run_id) == "succeeded"


def test_engine_starts_again_when_its_second_launch_fails(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("core.provisioning.engine.engine.REGISTER_AGAIN_S", 0.05)
    engine = world.services.engine()
    launch, troubles = library.Library.launch, iter([True])
    with engine.running():
        first = engine.executor_id

        def flaky(self: library.Library) -> None:
            if next(troubles, False):
                raise OSError("no more files")
            launch(self)

        monkeypatch.setattr(library.Library, "launch", flaky)
        monkeypatch.setattr(leases, "renew", lambda _store, executor_id: executor_id != first)
        world.wait_until(lambda: "The engine ended unexpectedly; it starts again." in caplog.messages)
        assert world.wait_for(world.submit().run_id) == "succeeded"


def test_lease_runs_out_by_itself_when_the_store_is_away_at_the_end(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with world.services.engine().running():
        monkeypatch.setattr(leases, "end", _away)
    assert (
        "The store does not answer (OperationalError); the lease stays until it is over." in caplog.messages
    )


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


def test_threads_are_waited_for_when_they_are_closed(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("core.provisioning.threads.CLOSING_S", 0.0)
    threads, release = Threads(), threading.Event()

    async def leave_one_behind() -> None:
        task = asyncio.ensure_future(threads.run(release.wait))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(leave_one_behind())
    threads.close()
    release.set()
    assert "1 calls of steps had not ended when the engine stopped." in caplog.messages


def test_call_is_not_repeated_when_the_store_refuses_it() -> None:
    def wrong() -> None:
        raise IntegrityError("INSERT", {}, Exception("UNIQUE"))

    threads = Threads()
    with pytest.raises(IntegrityError):
        asyncio.run(threads.run(wrong))
    threads.close()


def test_state_is_told_when_a_run_is_asked_for(world: World) -> None:
    started = world.submit()
    assert queries.state_of(world.services.store, started.run_id) == "queued"
    assert queries.open_runs(world.services.store) == (started.run_id,)
    with pytest.raises(NotFound):
        queries.state_of(world.services.store, "nowhere")
