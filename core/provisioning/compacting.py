"""What finished runs keep of their steps is compact: rows of `run_step` become one value of the run. Loses nothing."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.errors import InvalidValue
from core.provisioning.kept_steps import compacted, keep_plans
from core.storage.store import Store
from core.storage.tables import Run, RunStep

AT_ONCE = 200
MOST_DAYS = 36_500


def compact(store: Store, days: int) -> int:
    """Compact the runs that ended at least so many days ago; how many there were. Idempotent; a transaction for some."""
    if not 0 <= days <= MOST_DAYS:
        raise InvalidValue(f"--days can't be {days}. Give a number from 0 to {MOST_DAYS:,}.", field="days")
    before = store.clock() - timedelta(days=days)
    number, after = 0, ""
    while True:
        with store.writing() as session:
            runs = _next(session, before, after)
            number += sum(_compact(session, run, before) for run in runs)
        if len(runs) < AT_ONCE:
            return number
        after = runs[-1].id


def _next(session: Session, before: datetime, after: str) -> list[Run]:
    has_rows = sa.exists().where(col(RunStep.run_id) == Run.id)
    query = select(Run).where(col(Run.ended_at) <= before, col(Run.steps_kept).is_(None), col(Run.id) > after)
    return list(session.exec(query.where(has_rows).order_by(col(Run.id)).limit(AT_ONCE)).all())


def _compact(session: Session, run: Run, now: datetime) -> bool:
    query = select(RunStep).where(col(RunStep.run_id) == run.id).order_by(col(RunStep.position))
    steps = session.exec(query).all()
    kept = compacted(run, steps)
    if kept is None:
        return False
    keep_plans(session, [[step.name for step in steps]], now)
    run.steps_kept = kept
    session.add(run)
    session.flush()
    session.connection().execute(sa.delete(RunStep).where(col(RunStep.run_id) == run.id))
    return True
