"""The causes of failures, and where each is in its life.

Quiet is a tenth of the period, a day at least. The first that fits:

- *resolved*: none of its failures is open, and none began within the quiet time.
- *new*: its first failure ever lies in this period.
- *regressed*: it began again in this period after a whole period in which none began, though it was known before.
- *escalating*: half as many again as in the period before at least, and more than chance explains (two standard deviations).
- *ongoing*: any other that began in this period or has failures open.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from core.insight.trends.control import is_more
from core.insight.trends.models import CauseTrend, Life
from core.insight.trends.reading import Scope, Sums, spread
from core.storage.failure_tables import Failure

MOST = 50
_failure: Any = sa.inspect(Failure).local_table


def life_of(
    *, failures: int, previous: int, open_: int, first: date, last: date, since: date, until: date
) -> Life:
    """Where a cause is in its life; `first`, `last`: the days on which it ever began, `since` to `until` the period."""
    period = (until - since).days + 1
    quiet = timedelta(days=max(1, period // 10))
    if not open_ and last <= until - quiet:
        return "resolved"
    if first >= since:
        return "new"
    if failures and not previous and first < since - timedelta(days=period):
        return "regressed"
    return "escalating" if failures and is_more(failures, previous) else "ongoing"


def causes_of(
    session: Session, sums: Sums, scope: Scope, period: tuple[date, date, date], name: Callable[[str], str]
) -> tuple[CauseTrend, ...]:
    """The causes of this period, of the one before, and of what is open, the most first.

    `period`: the first day of the one before, the first and the last day of this one.
    """
    earlier, since, until = period
    counts = _failures(sums, since, until)
    before = _failures(sums, earlier, since - timedelta(days=1))
    fixed: dict[str, dict[int, int]] = defaultdict(dict)
    for (cause, _, bucket), number in sums.causes(since, until, ("recover-s",)).items():
        fixed[cause][bucket] = number
    open_ = open_by_cause(session, scope)
    found = []
    for cause in sorted(counts.keys() | before.keys() | open_.keys()):
        ends = _ends(session, scope, cause)
        if ends is None:
            continue
        trend = CauseTrend(
            cause=cause,
            name=name(cause),
            life=life_of(
                failures=counts.get(cause, 0), previous=before.get(cause, 0), open_=open_.get(cause, 0),
                first=ends[0].date(), last=ends[1].date(), since=since, until=until,
            ),
            failures=counts.get(cause, 0),
            previous=before.get(cause, 0),
            open=open_.get(cause, 0),
            fix_s=spread(fixed[cause]),
            last_day=ends[1].date(),
        )  # fmt: skip
        found.append(trend)
    found.sort(key=lambda one: (-one.failures, -one.open, -one.previous, one.cause))
    return tuple(found[:MOST])


def open_by_cause(session: Session, scope: Scope) -> dict[str, int]:
    """How many failures are open now, whenever they began."""
    query = sa.select(_failure.c.cause, sa.func.count()).where(_failure.c.healed_at.is_(None))
    rows = session.connection().execute(_in_scope(query, scope).group_by(_failure.c.cause)).all()
    return {row[0]: row[1] for row in rows}


def _failures(sums: Sums, since: date, until: date) -> dict[str, int]:
    found = sums.causes(since, until, ("failures",))
    return {cause: number for (cause, _, _), number in found.items() if number}


def _ends(session: Session, scope: Scope, cause: str) -> tuple[datetime, datetime] | None:
    """When a failure of the cause began first and last: two looks into the index."""
    query = _in_scope(sa.select(_failure.c.failed_at).where(_failure.c.cause == cause), scope)
    first = session.connection().execute(query.order_by(_failure.c.failed_at).limit(1)).scalar()
    last = session.connection().execute(query.order_by(_failure.c.failed_at.desc()).limit(1)).scalar()
    return None if first is None or last is None else (first, last)


def _in_scope(query: Any, scope: Scope) -> Any:
    if scope.instances is not None:
        query = query.where(_failure.c.instance.in_(scope.instances))
    return query if scope.template is None else query.where(_failure.c.template == scope.template)
