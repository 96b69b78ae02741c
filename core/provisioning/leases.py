"""Who runs the engine: executors with a lease each, and the adoption of those that fell silent."""

import os
import socket
import uuid
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.storage.store import Store
from core.storage.tables import Executor, Run

KEPT = timedelta(days=7)  # how long an executor that is gone stays on record


def machine() -> str:
    """Where process ids mean the same processes: the host and, on Linux, its namespace of process ids."""
    namespace = Path("/proc/self/ns/pid")
    return f"{socket.gethostname()}/{namespace.readlink() if namespace.is_symlink() else ''}"


def register(store: Store) -> str:
    """A new executor for this process; returns its id."""
    executor_id = f"{socket.gethostname()[:40]}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    with store.writing() as session:
        now = store.now(session)
        session.connection().execute(
            sa.delete(Executor).where(
                col(Executor.adopted_by).is_not(None), col(Executor.ended_at) < now - KEPT
            )
        )
        session.add(
            Executor(
                id=executor_id, machine=machine(), process_id=os.getpid(), started_at=now, renewed_at=now
            )
        )
    return executor_id


def renew(store: Store, executor_id: str) -> bool:
    """Renew the lease; False where another executor adopted our runs meanwhile."""
    with store.writing() as session:
        changed = session.connection().execute(
            sa.update(Executor)
            .where(col(Executor.id) == executor_id, col(Executor.ended_at).is_(None))
            .values(renewed_at=store.now(session))
        )
        return bool(changed.rowcount)


def end(store: Store, executor_id: str) -> None:
    """The executor stops; whatever it leaves may be adopted at once."""
    with store.writing() as session:
        session.connection().execute(
            sa.update(Executor)
            .where(col(Executor.id) == executor_id, col(Executor.ended_at).is_(None))
            .values(ended_at=store.now(session))
        )


def declare_lost(store: Store, executor_id: str, lease_s: float) -> tuple[str, ...]:
    """The executors that ended or fell silent and whose runs nobody has taken over yet; from now on they are out.

    One that lives after all notices at its next renewal. The same ones come again until they are `adopted`.
    """
    with store.reading() as session:
        lost = _lost(session, store.now(session), lease_s, but=executor_id)
        if all(executor.ended_at is not None for executor in lost):
            return tuple(executor.id for executor in lost)
    with store.writing() as session:
        now = store.now(session)
        lost = _lost(session, now, lease_s, but=executor_id, is_to_change=True)
        for executor in lost:
            executor.ended_at = executor.ended_at or now
            session.add(executor)
        return tuple(executor.id for executor in lost)


def adopted(store: Store, executor_ids: tuple[str, ...], by: str) -> None:
    """Their runs are in hand again; those that they had claimed and not begun are anybody's. Idempotent."""
    with store.writing() as session:
        session.connection().execute(
            sa.update(Run)
            .where(col(Run.executor_id).in_(executor_ids), col(Run.state) == "queued")
            .values(executor_id=None)
        )
        session.connection().execute(
            sa.update(Executor)
            .where(col(Executor.id).in_(executor_ids), col(Executor.adopted_by).is_(None))
            .values(adopted_by=by)
        )


def live(store: Store, lease_s: float) -> tuple[Executor, ...]:
    """The executors whose lease runs."""
    with store.reading() as session:
        now = store.now(session)
        return tuple(e for e in _not_adopted(session) if _lives(e, now, lease_s))


def has_live_executor(store: Store, lease_s: float) -> bool:
    """Whether somebody runs the engine on this store."""
    return bool(live(store, lease_s))


def has_lost_executor(store: Store, lease_s: float) -> bool:
    """Whether an executor that died with runs still waits for its adoption."""
    with store.reading() as session:
        now = store.now(session)
        return any(not _lives(executor, now, lease_s) for executor in _not_adopted(session))


def _lost(
    session: Session, now: datetime, lease_s: float, *, but: str, is_to_change: bool = False
) -> list[Executor]:
    found = _not_adopted(session, is_to_change=is_to_change)
    return [executor for executor in found if executor.id != but and not _lives(executor, now, lease_s)]


def _not_adopted(session: Session, *, is_to_change: bool = False) -> list[Executor]:
    query = select(Executor).where(col(Executor.adopted_by).is_(None)).order_by(col(Executor.id))
    return list(session.exec(query.with_for_update() if is_to_change else query).all())


def _lives(executor: Executor, now: datetime, lease_s: float) -> bool:
    if executor.ended_at is not None or now - executor.renewed_at > timedelta(seconds=lease_s):
        return False
    # A process of this machine that is gone needs no waiting for its lease.
    return executor.machine != machine() or _runs(executor.process_id)


def _runs(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
