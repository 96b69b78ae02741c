"""Reads the trends: each call is one read transaction over daily sums, whatever the number of portals."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.access import Actor
from core.directory.directory import Directory
from core.errors import InvalidValue
from core.insight.cut_names import NameOf
from core.insight.trends import sums as kept_sums
from core.insight.trends.causes import causes_of
from core.insight.trends.control import direction, limits
from core.insight.trends.models import (
    PERIODS,
    CutTrend,
    DayRate,
    Healing,
    Marker,
    Rate,
    Spread,
    Standing,
    TrendFilter,
    Trends,
)
from core.insight.trends.reading import Scope, Sums, spread
from core.provisioning import trend_days
from core.storage.failure_tables import GIVEN_UP
from core.storage.store import Store
from core.storage.tables import Event

VISIBILITY_AGE_S = 30
FOLDS_FROM = 500  # notes that a reader adds to the daily sums instead of reading past them
MOST_DAYS = 1000
MOST_MARKERS = 30
MOST_OF_A_CUT = 20
CUTS = ("portal", "solution", "instance", "language", "version")
ByDay = Mapping[tuple[date, str, int], int]


class TrendInsight:
    """Is it getting better? `name`: a value of a cut as people call it."""

    def __init__(self, store: Store, directory: Directory, name: NameOf) -> None:
        self._store = store
        self._directory = directory
        self._name = name

    def read(self, wanted: TrendFilter, actor: Actor) -> Trends:
        """The period beside the one before, in the instances that the actor may see. Raises InvalidValue."""
        if not 0 < wanted.days <= MOST_DAYS:
            raise InvalidValue(
                f"{wanted.days} is no number of days to look back. Give one from 1 to {MOST_DAYS}, "
                f"as {', '.join(map(str, PERIODS))}.",
                field="days",
            )
        self._prepare()
        until = self._store.clock().astimezone(UTC).date()
        since = until - timedelta(days=wanted.days - 1)
        scope = self._scope(wanted, actor)
        with self._store.reading() as session:
            return self._trends(session, wanted, scope, since, until)

    def rebuild(self) -> int:
        """Make the daily sums anew from runs and failures; how many things they count."""
        return kept_sums.rebuild(self._store)

    def check(self) -> tuple[kept_sums.Difference, ...]:
        """Where the daily sums differ from runs and failures; empty where they agree."""
        return kept_sums.check(self._store)

    def _prepare(self) -> None:
        with self._store.reading() as session:
            is_made = kept_sums.is_made(session)
        if is_made:
            trend_days.fold(self._store, FOLDS_FROM)
        else:
            kept_sums.rebuild(self._store)

    def _scope(self, wanted: TrendFilter, actor: Actor) -> Scope:
        visible = self._directory.visible(actor, VISIBILITY_AGE_S)
        if wanted.instance is not None:
            one = frozenset({wanted.instance})
            visible = one if visible is None else visible & one
        return Scope(visible, wanted.template)

    def _trends(
        self, session: Session, wanted: TrendFilter, scope: Scope, since: date, until: date
    ) -> Trends:
        sums = Sums(session, scope)
        earlier, eve = since - timedelta(days=wanted.days), since - timedelta(days=1)
        now, before = sums.by_day(since, until), sums.together(earlier, eve)
        causes = causes_of(
            session, sums, scope, (earlier, since, until), lambda key: self._name("cause", key)
        )
        has = scope.has_durations
        return Trends(
            wanted=wanted,
            since=since,
            until=until,
            direction=direction(_rate(now), _rate(before)),
            now=_rate(now),
            before=_rate(before),
            days=_days(now, since, until),
            failures=_total(now, "failures"),
            previous_failures=_total(before, "failures"),
            open=sum(cause.open for cause in causes),
            causes=causes,
            cuts=self._cuts(sums, scope, (earlier, eve, since, until)),
            provisioning=_spread(now, "provision-s") if has else None,
            provisioning_before=_spread(before, "provision-s") if has else None,
            provisioning_days=_spreads(now, "provision-s", since, until),
            recovery=_spread(now, "recover-s") if has else None,
            recovery_before=_spread(before, "recover-s") if has else None,
            recovery_days=_spreads(now, "recover-s", since, until),
            healing=_healing(now),
            healing_before=_healing(before),
            markers=self._markers(session, scope, since),
        )

    def _cuts(
        self, sums: Sums, scope: Scope, days: tuple[date, date, date, date]
    ) -> dict[str, tuple[CutTrend, ...]]:
        earlier, eve, since, until = days
        wanted = [cut for cut in CUTS if scope.template is None or cut == "instance"]
        return {
            cut: self._cut(cut, _values(sums, cut, since, until), _values(sums, cut, earlier, eve))
            for cut in wanted
        }

    def _cut(self, cut: str, now: Mapping[str, int], before: Mapping[str, int]) -> tuple[CutTrend, ...]:
        counts = [(now.get(key, 0), before.get(key, 0), key) for key in now.keys() | before.keys()]
        counts.sort(key=lambda one: (-one[0], -one[1], one[2]))
        # Named once they are chosen: there can be hundreds.
        return tuple(
            CutTrend(key, self._name(cut, key), failures, previous)
            for failures, previous, key in counts[:MOST_OF_A_CUT]
            if failures or previous
        )

    def _markers(self, session: Session, scope: Scope, since: date) -> tuple[Marker, ...]:
        """What changed since then, the latest first: thirty at most."""
        start = datetime(since.year, since.month, since.day, tzinfo=UTC)
        # As the index has it, or it is not used.
        is_change = sa.text("act IN ('change-instance', 'add-package', 'withdraw-package')")
        query = select(Event).where(is_change, col(Event.at) >= start)
        if scope.instances is not None:
            query = query.where(col(Event.instance).in_(scope.instances))
        events = session.exec(query.order_by(col(Event.at).desc()).limit(MOST_MARKERS)).all()
        return tuple(Marker(event.at.date(), self._told(event), event.instance) for event in events)

    def _told(self, event: Event) -> str:
        details: Mapping[str, Any] = event.details
        if event.act != "change-instance":
            verb = "added" if event.act == "add-package" else "withdrawn"
            return f"{details.get('solution')} {details.get('version')} {verb}"
        where = self._name("instance", event.instance or "")
        action = str(details.get("action", "changed")).replace("-", " ")
        values = [value for key, value in details.items() if key != "action"]
        shown = ["on" if v is True else "off" if v is False else str(v) for v in values]
        return f"{where}: {action} {' '.join(shown)}".strip()


def _values(sums: Sums, cut: str, since: date, until: date) -> dict[str, int]:
    if cut == "instance":
        return sums.by_instance(since, until, "failures")
    found = sums.by_key(cut, since, until, ("failures",))
    return {key: number for (key, _, _), number in found.items()}


def _total(days: ByDay, measure: str) -> int:
    return sum(number for (_, name, _), number in days.items() if name == measure)


def _rate(days: ByDay) -> Rate:
    return Rate(_total(days, "runs"), _total(days, "failed"))


def _days(found: ByDay, since: date, until: date) -> tuple[DayRate, ...]:
    overall = _rate(found).share
    return tuple(
        _day(since + timedelta(days=number), found, overall) for number in range((until - since).days + 1)
    )


def _day(day: date, found: ByDay, overall: float | None) -> DayRate:
    rate = Rate(found.get((day, "runs", 0), 0), found.get((day, "failed", 0), 0))
    if rate.share is None or overall is None:
        return DayRate(day, rate, None, None, "usual")
    low, high = limits(rate.runs, overall)
    standing: Standing = "above" if rate.share > high else "below" if rate.share < low else "usual"
    return DayRate(day, rate, low, high, standing)


def _buckets(found: ByDay, measure: str) -> dict[date, dict[int, int]]:
    days: dict[date, dict[int, int]] = defaultdict(dict)
    for (day, name, bucket), number in found.items():
        if name == measure and number:
            days[day][bucket] = number
    return days


def _spread(found: ByDay, measure: str) -> Spread:
    together: dict[int, int] = defaultdict(int)
    for buckets in _buckets(found, measure).values():
        for bucket, number in buckets.items():
            together[bucket] += number
    return spread(together)


def _spreads(found: ByDay, measure: str, since: date, until: date) -> tuple[tuple[date, Spread], ...]:
    days = _buckets(found, measure)
    every = (since + timedelta(days=number) for number in range((until - since).days + 1))
    return tuple((day, spread(days.get(day, {}))) for day in every)


def _healing(found: ByDay) -> Healing:
    first, later, itself = (_total(found, f"healed-{by}") for by in trend_days.HEALED_BY)
    given_up = _total(found, GIVEN_UP)
    still = _total(found, "failures") - first - later - itself - given_up
    return Healing(first, later, itself, given_up, open=still)
