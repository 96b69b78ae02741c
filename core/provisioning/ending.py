"""What a step and a run leave in the rows, each in one transaction (design: States, event by event).

Everything is guarded by the state that it starts from: repeated after a crash, or done late by an executor that others took
for dead, it changes nothing.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.errors import PorticoError
from core.provisioning import (
    failure_rows,
    failures,
    healing,
    installations,
    listing,
    progress,
    slots,
    trend_days,
)
from core.provisioning.context import StepContext
from core.provisioning.progress import Job, JobPortal
from core.storage.tables import Event, Installation, InstallationPortal, Portal, Run, RunStep


def begin(context: StepContext, run_id: str) -> list[str]:
    """Running, from queued; the solutions that the portal asks for wait. Returns the steps' names, in order."""
    with context.store.writing() as session:
        now = context.clock()
        run = session.get_one(Run, run_id)
        steps = session.exec(
            select(RunStep).where(col(RunStep.run_id) == run_id).order_by(col(RunStep.position))
        ).all()
        if run.state == "queued":
            # Who gives an installation up stands in the same line: it has this portal, or its row is gone.
            context.store.queue_up(session, installations.line_of(run.instance))
            asked = [(s.solution, context.packages.version(s.solution)) for s in steps if s.solution]
            installations.ask(session, run, asked, now)
            run.values = {**run.values, "versions": dict(asked)}  # what this attempt was made of
            progress.moved(session, run_id, "running", now)
        return [step.name for step in steps]


def start(context: StepContext, job: Job) -> Job:
    """An attempt of the step begins; returns the step as it stands then."""
    with context.store.writing() as session:
        progress.started(session, job, context.clock())
        return progress.load(session, job.run_id, job.position)


def record_website(context: StepContext, job: Job, website_id: str) -> None:
    """The portal has its website; guarded: a portal that has one keeps it."""
    with context.store.writing() as session:
        portal = _held_portal(session, job)
        if portal.website_id is None and job.portal is not None and portal.key == job.portal.key:
            portal.website_id = website_id
            session.add(portal)


def record_website_away(context: StepContext, job: Job) -> None:
    """The earlier attempt's website is empty, or gone; the next has a key of its own. Idempotent: one key a run."""
    key = uuid5(UUID(job.run_id), "website").hex
    with context.store.writing() as session:
        portal = _held_portal(session, job)
        if portal.key == key:
            return
        portal.key = key
        portal.website_id = None if job.kind == "delete-website" else portal.website_id
        session.add(portal)
        asked = context.catalogue.portal(portal.template).solutions
        installations.lost_content(session, portal.id or 0, but=asked)


def record_installing(context: StepContext, job: Job) -> None:
    """The import is about to begin."""
    with context.store.writing() as session:
        if progress.hold(session, job):
            run = session.get_one(Run, job.run_id)
            version = context.packages.version(str(job.solution))
            installations.installing(session, run, str(job.solution), version, context.clock())


def record_installed(context: StepContext, job: Job) -> None:
    """The solution stands in the instance, whoever installed it; the slot is free for the next."""
    with context.store.writing() as session:
        if progress.hold(session, job):
            _installed(session, context, job)
        slots.give_back(session, job.run_id)


def record_done(context: StepContext, job: Job) -> None:
    """The step is done; an installation's solution stands there and its content, too."""
    with context.store.writing() as session:
        now = context.clock()
        if progress.ended(session, job, "done", now):
            if job.kind == "install":
                run = _installed(session, context, job)
                failure_rows.installed(session, run, str(job.solution), now)
            if job.kind == "probe":
                _answered(session, job, now)
        slots.give_back(session, job.run_id)


def record_content(context: StepContext, job: Job, portal_id: int) -> None:
    """A portal's website has the content of the step's solution."""
    with context.store.writing() as session:
        installations.brought_content(session, job.instance, str(job.solution), portal_id, context.clock())


def portals_without_content(context: StepContext, job: Job) -> tuple[JobPortal, ...]:
    """The portals that asked for the step's solution, have a website and lack its content."""
    with context.store.reading() as session:
        rows = session.exec(
            select(Portal)
            .join(InstallationPortal, col(InstallationPortal.portal_id) == col(Portal.id))
            .join(Installation, col(Installation.id) == col(InstallationPortal.installation_id))
            .where(col(Installation.instance) == job.instance, col(Installation.solution) == job.solution)
            .where(col(InstallationPortal.content_at).is_(None))
            .where(col(Portal.website_id).is_not(None), col(Portal.state) == "provisioned")
            .order_by(col(Portal.id))
        ).all()
        return tuple(progress.job_portal(row) for row in rows)


def record_refused(context: StepContext, job: Job, error: dict[str, Any]) -> None:
    """Install Failed (R25); the run goes on to ask for the rest."""
    with context.store.writing() as session:
        now = context.clock()
        if progress.ended(session, job, "failed", now, error):
            run = session.get_one(Run, job.run_id)
            row = installations.refused(session, run, str(job.solution), error, now)
            failure_rows.refused(session, run, row, error, now)
        slots.give_back(session, job.run_id)


def record_ended(context: StepContext, job: Job, state: str, error: dict[str, Any] | None = None) -> None:
    """The step was skipped, or failed by a break or a cancellation: no verdict on a solution."""
    with context.store.writing() as session:
        progress.ended(session, job, state, context.clock(), error)
        slots.give_back(session, job.run_id)


def record_turn(context: StepContext, job: Job) -> None:
    """The run waits for its turn in the instance."""
    with context.store.writing() as session:
        progress.moved(session, job.run_id, "waiting", context.clock())


def step_back(context: StepContext, job: Job, error: dict[str, Any]) -> None:
    """Between two attempts: the run waits, and the instance is free for others."""
    with context.store.writing() as session:
        progress.stepped_back(session, job, context.clock(), error)
        installations.put_back(session, job.run_id)
        slots.give_back(session, job.run_id)


def cancel_error(context: StepContext, job: Job) -> dict[str, Any]:
    """The cancellation as it is kept with the step."""
    with context.store.reading() as session:
        query = select(Event.actor).where(col(Event.run_id) == job.run_id, col(Event.act) == "cancel")
        by = session.exec(query.order_by(col(Event.id).desc()).limit(1)).first()
    return failures.of_cancel(by or job.requested_by, at=context.clock(), step=job.name, attempt=job.attempts)


def finish(context: StepContext, run_id: str) -> str:
    """The run's end and what follows from it, in one transaction; a run that has ended stays as it is.

    Portals of the instance that only waited for its solutions begin a run that finishes them.
    """
    with context.store.writing() as session:
        now = context.clock()
        run = session.get_one(Run, run_id)
        state = _finish(session, run_id, now)
        healing.begin(session, context.catalogue, run.instance, run.requested_by, now)
    trend_days.fold(context.store, trend_days.MANY)
    return state


def cancel_unclaimed(session: Session, run: Run, by: str, now: datetime) -> None:
    """End a queued run that nobody has begun; in the caller's transaction."""
    first = select(RunStep).where(col(RunStep.run_id) == run.id, col(RunStep.state).in_(progress.UNFINISHED))
    step = session.exec(first.order_by(col(RunStep.position)).limit(1)).one()
    step.state, step.ended_at = "failed", now
    step.error = failures.of_cancel(by, at=now, step=step.name, attempt=0)
    session.add(step)
    session.flush()
    _finish(session, run.id, now)


def fail(context: StepContext, run_id: str, error: PorticoError) -> str:
    """End a run whose workflow ended without it: a break, at the step that is under way or next."""
    with context.store.writing() as session:
        now = context.clock()
        run = session.get_one(Run, run_id)
        if run.state not in progress.OPEN_STATES:
            return run.state
        unfinished = (col(RunStep.run_id) == run_id, col(RunStep.state).in_(progress.UNFINISHED))
        step = session.exec(
            select(RunStep).where(*unfinished).order_by(col(RunStep.position)).limit(1)
        ).first()
        if step is not None:
            kept = failures.kept(error, "broken", at=now, step=step.name, attempt=step.attempts)
            step.state, step.ended_at, step.error = "failed", now, kept
            session.add(step)
            session.flush()
        return _finish(session, run_id, now)


def _finish(session: Session, run_id: str, now: datetime) -> str:
    run = session.get_one(Run, run_id)
    portal = progress.portal_of(session, run)
    session.refresh(run, with_for_update=True)
    if run.state not in progress.OPEN_STATES:
        return run.state
    failed = session.exec(
        select(RunStep)
        .where(col(RunStep.run_id) == run_id, col(RunStep.state) == "failed")
        .order_by(col(RunStep.position))
    ).all()
    stopping = [step for step in failed if (step.error or {}).get("kind") != "refused"]
    first = next(iter((*stopping, *failed)), None)
    run.error = None if first is None else first.error
    run.state = _run_state(first)
    run.ended_at = run.moved_at = now
    run.started_at = run.started_at or now
    slots.give_back(session, run_id)
    installations.put_back(session, run_id)
    if portal is not None:
        _settle_portal(portal, run, is_break=bool(stopping), now=now)
        listing.ended(session, portal, run, now)
        session.add(portal)
    failure_rows.run_ended(session, run, first, now)
    session.add_all((run, _event(run, portal, now)))
    session.flush()
    return run.state


def _installed(session: Session, context: StepContext, job: Job) -> Run:
    run = session.get_one(Run, job.run_id)
    solution = str(job.solution)
    installations.installed(session, run, solution, context.packages.version(solution), context.clock())
    return run


def _held_portal(session: Session, job: Job) -> Portal:
    if job.portal is None:
        raise ValueError(f"the step {job.name} of run {job.run_id} has no portal")
    return session.get_one(Portal, job.portal.id)


def _answered(session: Session, job: Job, now: datetime) -> None:
    if job.portal is None:
        return
    session.connection().execute(
        sa.update(Portal)
        .where(col(Portal.id) == job.portal.id, col(Portal.live_at).is_(None))
        .values(live_at=now)
    )


def _run_state(first: RunStep | None) -> str:
    if first is None:
        return "succeeded"
    return "cancelled" if (first.error or {}).get("kind") == "cancelled" else "failed"


def _settle_portal(portal: Portal, run: Run, *, is_break: bool, now: datetime) -> None:
    """A provisioned portal never goes back; a break before it is provisioning-failed (R21)."""
    if portal.state == "deleted":
        return
    portal.verdict = "healthy" if run.state == "succeeded" else "failed"
    portal.changed_at = now
    if portal.provisioned_at is None and not is_break:
        portal.provisioned_at = now
    portal.state = "provisioned" if portal.provisioned_at is not None else "provisioning-failed"


def _event(run: Run, portal: Portal | None, now: datetime) -> Event:
    of_portal = {} if portal is None else {"portal_state": portal.state}
    return Event(
        at=now,
        actor="portico",
        act=f"run-{run.state}",
        portal_id=run.portal_id,
        run_id=run.id,
        instance=run.instance,
        details={"number": run.number, "kind": run.kind, **of_portal},
    )
