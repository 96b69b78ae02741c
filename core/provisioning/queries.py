"""Runs as the engine and those who wait for them see them."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.errors import NotFound
from core.provisioning.progress import UNFINISHED
from core.storage.store import Store
from core.storage.tables import Run, RunStep

MOST_AT_ONCE = 500


def state_of(store: Store, run_id: str) -> str:
    """The run's state now. Raises NotFound."""
    with store.reading() as session:
        found = session.exec(select(Run.state).where(col(Run.id) == run_id)).first()
    if found is None:
        raise NotFound(f"There is no run '{run_id}'.", field="run")
    return found


def open_runs(store: Store) -> tuple[str, ...]:
    """The ids of the runs under way or queued, the oldest first."""
    with store.reading() as session:
        query = select(Run.id).where(col(Run.ended_at).is_(None)).order_by(col(Run.created_at))
        return tuple(session.exec(query).all())


def claim(store: Store, executor_id: str) -> tuple[str, ...]:
    """Claim the queued runs that nobody has claimed, the oldest first: each is one executor's, by compare and set."""
    free = (col(Run.state) == "queued", col(Run.executor_id).is_(None))
    with store.reading() as session:
        query = select(Run.id).where(*free, col(Run.ended_at).is_(None)).order_by(col(Run.created_at))
        found = session.exec(query.limit(MOST_AT_ONCE)).all()
    if not found:
        return ()
    with store.writing() as session:
        claimed = session.connection().execute(
            sa.update(Run)
            .where(col(Run.id).in_(found), *free)
            .values(executor_id=executor_id)
            .returning(col(Run.id))
        )
        ours = {str(row[0]) for row in claimed}
    return tuple(run_id for run_id in found if run_id in ours)


def begun_and_open(store: Store) -> tuple[tuple[str, ...], ...]:
    """The open runs that somebody has claimed, in handfuls."""
    with store.reading() as session:
        query = select(Run.id).where(col(Run.ended_at).is_(None), col(Run.executor_id).is_not(None))
        found = session.exec(query.order_by(col(Run.created_at))).all()
    return tuple(tuple(found[i : i + MOST_AT_ONCE]) for i in range(0, len(found), MOST_AT_ONCE))


def imports_under_way(session: Session, instances: Collection[str]) -> dict[tuple[str, str], str]:
    """The imports that runs under way will still do, by instance and solution, each with such a run's id."""
    query = (
        select(Run.instance, RunStep.solution, Run.id)
        .join(RunStep, col(RunStep.run_id) == col(Run.id))
        .where(col(Run.ended_at).is_(None), col(Run.instance).in_(instances))
        .where(col(RunStep.solution).is_not(None), col(RunStep.state).in_(UNFINISHED))
    )
    return {(instance, str(solution)): run_id for instance, solution, run_id in session.exec(query).all()}
