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

OPEN = ("queued", "running", "waiting")


def machine() -> str:
    """Where process ids mean the same processes: the host and, on Linux, its namespace of process ids."""
    namespace = Path("/proc/self/ns/pid")
    return f"{socket.gethostname()}/{namespace.readlink() if namespace.is_symlink() else ''}"


def register(store: Store) -> str:
    """A new executor for this process; returns its id."""
    executor_id = f"{socket.gethostname()[:40]}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    with store.writing() as session:
        now = store.now(session)
        session.add(
            Executor(id=executor_id, machine=machine(), process_id=os.getpid(), started_at=now, renewed_at=now)
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


def adopt(store: Store, executor_id: str, lease_s: float) -> tuple[str, ...]:
    """Take over the runs of the executors that ended or fell silent; returns these executors' ids.

    Each executor's runs are adopted by one: guarded by `adopted_by`.
    """
    with store.reading() as session:
        lost = [e.id for e in _not_adopted(session) if e.id != executor_id and not _lives(e, store.now(session), lease_s)]
    if not lost:
        return ()
    with store.writing() as session:
        now = store.now(session)
        still = [e for e in _not_adopted(session) if e.id in lost and not _lives(e, now, lease_s)]
        for executor in still:
            executor.adopted_by = executor_id
            executor.ended_at = executor.ended_at or now
            session.add(executor)
        ids = tuple(executor.id for executor in still)
        session.connection().execute(
            sa.update(Run)
            .where(col(Run.executor_id).in_(ids), col(Run.state).in_(OPEN))
            .values(executor_id=executor_id)
        )
        return ids


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


def _not_adopted(session: Session) -> list[Executor]:
    return list(session.exec(select(Executor).where(col(Executor.adopted_by).is_(None))).all())


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
