"""What a step and a run leave in the rows, each in one transaction (design: States, event by event)."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from core.errors import PorticoError
from core.provisioning import failures, installations, progress, slots
from core.provisioning.context import StepContext
from core.provisioning.progress import Job
from core.storage.tables import Event, Portal, Run, RunStep


def begin(context: StepContext, run_id: str) -> int:
    """Running, from queued; the solutions that the portal asks for wait. Returns how many steps there are."""
    with context.store.writing() as session:
        now = context.clock()
        run, _ = progress.run_and_portal(session, run_id)
        steps = session.exec(select(RunStep).where(col(RunStep.run_id) == run_id)).all()
        if run.state == "queued":
            asked = [(s.solution, context.packages.version(s.solution)) for s in steps if s.solution is not None]
            installations.ask(session, run, asked, now)
            progress.moved(session, run_id, "running", now)
        return len(steps)


def end_step(context: StepContext, job: Job, state: str, error: dict[str, Any] | None) -> None:
    """The step has ended, and the instance is free for the next."""
    with context.store.writing() as session:
        progress.ended(session, job, state, context.clock(), error)
        slots.give_back(session, job.run_id)


def step_back(context: StepContext, job: Job, error: dict[str, Any]) -> None:
    """Between two attempts: the run waits, and the instance is free for others."""
    with context.store.writing() as session:
        progress.waits(session, job, context.clock(), error)
        slots.give_back(session, job.run_id)


def record_website(context: StepContext, job: Job, website_id: str) -> None:
    """The portal has its website; guarded: a portal that has one keeps it."""
    with context.store.writing() as session:
        portal = session.get_one(Portal, job.portal_id)
        if portal.website_id is None and portal.key == job.portal_key:
            portal.website_id = website_id
            session.add(portal)


def record_installed(context: StepContext, job: Job) -> None:
    """The solution stands in the instance, whoever installed it; the slot is free."""
    with context.store.writing() as session:
        run, _ = progress.run_and_portal(session, job.run_id)
        solution = str(job.solution)
        installations.installed(session, run, solution, context.packages.version(solution), context.clock())
        slots.give_back(session, job.run_id)


def record_content(context: StepContext, job: Job) -> None:
    """The website has the solution's site content."""
    with context.store.writing() as session:
        run, _ = progress.run_and_portal(session, job.run_id)
        installations.brought_content(session, run, str(job.solution), context.clock())


def record_refused(context: StepContext, job: Job, error: dict[str, Any]) -> None:
    """Install Failed (R25); the run goes on to ask for the rest."""
    with context.store.writing() as session:
        now = context.clock()
        run, _ = progress.run_and_portal(session, job.run_id)
        installations.refused(session, run, str(job.solution), error, now)
        progress.ended(session, job, "failed", now, error)
        slots.give_back(session, job.run_id)


def cancel_error(context: StepContext, job: Job) -> dict[str, Any]:
    """The cancellation as it is kept with the step."""
    with context.store.reading() as session:
        query = select(Event.actor).where(col(Event.run_id) == job.run_id, col(Event.act) == "cancel")
        by = session.exec(query.order_by(col(Event.id).desc()).limit(1)).first()
    return failures.of_cancel(by or job.requested_by, at=context.clock(), step=job.name)


def outcome_of_failed(job: Job) -> Any:
    """What a step that failed earlier means for the run: an installation's refusal does not stop it."""
    return "refused" if job.kind == "install" and job.is_refused else "broken"


def finish(context: StepContext, run_id: str) -> str:
    """The run's end and what follows for the portal, in one transaction; a run that has ended stays as it is."""
    with context.store.writing() as session:
        now = context.clock()
        run, portal = progress.run_and_portal(session, run_id)
        if run.state not in progress.OPEN_STATES:
            return run.state
        failed = session.exec(
            select(RunStep)
            .where(col(RunStep.run_id) == run_id, col(RunStep.state) == "failed")
            .order_by(col(RunStep.position))
        ).all()
        stopping = [step for step in failed if (step.error or {}).get("kind") != "refused"]
        first = (stopping or list(failed) or [None])[0]
        run.error = first.error if first is not None else None
        run.state = _run_state(first)
        run.ended_at = run.moved_at = now
        slots.give_back(session, run_id)
        installations.put_back(session, run_id)
        _settle_portal(portal, run, bool(stopping), now)
        session.add_all((run, portal, _event(run, portal, now)))
        return run.state


def fail_run(session: Session, run: Run, portal: Portal, error: PorticoError, now: datetime) -> None:
    """End a run that could not even be started: a break."""
    run.state, run.ended_at = "failed", now
    run.error = failures.of_error(error, "broken", at=now, step="start", attempt=1)
    _settle_portal(portal, run, is_break=True, now=now)
    session.add_all((run, portal, _event(run, portal, now)))


def _run_state(first: RunStep | None) -> str:
    if first is None:
        return "succeeded"
    return "cancelled" if (first.error or {}).get("kind") == "cancelled" else "failed"


def _settle_portal(portal: Portal, run: Run, is_break: bool, now: datetime) -> None:
    """A provisioned portal never goes back; a break before it is provisioning-failed (R21)."""
    portal.verdict = "healthy" if run.state == "succeeded" else "failed"
    portal.changed_at = now
    if run.state == "succeeded":
        portal.live_at = portal.live_at or now
    if portal.provisioned_at is None and not is_break:
        portal.provisioned_at = now
    portal.state = "provisioned" if portal.provisioned_at is not None else "provisioning-failed"


def _event(run: Run, portal: Portal, now: datetime) -> Event:
    return Event(
        at=now,
        actor="portico",
        act=f"run-{run.state}",
        portal_id=portal.id,
        run_id=run.id,
        instance=run.instance,
        details={"number": run.number, "portal_state": portal.state},
    )
