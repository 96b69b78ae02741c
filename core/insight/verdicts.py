"""One verdict on a portal, beside its state: healthy, getting set up, slow, stuck, failed.

Told twice, by the same limits: of one portal with its reason, and for lists and figures, where the rows keep it but for
the few runs under way that are slow or stuck by now.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from core.insight.history import Histories, History
from core.insight.models import Verdict, VerdictState
from core.storage.columns import UtcDateTime, unindexed
from core.storage.tables import Portal, Run, RunStep

_MOVED_AT: Any = sa.func.coalesce(col(Run.moved_at), col(Run.created_at))
# What portals are counted by, beside their verdict.
COUNTED = ("state", "instance", "template", "audience", "language", "type", "has_failed")


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


@dataclass(frozen=True)
class Paced:
    """A portal whose verdict depends on the clock, not only on its row: few, of the runs under way."""

    id: int
    verdict: VerdictState
    kept: str | None  # as its row has it
    row: Mapping[str, Any]  # the other values that lists are counted by


# Said once: a statement this long costs more to write than to carry out. What it gives is judged again, by template.
_READ: list[Any] = [Run.portal_id, Run.template, Run.started_at, _MOVED_AT, Portal.verdict]
_OPEN: Any = (
    sa.select(*_READ, *(getattr(Portal, name) for name in COUNTED))
    .join(Portal, col(Portal.id) == col(Run.portal_id))
    .where(
        col(Run.ended_at).is_(None),
        col(Portal.state) != "deleted",
        sa.or_(
            col(Portal.verdict).is_distinct_from("getting-set-up"),
            sa.bindparam("stuck_before", type_=UtcDateTime()) > _MOVED_AT,
            col(Run.started_at) < sa.bindparam("slow_before", type_=UtcDateTime()),
        ),
    )
)
_UNDER_WAY: Any = (
    sa.select(col(Run.template))
    # By the index of the few that are open, not by that of all that have a portal.
    .where(col(Run.ended_at).is_(None), unindexed(col(Run.portal_id)).is_not(None))
    .distinct()
)


def paced(session: Session, now: datetime, histories: Histories) -> dict[int, Paced]:
    """Every portal whose verdict is another one than its row keeps, by id: that of the run under way."""
    limits = {one.template: one for one in limits_now(session, now, histories)}
    if not limits:
        return {}
    never = datetime.min.replace(tzinfo=UTC)
    latest = {
        "stuck_before": max(one.stuck_before or never for one in limits.values()),
        "slow_before": max(one.slow_before or never for one in limits.values()),
    }
    found = {}
    for id_, template, started, moved, kept, *values in session.connection().execute(_OPEN, latest).all():
        verdict = _pace(limits[template], started, moved)
        if verdict != kept:
            found[id_] = Paced(id_, verdict, kept, dict(zip(COUNTED, values, strict=True)))
    return found


def _pace(limits: Limits, started_at: datetime | None, moved_at: datetime) -> VerdictState:
    if limits.stuck_before is not None and moved_at < limits.stuck_before:
        return "stuck"
    if limits.slow_before is not None and started_at is not None and started_at < limits.slow_before:
        return "slow"
    return "getting-set-up"


def limits_now(session: Session, now: datetime, histories: Histories | None = None) -> tuple[Limits, ...]:
    """The limits of every template that has a portal's run under way."""
    known = (histories or Histories()).of(session, session.connection().execute(_UNDER_WAY).scalars().all())
    return tuple(Limits(t, _before(now, h.stuck_s), _before(now, h.slow_s)) for t, h in known.items())


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
