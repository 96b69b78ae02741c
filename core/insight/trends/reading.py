"""Reads the daily sums, with what is noted and not added yet: exact at every moment."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from core.insight.trends.models import Spread
from core.provisioning import trend_days
from core.provisioning.trend_days import EVERYWHERE, PORTAL_AND_CAUSE, WHOLE, Key
from core.storage.failure_tables import TrendDay, TrendPending

_day: Any = sa.inspect(TrendDay).local_table
_pending: Any = sa.inspect(TrendPending).local_table
Buckets = Mapping[int, int]


@dataclass(frozen=True)
class Scope:
    """Which sums: of these instances (None for all), of one portal template or of all."""

    instances: frozenset[str] | None
    template: str | None

    @property
    def levels(self) -> tuple[str, ...]:
        """The instances under which they are kept."""
        return (EVERYWHERE,) if self.instances is None else tuple(sorted(self.instances))

    @property
    def whole(self) -> tuple[str, str]:
        """The cut and key of everything in the scope."""
        return (WHOLE, "") if self.template is None else ("portal", self.template)

    @property
    def has_durations(self) -> bool:
        """Whether lengths are kept for it."""
        return self.template is None or self.instances is None


class Sums:
    """The sums of a scope over one snapshot; the notes that are not added yet are read once."""

    def __init__(self, session: Session, scope: Scope) -> None:
        self._connection = session.connection()
        self._scope = scope
        notes = self._connection.execute(sa.select(_pending)).all()
        self._noted: Mapping[Key, Sequence[float]] = trend_days.added_up(notes)

    def by_day(self, since: date, until: date) -> dict[tuple[date, str, int], int]:
        """Everything in the scope, by day, measure and bucket."""
        return self._whole(_day.c.day, since, until)

    def together(self, since: date, until: date) -> dict[tuple[date, str, int], int]:
        """The same with all days as one, under the first of them."""
        return self._whole(sa.literal(since, sa.Date()), since, until)

    def _whole(self, day: Any, since: date, until: date) -> dict[tuple[date, str, int], int]:
        cut, key = self._scope.whole
        found: dict[tuple[date, str, int], int] = defaultdict(int)
        query = sa.select(day.label("at"), _day.c.measure, _day.c.bucket, sa.func.sum(_day.c.number))
        query = self._within(query, cut, since, until, trend_days.MEASURES).where(_day.c.key == key)
        grouped = query.group_by(_day.c.measure, sa.literal_column("at"), _day.c.bucket)
        for at, measure, bucket, number in self._connection.execute(grouped):
            found[at, measure, bucket] += int(number)
        for (_, _, measure, noted_at, _, bucket), number in self._notes(cut, since, until, key):
            found[noted_at, measure, bucket] += number
        return found

    def by_key(
        self, cut: str, since: date, until: date, measures: Iterable[str]
    ) -> dict[tuple[str, str, int], int]:
        """One cut's sums over the days, by key, measure and bucket. *instance* is a cut of all instances only."""
        wanted = tuple(measures)
        found: dict[tuple[str, str, int], int] = defaultdict(int)
        query = sa.select(_day.c.key, _day.c.measure, _day.c.bucket, sa.func.sum(_day.c.number))
        query = self._within(query, cut, since, until, wanted)
        for key, measure, bucket, number in self._connection.execute(
            query.group_by(_day.c.key, _day.c.measure, _day.c.bucket)
        ):
            found[key, measure, bucket] += int(number)
        for (_, _, measure, _, key, bucket), number in self._notes(cut, since, until):
            if measure in wanted:
                found[key, measure, bucket] += number
        return found

    def by_instance(self, since: date, until: date, measure: str) -> dict[str, int]:
        """One measure by instance, in the scope's own instances."""
        if self._scope.instances is None and self._scope.template is None:
            found = self.by_key("instance", since, until, (measure,))
            return {key: number for (key, _, _), number in found.items()}
        cut, key = self._scope.whole
        sums: dict[str, int] = defaultdict(int)
        query = sa.select(_day.c.instance, sa.func.sum(_day.c.number))
        query = self._within(query, cut, since, until, (measure,)).where(_day.c.key == key)
        for instance, number in self._connection.execute(query.group_by(_day.c.instance)):
            sums[instance] += int(number)
        for (instance, _, noted, *_), number in self._notes(cut, since, until, key):
            sums[instance] += number if noted == measure else 0
        return {instance: number for instance, number in sums.items() if instance != EVERYWHERE}

    def causes(self, since: date, until: date, measures: Iterable[str]) -> dict[tuple[str, str, int], int]:
        """By cause, measure and bucket; of a template only what is kept of both."""
        if self._scope.template is None:
            return self.by_key("cause", since, until, measures)
        start = f"{self._scope.template}/"
        found = self.by_key(PORTAL_AND_CAUSE, since, until, measures)
        return {(k.removeprefix(start), m, b): n for (k, m, b), n in found.items() if k.startswith(start)}

    def _within(self, query: Any, cut: str, since: date, until: date, measures: Iterable[str]) -> Any:
        place = (_day.c.instance.in_(self._scope.levels), _day.c.cut == cut, _day.c.measure.in_(measures))
        return query.where(*place, _day.c.day >= since, _day.c.day <= until)

    def _notes(self, cut: str, since: date, until: date, key: str | None = None) -> Iterable[tuple[Key, int]]:
        levels = frozenset(self._scope.levels)
        for found, (number, _) in self._noted.items():
            is_here = found[0] in levels and found[1] == cut and since <= found[3] <= until
            if is_here and key in {None, found[4]}:
                yield found, int(number)


def spread(buckets: Buckets) -> Spread:
    """Median, 90th and 99th percentile: the nearest rank's bucket, by its middle."""
    number = sum(buckets.values())
    if not number:
        return Spread(0)
    return Spread(number, *(_percentile(buckets, number, share) for share in (0.5, 0.9, 0.99)))


def _percentile(buckets: Buckets, number: int, share: float) -> float:
    rank, seen = ceil(share * number), 0
    for bucket in sorted(buckets):
        seen += buckets[bucket]
        if seen >= rank:
            return trend_days.middle_of(bucket)
    raise AssertionError("a rank is at most the number")
