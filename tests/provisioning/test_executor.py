"""Executors: leases, adoption, looks that fail, and who begins a run."""

import asyncio
import threading
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from core.provisioning import leases, queries
from core.provisioning.engine import Engine, library
from core.provisioning.engine.executor import Executor
from core.storage.tables import Executor as ExecutorRow
from core.storage.tables import Run
from tests.provisioning.engine_room import alter, away, executors, is_importing
from tests.provisioning.world import World


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


def test_engine_registers_again_when_the_store_is_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.provisioning.engine.engine.REGISTER_AGAIN_S", 0.05)
    engine = world.services.engine()
    register, troubles = leases.register, iter([True, True])

    def flaky(store: Any) -> str:
        return away() if next(troubles, False) else register(store)

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


def test_lease_runs_out_by_itself_when_the_store_isaway_at_the_end(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with world.services.engine().running():
        monkeypatch.setattr(leases, "end", away)
    assert (
        "The store does not answer (OperationalError); the lease stays until it is over." in caplog.messages
    )
