"""Daily sums of what happens to runs and failures: noted with the change, added up now and then, exact at every moment.

What is noted stands in `trend_pending` and is added to `trend_day` by `fold`; whoever reads takes both. The notes of a run
and of a failure follow from their rows alone, so that the sums can be made again from the rows (`core.insight.trends`).

| measure | on the day of | counts |
|---|---|---|
| `runs`, `failed` | the run's end | runs that came to a verdict (a cancelled one did not), and those of them that failed |
| `provision-s` | the run's end | first runs of a portal that succeeded, by the time from the submit to the end |
| `failures` | the first attempt that failed | failures that began |
| `healed-first-retry`, `-later-retry`, `-itself` | the first attempt that failed | those of them that were healed so |
| `given-up` | the first attempt that failed | those of them that people asked for no more |
| `recover-s` | the healing | failures that were healed, by the time since they began |
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import floor, log
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from core.storage.failure_tables import GIVEN_UP, Failure, TrendDay, TrendPending
from core.storage.store import Store
from core.storage.tables import Run

HEALED_BY = ("first-retry", "later-retry", "itself")
MEASURES = (
    "runs",
    "failed",
    "provision-s",
    "failures",
    *(f"healed-{by}" for by in HEALED_BY),
    GIVEN_UP,
    "recover-s",
)
FAILURE_CUTS = ("cause", "portal", "solution", "language", "version")
PORTAL_AND_CAUSE = "portal-cause"  # a template and a cause, so that causes can be asked for within a template
# Durations have a hundred buckets a day: within an instance only for the whole, elsewhere in two cuts.
_HEALING_CUTS = ("cause", "portal")
_BY_INSTANCE = frozenset(
    {"failures", "runs", "failed"}
)  # so that nobody reads each instance's own sums for them
_ONLY_EVERYWHERE = frozenset({("provision-s", "portal"), ("recover-s", "portal")})
EVERYWHERE = ""
WHOLE = ""
# A duration's bucket is a twentieth wider than the one before: its middle is at most 2.5 % off whatever lies in it.
SHORTEST_S, GROWTH = 0.01, 1.05
MANY = 2000  # notes that may stand unfolded
_AT_ONCE = 5000
_LOCK = "trend-days"
_PENDING: Any = sa.inspect(TrendPending).local_table
KEY = ("instance", "cut", "measure", "day", "key", "bucket")
Key = tuple[str, str, str, date, str, int]


@dataclass(frozen=True)
class Note:
    """So many more, or fewer, of one measure on a day, with the value of each cut."""

    day: date
    instance: str
    cuts: Mapping[str, str]
    measure: str
    bucket: int = 0
    number: int = 1
    total_s: float = 0.0


def bucket_of(seconds: float) -> int:
    """The bucket of a duration; 0 holds what is shorter than 10 ms."""
    return 0 if seconds < SHORTEST_S else 1 + floor(log(seconds / SHORTEST_S) / log(GROWTH))


def middle_of(bucket: int) -> float:
    """The duration that stands for a bucket, in seconds: at most 2.5 % off from 10 ms on."""
    return 0.0 if bucket == 0 else float(SHORTEST_S * GROWTH ** (bucket - 0.5))


def run_ended(run: Run) -> tuple[Note, ...]:
    """What a run's end adds; nothing for one under way or cancelled."""
    return of_run(
        kind=run.kind,
        state=run.state,
        instance=run.instance,
        template=run.template,
        created_at=run.created_at,
        ended_at=run.ended_at,
    )


def of_run(
    *,
    kind: str,
    state: str,
    instance: str,
    template: str | None,
    created_at: datetime,
    ended_at: datetime | None,
) -> tuple[Note, ...]:
    """What a run's end adds, from its columns."""
    if ended_at is None or state not in ("succeeded", "failed"):
        return ()
    day, cuts = ended_at.date(), _given({"portal": template})
    notes = [Note(day, instance, cuts, "runs")]
    if state == "failed":
        notes.append(Note(day, instance, cuts, "failed"))
    elif kind == "provision":
        notes.append(_duration(day, instance, cuts, "provision-s", created_at, ended_at))
    return tuple(notes)


def begun(failure: Failure | Any, number: int = 1) -> tuple[Note, ...]:
    """What a failure's beginning adds; with -1 takes away, before its cause changes."""
    return (Note(failure.failed_at.date(), failure.instance, _cuts(failure), "failures", number=number),)


def closed(failure: Failure | Any) -> tuple[Note, ...]:
    """What a failure's end adds: its healing, or that it was given up; nothing while it is open."""
    if failure.healed_at is None:
        return ()
    cuts = {cut: value for cut, value in _cuts(failure).items() if cut in _HEALING_CUTS}
    began, day = failure.failed_at.date(), failure.healed_at.date()
    if failure.healed_by == GIVEN_UP:
        return (Note(began, failure.instance, cuts, GIVEN_UP),)
    by = Note(began, failure.instance, cuts, f"healed-{failure.healed_by}")
    return by, _duration(day, failure.instance, cuts, "recover-s", failure.failed_at, failure.healed_at)


def note(session: Session, notes: Iterable[Note]) -> None:
    """Keep the notes; in the transaction of the change."""
    rows = [vars(one) | {"cuts": dict(one.cuts)} for one in notes]
    if rows:
        session.connection().execute(sa.insert(TrendPending), rows)


def added_up(notes: Iterable[Note | TrendPending | Any]) -> dict[Key, list[float]]:
    """The sums of the notes, [number, seconds] by key: in their instance and everywhere, whole and in each cut."""
    sums: dict[Key, list[float]] = defaultdict(lambda: [0, 0.0])
    for one in notes:
        cuts = [(WHOLE, ""), *one.cuts.items()]
        within = [(cut, value) for cut, value in cuts if (one.measure, cut) not in _ONLY_EVERYWHERE]
        keys = [(one.instance, cut, value) for cut, value in within]
        keys += [(EVERYWHERE, cut, value) for cut, value in cuts]
        if one.measure in _BY_INSTANCE:
            keys.append((EVERYWHERE, "instance", one.instance))
        for instance, cut, value in keys:
            found = sums[instance, cut, one.measure, one.day, str(value), one.bucket]
            found[0] += one.number
            found[1] += one.total_s
    return sums


def fold(store: Store, least: int = 1) -> int:
    """Add what is noted to the daily sums, where at least so many notes stand; how many were added. Idempotent."""
    with store.reading() as session:
        offset = sa.select(_PENDING.c.id).order_by(_PENDING.c.id).offset(least - 1).limit(1)
        if session.connection().execute(offset).first() is None:
            return 0
    folded = 0
    while number := _fold_some(store):
        folded += number
        if number < _AT_ONCE:
            break
    return folded


def _fold_some(store: Store) -> int:
    with store.writing() as session:
        stand_in_line(store, session)
        connection = session.connection()
        rows = connection.execute(sa.select(_PENDING).order_by(_PENDING.c.id).limit(_AT_ONCE)).all()
        if not rows:
            return 0
        # By number, one by one: a lower one can still come from a transaction that is under way.
        gone = sa.delete(_PENDING).where(_PENDING.c.id == sa.bindparam("gone"))
        connection.execute(gone, [{"gone": row.id} for row in rows])
        add(session, added_up(rows))
        return len(rows)


def stand_in_line(store: Store, session: Session) -> None:
    """From here to the end of the transaction nobody else changes the daily sums."""
    store.queue_up(session, _LOCK)


def add(session: Session, sums: Mapping[Key, Sequence[float]]) -> None:
    """Add sums to the daily ones. The caller stands in line."""
    connection = session.connection()
    insert: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(TrendDay)
    statement = statement.on_conflict_do_update(
        index_elements=KEY,
        set_={
            "number": TrendDay.number + statement.excluded.number,
            "total_s": TrendDay.total_s + statement.excluded.total_s,
        },
    )
    rows = [
        dict(zip(KEY, key, strict=True)) | {"number": number, "total_s": total_s}
        for key, (number, total_s) in sorted(sums.items())
        if number or total_s
    ]
    if rows:
        connection.execute(statement, rows)


def _duration(
    day: date, instance: str, cuts: Mapping[str, str], measure: str, since: datetime, until: datetime
) -> Note:
    seconds = max(0.0, (until - since).total_seconds())
    return Note(day, instance, cuts, measure, bucket=bucket_of(seconds), total_s=seconds)


def _cuts(failure: Failure | Any) -> dict[str, str]:
    found = _given({cut: getattr(failure, "template" if cut == "portal" else cut) for cut in FAILURE_CUTS})
    if "portal" in found:
        found[PORTAL_AND_CAUSE] = f"{found['portal']}/{found['cause']}"
    return found


def _given(values: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items() if value not in (None, "")}
