"""What is kept of the steps of a run that ended long ago, or of a demo's: compact, and shown as ever.

`run.steps_kept` is `[plan, times, odd]`. `plan` names the list of the steps' names, kept once in `store_mark`. `times` has two
numbers a step, in milliseconds: from the end of the step before (at first: from the run's making) to its beginning, and from
there to its end; null where there is no such time. A step with both was done at the first attempt, one with neither was done by
an earlier run. What is otherwise stands in `odd`: [position, state, attempts, error], the error true where it is the run's.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from core.storage.inventory_tables import StoreMark
from core.storage.tables import Run, RunStep

_PREFIX = "steps:"
_MICROSECOND = timedelta(microseconds=1)


def steps_of(session: Session, run_ids: Collection[str]) -> dict[str, list[RunStep]]:
    """The steps of these runs, in order, whether they are rows or kept; not to be changed."""
    found: dict[str, list[RunStep]] = {run_id: [] for run_id in run_ids}
    query = select(RunStep).where(col(RunStep.run_id).in_(found)).order_by(col(RunStep.position))
    for step in session.exec(query).all():
        found[step.run_id].append(step)
    without = [run_id for run_id, steps in found.items() if not steps]
    return found | _kept_of(session, without)


def compacted(run: Run, steps: Sequence[RunStep]) -> list[Any] | None:
    """The steps as `steps_kept` has them; None where they can't be told so. The plan is kept by `keep_plans`."""
    if not steps or [step.position for step in steps] != [*range(len(steps))]:
        return None
    if any((step.kind, step.solution) != _told_by(step.name) for step in steps):
        return None
    times: list[float | None] = []
    at = run.created_at
    for step in steps:
        times.append(None if step.started_at is None else _ms(step.started_at - at))
        at = step.started_at or at
        times.append(None if step.ended_at is None else _ms(step.ended_at - at))
        at = step.ended_at or at
    odd = [_odd(step, run) for step in steps if not _is_even(step)]
    return [plan_key([step.name for step in steps]), times, odd]


def plan_key(names: Iterable[str]) -> str:
    """The short name of a list of steps' names."""
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:8]


def keep_plans(session: Session, plans: Iterable[Sequence[str]], now: datetime) -> None:
    """Keep these lists of steps' names in the store. Idempotent."""
    rows = [
        {"name": f"{_PREFIX}{plan_key(names)}", "value": {"names": [*names]}, "written_at": now}
        for names in plans
    ]
    if rows:
        insert: Any = sqlite.insert if session.connection().dialect.name == "sqlite" else postgresql.insert
        session.connection().execute(insert(StoreMark).values(rows).on_conflict_do_nothing())


def _kept_of(session: Session, run_ids: Sequence[str]) -> dict[str, list[RunStep]]:
    if not run_ids:
        return {}
    query = select(Run.id, Run.steps_kept, Run.created_at, Run.error)
    rows = session.exec(query.where(col(Run.id).in_(run_ids), col(Run.steps_kept).is_not(None))).all()
    plans = _plans(session, {str(kept[0]) for _, kept, _, _ in rows if kept})
    return {
        run_id: _unfolded(run_id, kept, plans[kept[0]], created_at, None if error is None else dict(error))
        for run_id, kept, created_at, error in rows
        if kept
    }


def _plans(session: Session, keys: Collection[str]) -> Mapping[str, list[str]]:
    wanted = [f"{_PREFIX}{key}" for key in keys]
    rows = session.exec(select(StoreMark).where(col(StoreMark.name).in_(wanted))).all()
    return {row.name.removeprefix(_PREFIX): row.value["names"] for row in rows}


def _unfolded(
    run_id: str, kept: Sequence[Any], names: Sequence[str], at: datetime, error: dict[str, Any] | None
) -> list[RunStep]:
    _, times, odd = kept
    steps = []
    for position, name in enumerate(names):
        before, length = times[2 * position], times[2 * position + 1]
        started_at = None if before is None else at + _span(before)
        at = started_at or at
        ended_at = None if length is None else at + _span(length)
        at = ended_at or at
        kind, solution = _told_by(name)
        steps.append(
            RunStep(
                run_id=run_id,
                position=position,
                name=name,
                kind=kind,
                solution=solution,
                state="done",
                started_at=started_at,
                ended_at=ended_at,
                attempts=0 if ended_at is None else 1,
            )
        )
    for position, state, attempts, said in odd:
        step = steps[position]
        step.state, step.attempts, step.error = state, attempts, error if said is True else said
    return steps


def _is_even(step: RunStep) -> bool:
    times = (step.started_at is None, step.ended_at is None)
    if step.state != "done" or step.error is not None:
        return False
    return (times, step.attempts) in (((False, False), 1), ((True, True), 0))


def _odd(step: RunStep, run: Run) -> list[Any]:
    said = True if step.error is not None and step.error == run.error else step.error
    return [step.position, step.state, step.attempts, said]


def _told_by(name: str) -> tuple[str, str | None]:
    """A step's name is its kind, or install-SOLUTION."""
    return ("install", name.removeprefix("install-")) if name.startswith("install-") else (name, None)


def _ms(span: timedelta) -> float:
    microseconds = span // _MICROSECOND
    return microseconds // 1000 if microseconds % 1000 == 0 else microseconds / 1000


def _span(ms: float) -> timedelta:
    return timedelta(microseconds=round(ms * 1000))
