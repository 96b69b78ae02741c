"""One verdict on a portal, beside its state: healthy, getting set up, slow, stuck, failed.

Told twice, by the same limits: of one portal with its reason, and as SQL for lists, filters and figures.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.insight.history import History, history_of
from core.insight.models import Verdict, VerdictState
from core.storage.tables import Portal, Run, RunStep


def verdict_of(
    portal: Portal, run: Run | None, steps: list[RunStep], history: History, now: datetime
) -> Verdict:
    """The verdict and why; the state None for a deleted portal."""
    if portal.state == "deleted":
        return Verdict(None, "The portal was deleted.")
    if run is not None and run.ended_at is None:
        return _under_way(run, steps, history, now)
    if portal.verdict == "healthy":
        return Verdict("healthy", "The portal answers its visitors.")
    error = (run.error if run is not None else None) or {}
    return Verdict("failed", str(error.get("message") or "The last run failed."))


def pace(run: Run, history: History, now: datetime) -> VerdictState:
    """How a run under way stands against its kind."""
    stuck_s, slow_s = history.stuck_s, history.slow_s
    if stuck_s is not None and (now - _moved_at(run)).total_seconds() > stuck_s:
        return "stuck"
    if slow_s is not None and run.started_at and (now - run.started_at).total_seconds() > slow_s:
        return "slow"
    return "getting-set-up"


@dataclass(frozen=True)
class Limits:
    """Runs under way of one template that moved, or started, before these times are stuck, or slow."""

    template: str
    stuck_before: datetime | None
    slow_before: datetime | None


def limits_now(session: Session, now: datetime) -> tuple[Limits, ...]:
    """The limits of every template that has a run under way."""
    under_way = select(Run.template).where(col(Run.ended_at).is_(None)).distinct()
    histories = [(template, history_of(session, template)) for template in session.exec(under_way).all()]
    return tuple(Limits(t, _before(now, h.stuck_s), _before(now, h.slow_s)) for t, h in histories)


def verdict_expression(limits: tuple[Limits, ...]) -> Any:
    """The verdict as SQL: the one kept, but that of the run where one is under way."""
    moved_at = sa.func.coalesce(col(Run.moved_at), col(Run.created_at))
    stuck = [_runs(one, moved_at, one.stuck_before) for one in limits if one.stuck_before]
    slow = [_runs(one, col(Run.started_at), one.slow_before) for one in limits if one.slow_before]
    whens: list[tuple[Any, Any]] = [(col(Portal.state) == "deleted", sa.null())]
    whens += [(col(Portal.id).in_(runs), sa.literal("stuck")) for runs in stuck]
    whens += [(col(Portal.id).in_(runs), sa.literal("slow")) for runs in slow]
    if limits:
        under_way = sa.select(col(Run.portal_id)).where(col(Run.ended_at).is_(None))
        whens.append((col(Portal.id).in_(under_way), sa.literal("getting-set-up")))
    return sa.case(*whens, else_=col(Portal.verdict))


def _runs(limits: Limits, column: Any, before: datetime | None) -> Any:
    open_ = sa.select(col(Run.portal_id)).where(col(Run.ended_at).is_(None))
    return open_.where(col(Run.template) == limits.template, column < before)


def _before(now: datetime, seconds: float | None) -> datetime | None:
    return None if seconds is None else now - timedelta(seconds=seconds)


def _moved_at(run: Run) -> datetime:
    return run.moved_at or run.created_at


def _under_way(run: Run, steps: list[RunStep], history: History, now: datetime) -> Verdict:
    done = sum(step.state == "done" for step in steps)
    far = f"{done} of {len(steps)} steps done"
    state = pace(run, history, now)
    if state == "stuck":
        minutes = int((now - _moved_at(run)).total_seconds() // 60)
        return Verdict(
            "stuck", f"No step has moved for {minutes} min, longer than any of its kind took; {far}."
        )
    if state == "slow":
        return Verdict("slow", f"Slower than 95 % of its kind; {far}.")
    return Verdict("getting-set-up", f"{far}.")
