"""The daily sums against the rows: made again, and checked. Both go through the rows a week at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from core.provisioning import trend_days
from core.provisioning.trend_days import Key, Note
from core.storage.failure_tables import Failure, TrendDay, TrendPending
from core.storage.inventory_tables import StoreMark
from core.storage.store import Store
from core.storage.tables import Run

MARK = "trend-days"  # in the store once its sums have been made from its rows
MOST_TOLD = 20
_SLICE = timedelta(days=7)
_CLOSE_S = (
    0.001  # what the sums of seconds may differ by, for each thing counted: they are added in another order
)
_run: Any = sa.inspect(Run).local_table
_failure: Any = sa.inspect(Failure).local_table
_day: Any = sa.inspect(TrendDay).local_table
_pending: Any = sa.inspect(TrendPending).local_table


@dataclass(frozen=True)
class Difference:
    """One sum that is not what the rows say."""

    instance: str
    cut: str
    measure: str
    day: date
    key: str
    bucket: int
    kept: int
    should_be: int


def is_made(session: Session) -> bool:
    """Whether the store's sums were made from its rows once; since then they are kept with every change."""
    return session.get(StoreMark, MARK) is not None


def rebuild(store: Store) -> int:
    """Make the sums anew from the rows; how many things they count. Idempotent.

    A week at a time, each by itself right: runs that end meanwhile wait for one week's sums, not for all of them.
    """
    with store.reading() as session:
        weeks = tuple(_slices(session))
    counted = sum(_rebuild(store, since, until) for since, until in weeks)
    with store.writing() as session:
        session.merge(StoreMark(name=MARK, value={}, written_at=store.clock()))
    return counted


def _rebuild(store: Store, since: date, until: date) -> int:
    with store.writing() as session:
        # In line first: who folds has read notes that it is about to take away.
        trend_days.stand_in_line(store, session)
        connection = session.connection()
        if not store.is_sqlite:
            # Nobody notes meanwhile; on SQLite a writer is alone anyway.
            connection.execute(sa.text("LOCK TABLE trend_pending IN SHARE ROW EXCLUSIVE MODE"))
        for table in (_pending, _day):
            connection.execute(sa.delete(table).where(table.c.day >= since, table.c.day < until))
        sums = trend_days.added_up(_notes(session, since, until))
        trend_days.add(session, sums)
        return sum(int(n) for (i, cut, *_), (n, _) in sums.items() if i and cut == trend_days.WHOLE)


def check(store: Store) -> tuple[Difference, ...]:
    """Where the sums are not what the rows say: the first twenty; empty where they agree. Over one snapshot."""
    found: list[Difference] = []
    with store.reading() as session:
        for since, until in _slices(session):
            found += _compare(session, since, until)
            if len(found) >= MOST_TOLD:
                break
    return tuple(found[:MOST_TOLD])


def _compare(session: Session, since: date, until: date) -> Iterator[Difference]:
    should = trend_days.added_up(_notes(session, since, until))
    kept = _kept(session, since, until)
    for key in sorted(should.keys() | kept.keys()):
        number, total_s = should.get(key, (0, 0.0))
        is_number, is_total_s = kept.get(key, (0, 0.0))
        is_close = abs(total_s - is_total_s) <= _CLOSE_S * max(1, abs(number))
        if number != is_number or not is_close:
            yield Difference(*key, kept=int(is_number), should_be=int(number))


def _kept(session: Session, since: date, until: date) -> dict[Key, list[float]]:
    connection = session.connection()
    notes = connection.execute(
        sa.select(_pending).where(_pending.c.day >= since, _pending.c.day < until)
    ).all()
    sums = trend_days.added_up(notes)
    days = connection.execute(sa.select(_day).where(_day.c.day >= since, _day.c.day < until))
    for row in days:
        found = sums[row.instance, row.cut, row.measure, row.day, row.key, row.bucket]
        found[0] += row.number
        found[1] += row.total_s
    return sums


def _slices(session: Session) -> Iterator[tuple[date, date]]:
    """The days on which anything is, in weeks."""
    ends = (
        (_run.c.ended_at, _run.c.ended_at),
        (_failure.c.failed_at, _failure.c.failed_at),
        (_failure.c.healed_at, _failure.c.healed_at),
        (_day.c.day, _day.c.day),
        (_pending.c.day, _pending.c.day),
    )
    found: list[date] = []
    for first, last in ends:
        at_ends = session.connection().execute(sa.select(sa.func.min(first), sa.func.max(last))).one()
        found += [at.date() if isinstance(at, datetime) else at for at in at_ends if at is not None]
    if not found:
        return
    since = min(found)
    while since <= max(found):
        yield since, since + _SLICE
        since += _SLICE


def _notes(session: Session, since: date, until: date) -> Iterator[Note]:
    """What the rows say of these days."""
    for note in chain(_of_runs(session, since, until), _of_failures(session, since, until)):
        if since <= note.day < until:
            yield note


def _of_runs(session: Session, since: date, until: date) -> Iterator[Note]:
    """Runs that are alike are one note: a million of them would be a million objects."""
    columns = (
        _run.c.kind,
        _run.c.state,
        _run.c.instance,
        _run.c.template,
        _run.c.created_at,
        _run.c.ended_at,
    )
    query = sa.select(*columns).where(_run.c.ended_at >= _start(since), _run.c.ended_at < _start(until))
    alike: dict[tuple[Any, ...], list[Any]] = {}
    for kind, state, instance, template, created_at, ended_at in session.connection().execute(query):
        seconds = max(0.0, (ended_at - created_at).total_seconds())
        key = (kind, state, instance, template, ended_at.date(), trend_days.bucket_of(seconds))
        found = alike.get(key)
        if found is None:
            alike[key] = [1, seconds, created_at, ended_at]
        else:
            found[0] += 1
            found[1] += seconds
    for (kind, state, instance, template, *_), (number, total_s, created_at, ended_at) in alike.items():
        for note in trend_days.of_run(
            kind=kind,
            state=state,
            instance=instance,
            template=template,
            created_at=created_at,
            ended_at=ended_at,
        ):
            yield replace(note, number=number, total_s=total_s if note.measure == "provision-s" else 0.0)


def _of_failures(session: Session, since: date, until: date) -> Iterator[Note]:
    columns = [column for column in _failure.c if column.name != "error"]
    began = (_failure.c.failed_at >= _start(since)) & (_failure.c.failed_at < _start(until))
    healed = (_failure.c.healed_at >= _start(since)) & (_failure.c.healed_at < _start(until))
    for row in session.connection().execute(sa.select(*columns).where(began | healed)):
        yield from trend_days.begun(row)
        yield from trend_days.closed(row)


def _start(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
