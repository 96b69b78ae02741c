"""Figures that the counts do not hold: by time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func

from core.insight.inventory.models import Series
from core.insight.verdicts import Paced
from core.storage.inventory_tables import PortalCount, PortalCountChange
from core.storage.tables import Portal


def trials_ending(
    session: Session, seen: frozenset[str] | None, now: datetime, within: tuple[int, ...], trial_days: int
) -> list[int]:
    """How many trials, each of `trial_days`, end within each of these numbers of days from now on."""
    began = now - timedelta(days=trial_days)
    ends = [began + timedelta(days=days) for days in within]
    sums = [func.coalesce(func.sum(sa.case((col(Portal.created_at) <= end, 1), else_=0)), 0) for end in ends]
    query = sa.select(*sums).where(
        col(Portal.type) == "trial",
        col(Portal.state) != "deleted",
        col(Portal.created_at) > began,
        col(Portal.created_at) <= max(ends),
        *_seen(seen),
    )
    return [int(number) for number in session.connection().execute(query).one()]


def created_by_day(session: Session, seen: frozenset[str] | None, now: datetime, days: int) -> Series:
    """Portals created a day, and those of them that have failed since."""
    first = (now - timedelta(days=days - 1)).date()
    start = datetime.combine(first, datetime.min.time(), now.tzinfo)
    connection = session.connection()
    at = col(Portal.created_at)
    day = (
        func.date(at)
        if connection.dialect.name == "sqlite"
        else sa.cast(sa.func.timezone("UTC", at), sa.Date)
    )
    query = sa.select(day, func.count(), func.sum(sa.cast(col(Portal.has_failed), sa.Integer)))
    query = query.where(at >= start, *_seen(seen)).group_by(day)
    found = {str(one): (int(n), int(bad)) for one, n, bad in connection.execute(query).all()}
    dates = tuple(first + timedelta(days=number) for number in range(days))
    counts = [found.get(str(one), (0, 0)) for one in dates]
    return Series(dates, tuple(n for n, _ in counts), tuple(bad for _, bad in counts))


def change_token(session: Session, seen: frozenset[str] | None, slow: Iterable[Paced]) -> str:
    """Another text whenever something in the list may have changed."""
    parts = [
        sa.select(func.max(column)).scalar_subquery()
        for column in (PortalCount.epoch, PortalCountChange.id, Portal.changed_at, Portal.id)
    ]
    values = session.connection().execute(sa.select(*parts)).one()
    paced = tuple(sorted((one.id, one.verdict) for one in slow))
    whose = 0 if seen is None else hash(seen)
    return f"{'-'.join(str(value) for value in values)}-{hash((whose, paced)):x}"


def _seen(seen: frozenset[str] | None) -> list[Any]:
    return [] if seen is None else [col(Portal.instance).in_(sorted(seen))]
