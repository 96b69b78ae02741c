"""Failures as rows of their own: one an episode, from the first refusal or the break until it is fixed.

Each is written in the transaction that ends the step or the run, by whoever holds these: what is repeated after a crash
finds the step ended and comes not here. What a row means is told at the table (`core.storage.failure_tables.Failure`).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from core.provisioning import trend_days
from core.storage.failure_tables import GIVEN_UP, Failure
from core.storage.tables import Installation, InstallationPortal, Portal, Run, RunStep

# Runs that nobody asked for in order to mend: whatever they heal has healed by itself.
UNASKED = ("provision", "heal")


def refused(session: Session, run: Run, row: Installation, error: dict[str, Any], now: datetime) -> None:
    """The platform refused the solution: a new failure, or one more attempt of the open one.

    The caller holds the installation's row, so nobody else is here for the same solution.
    """
    portal_id, template = _first_that_asked(session, row) or (run.portal_id, run.template or None)
    latest = {
        "run_id": run.id,
        "portal_id": portal_id,
        "template": template,
        "language": row.language,
        "version": error.get("version") or row.version,
        "last_at": now,
        **_said(error),
    }
    found = session.exec(_open(row.instance, row.solution).where(col(Failure.kind) == "installation")).first()
    if found is None:
        found = Failure(
            kind="installation",
            key=str(row.id),
            instance=row.instance,
            solution=row.solution,
            failed_at=now,
            **latest,
        )
        trend_days.note(session, trend_days.begun(found))
    else:
        before = trend_days.begun(found, -1)
        found.sqlmodel_update(latest | {"attempts": found.attempts + 1})
        after = trend_days.begun(found)
        trend_days.note(session, () if before[0].cuts == after[0].cuts else (*before, *after))
    session.add(found)


def installed(session: Session, run: Run, solution: str, now: datetime) -> None:
    """The solution stands in the instance: what failed for the want of it there is healed."""
    found = session.exec(_open(run.instance, solution)).all()
    for one in found:
        if one.kind == "installation":
            _heal(session, one, run, now, is_first=one.attempts == 1)
    _heal_in_a_row(session, [one for one in found if one.kind == "run"], run, now)


def given_up(session: Session, instance: str, solution: str, now: datetime) -> None:
    """Nobody asks for the solution there any more: what failed is closed, and was not healed."""
    for one in session.exec(_open(instance, solution)).all():
        one.healed_at, one.healed_by = now, GIVEN_UP
        session.add(one)
        trend_days.note(session, trend_days.closed(one))


def run_ended(session: Session, run: Run, stopped_at: RunStep | None, now: datetime) -> None:
    """The run has ended, at that step if it did not go through: a break is a failure, an end heals the portal's breaks."""
    trend_days.note(session, trend_days.run_ended(run))
    kind = (run.error or {}).get("kind")
    if run.state == "failed" and kind == "broken":
        _broke(session, run, stopped_at, now)
    elif run.portal_id is not None and (run.state == "succeeded" or kind == "refused"):
        query = select(Failure).where(col(Failure.portal_id) == run.portal_id, col(Failure.kind) == "run")
        query = query.where(col(Failure.healed_at).is_(None)).order_by(col(Failure.id)).with_for_update()
        _heal_in_a_row(session, session.exec(query).all(), run, now)


def _broke(session: Session, run: Run, step: RunStep | None, now: datetime) -> None:
    error = run.error or {}
    solution = None if step is None else step.solution
    where = (col(Installation.instance) == run.instance, col(Installation.solution) == solution)
    row = None if solution is None else session.exec(select(Installation).where(*where)).first()
    failure = Failure(
        kind="run",
        key=run.id,
        run_id=run.id,
        portal_id=run.portal_id,
        instance=run.instance,
        solution=solution,
        template=run.template or None,
        language=run.values.get("language") or (None if row is None else row.language),
        version=error.get("version") or (None if row is None else row.version),
        failed_at=now,
        last_at=now,
        **_said(error),
    )
    trend_days.note(session, trend_days.begun(failure))
    session.add(failure)


def _heal_in_a_row(session: Session, broken: Sequence[Failure], run: Run, now: datetime) -> None:
    """Breaks that one run heals: it was the first retry of the last of them only."""
    for one in broken:
        _heal(session, one, run, now, is_first=one is broken[-1])


def _heal(session: Session, failure: Failure, run: Run, now: datetime, *, is_first: bool) -> None:
    failure.healed_at = now
    failure.healed_by = "itself" if run.kind in UNASKED else "first-retry" if is_first else "later-retry"
    session.add(failure)
    trend_days.note(session, trend_days.closed(failure))


def _open(instance: str, solution: str) -> Any:
    """What is open for the want of the solution; a portal's own break waits for its portal."""
    where = (col(Failure.instance) == instance, col(Failure.solution) == solution)
    of_instance = (col(Failure.kind) == "installation") | col(Failure.portal_id).is_(None)
    open_ = select(Failure).where(*where, col(Failure.healed_at).is_(None), of_instance)
    return open_.order_by(col(Failure.id)).with_for_update()


def _said(error: dict[str, Any]) -> dict[str, Any]:
    return {
        "cause": str(error.get("cause") or "unknown"),
        "fingerprint": str(error.get("fingerprint") or ""),
        "error": error,
    }


def _first_that_asked(session: Session, row: Installation) -> tuple[int | None, str | None] | None:
    query = (
        select(Portal.id, Portal.template)
        .join(InstallationPortal, col(InstallationPortal.portal_id) == col(Portal.id))
        .where(col(InstallationPortal.installation_id) == row.id)
        .order_by(col(InstallationPortal.asked_at), col(Portal.id))
        .limit(1)
    )
    return session.exec(query).first()
