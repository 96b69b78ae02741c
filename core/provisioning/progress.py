"""The rows of a run and its steps: read as plain values, written by compare and set."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.provisioning.plan import PlannedStep
from core.storage.columns import UtcDateTime
from core.storage.store import Store
from core.storage.tables import Portal, Run, RunStep

OPEN_STATES = ("queued", "running", "waiting")
UNFINISHED = ("waiting", "running")  # the states of a step that has no verdict yet


@dataclass(frozen=True)
class Job:
    """A step about to be done, with what it needs of its run and portal."""

    run_id: str
    position: int
    name: str
    kind: str
    solution: str | None
    state: str
    attempts: int
    portal_id: int
    portal_key: str
    website_id: str | None
    instance: str
    subdomain: str
    portal_name: str
    template: str
    language: int
    administrator: str
    requested_by: str
    is_cancelled: bool
    error: dict[str, Any] | None  # why it failed, or what it waits for
    is_refused: bool  # a solution of this run was refused: what follows the solutions is skipped


def load(session: Session, run_id: str, position: int) -> Job:
    """The step as its rows say in this transaction."""
    run, portal = run_and_portal(session, run_id)
    step = session.get_one(RunStep, (run_id, position))
    failed = select(RunStep.position).where(col(RunStep.run_id) == run_id, col(RunStep.state) == "failed")
    return Job(
        run_id=run_id,
        position=position,
        name=step.name,
        kind=step.kind,
        solution=step.solution,
        state=step.state,
        attempts=step.attempts,
        portal_id=run.portal_id,
        portal_key=portal.key,
        website_id=portal.website_id,
        instance=run.instance,
        subdomain=portal.subdomain,
        portal_name=portal.name,
        template=run.template,
        language=run.values["language"],
        administrator=run.values["administrator"],
        requested_by=run.requested_by,
        is_cancelled=run.cancel_requested_at is not None,
        error=step.error,
        is_refused=session.exec(failed.limit(1)).first() is not None,
    )


def read(store: Store, run_id: str, position: int) -> Job:
    """The step as its rows say now."""
    with store.reading() as session:
        return load(session, run_id, position)


def run_and_portal(session: Session, run_id: str) -> tuple[Run, Portal]:
    """A run and its portal."""
    run = session.get_one(Run, run_id)
    return run, session.get_one(Portal, run.portal_id)


def new_steps(run_id: str, plan: tuple[PlannedStep, ...], done_before: int = 0) -> list[RunStep]:
    """The rows of a new run's steps; those before `done_before` count as done."""
    return [
        RunStep(
            run_id=run_id,
            position=step.position,
            name=step.name,
            kind=step.kind,
            solution=step.solution,
            state="done" if step.position < done_before else "waiting",
        )
        for step in plan
    ]


def started(session: Session, job: Job, now: datetime) -> None:
    """An attempt of the step begins; one that was cut short by a crash goes on under its number."""
    is_new = sa.case((col(RunStep.state) == "waiting", 1), else_=0)
    session.connection().execute(
        sa.update(RunStep)
        .where(*_step(job), col(RunStep.state).in_(UNFINISHED))
        .values(
            state="running",
            attempts=RunStep.attempts + is_new,
            started_at=sa.func.coalesce(col(RunStep.started_at), sa.literal(now, UtcDateTime())),
            error=None,
        )
    )
    moved(session, job.run_id, "running", now)


def hold(session: Session, job: Job) -> bool:
    """Whether the step has not ended yet; it can't until this transaction has."""
    state = session.exec(select(RunStep.state).where(*_step(job)).with_for_update()).one()
    return state in UNFINISHED


def ended(session: Session, job: Job, state: str, now: datetime, error: dict[str, Any] | None = None) -> bool:
    """The step has ended: done, failed or skipped. False where it had ended already: it stays as it is."""
    changed = session.connection().execute(
        sa.update(RunStep)
        .where(*_step(job), col(RunStep.state).in_(UNFINISHED))
        .values(state=state, ended_at=now if state != "skipped" else None, error=error)
    )
    moved(session, job.run_id, "running", now)
    return bool(changed.rowcount)


def stepped_back(session: Session, job: Job, now: datetime, error: dict[str, Any]) -> None:
    """The attempt is over, and another will follow; `error` says what it waits for."""
    session.connection().execute(
        sa.update(RunStep)
        .where(*_step(job), col(RunStep.state) == "running")
        .values(state="waiting", error=error)
    )
    moved(session, job.run_id, "waiting", now)


def moved(session: Session, run_id: str, state: str, now: datetime) -> None:
    """The run is under way; never moves a run that has ended."""
    session.connection().execute(
        sa.update(Run)
        .where(col(Run.id) == run_id, col(Run.state).in_(OPEN_STATES))
        .values(
            state=state,
            moved_at=now,
            started_at=sa.func.coalesce(col(Run.started_at), sa.literal(now, UtcDateTime())),
        )
    )


def _step(job: Job) -> tuple[Any, Any]:
    return col(RunStep.run_id) == job.run_id, col(RunStep.position) == job.position
