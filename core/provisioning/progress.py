"""The rows of a run and its steps: read as plain values, written by compare and set."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from core.provisioning.plan import PlannedStep
from core.storage.columns import UtcDateTime
from core.storage.store import Store
from core.storage.tables import Portal, Run, RunStep

OPEN_STATES = ("queued", "running", "waiting")
UNFINISHED = ("waiting", "running")  # the states of a step that has no verdict yet


@dataclass(frozen=True)
class JobPortal:
    """The portal that a step works for, as its run means it."""

    id: int
    key: str
    website_id: str | None
    subdomain: str
    name: str
    template: str
    language: int
    administrator: str


@dataclass(frozen=True)
class Job:
    """A step about to be done, with what it needs of its run; `portal` None where it works for an instance.

    `language` is the one that an import runs in, `required_language` the portal's, None where none is compared (R26).
    """

    run_id: str
    position: int
    name: str
    kind: str
    solution: str | None
    state: str
    attempts: int
    portal: JobPortal | None
    instance: str
    language: int
    required_language: int | None
    requested_by: str
    is_cancelled: bool
    error: dict[str, Any] | None  # why it failed, or what it waits for
    is_refused: bool  # a solution of this run was refused: what follows the solutions is skipped


_FAILED: Any = aliased(RunStep)
# In one query: every step is loaded a few times, and each query costs a fraction of a millisecond of the processor.
_JOB: Any = (
    sa.select(Run, RunStep, Portal, sa.exists().where(_FAILED.run_id == Run.id, _FAILED.state == "failed"))
    .join(RunStep, col(RunStep.run_id) == col(Run.id))
    .outerjoin(Portal, col(Portal.id) == col(Run.portal_id))
    .where(col(Run.id) == sa.bindparam("run_id"), col(RunStep.position) == sa.bindparam("position"))
)


def is_cancelled(store: Store, run_id: str) -> bool:
    """Whether somebody asked to cancel the run."""
    query = select(Run.cancel_requested_at).where(col(Run.id) == run_id)
    with store.reading() as session:
        return session.exec(query).one() is not None


def load(session: Session, run_id: str, position: int) -> Job:
    """The step as its rows say in this transaction."""
    run, step, portal, is_refused = session.exec(_JOB, params={"run_id": run_id, "position": position}).one()
    languages = run.values.get("imports", {}).get(step.solution)
    return Job(
        run_id=run_id,
        position=position,
        name=step.name,
        kind=step.kind,
        solution=step.solution,
        state=step.state,
        attempts=step.attempts,
        portal=None if portal is None else job_portal(portal, run),
        instance=run.instance,
        language=run.values["language"] if languages is None else languages["language"],
        required_language=run.values["language"] if languages is None else languages["required_language"],
        requested_by=run.requested_by,
        is_cancelled=run.cancel_requested_at is not None,
        error=step.error,
        is_refused=is_refused,
    )


def read(store: Store, run_id: str, position: int) -> Job:
    """The step as its rows say now."""
    with store.reading() as session:
        return load(session, run_id, position)


def portal_of(session: Session, run: Run) -> Portal | None:
    """The run's portal; None for a run that works for an instance."""
    return None if run.portal_id is None else session.get_one(Portal, run.portal_id)


def job_portal(portal: Portal, run: Run | None = None) -> JobPortal:
    """The portal as a run means it; without a run as it stands."""
    values = {} if run is None else run.values
    return JobPortal(
        id=portal.id or 0,
        key=portal.key,
        website_id=portal.website_id,
        subdomain=portal.subdomain,
        name=portal.name,
        template=portal.template if run is None else run.template,
        language=values.get("language", portal.language),
        administrator=values.get("administrator", portal.administrator),
    )


def new_steps(run_id: str, plan: tuple[PlannedStep, ...], done: Container[int] = ()) -> list[RunStep]:
    """The rows of a new run's steps; those at the positions `done` count as done."""
    return [
        RunStep(
            run_id=run_id,
            position=step.position,
            name=step.name,
            kind=step.kind,
            solution=step.solution,
            state="done" if step.position in done else "waiting",
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
