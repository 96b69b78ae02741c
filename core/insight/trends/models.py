"""What a look at the trends gives: frozen, plain. A day is one in UTC; a share is 0 to 1; a duration is in seconds."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

PERIODS = (7, 30, 90, 365)
Direction = Literal["better", "worse", "same", "unknown"]
Life = Literal["new", "ongoing", "escalating", "regressed", "resolved"]
Standing = Literal["above", "below", "usual"]


@dataclass(frozen=True)
class TrendFilter:
    """The last so many days, today among them, beside as many before; in one instance, of one portal template, or in all."""

    days: int = 30
    instance: str | None = None
    template: str | None = None


@dataclass(frozen=True)
class Rate:
    """So many of the runs that came to a verdict failed."""

    runs: int
    failed: int

    @property
    def share(self) -> float | None:
        """The failure rate; None where nothing ran."""
        return self.failed / self.runs if self.runs else None


@dataclass(frozen=True)
class DayRate:
    """A day of the control chart. The limits are for as many runs as the day had; None where nothing ran."""

    day: date
    rate: Rate
    low: float | None
    high: float | None
    standing: Standing


@dataclass(frozen=True)
class Spread:
    """How long something took, at most 2.5 % off: daily sums keep lengths in classes that grow by 5 %."""

    number: int
    median_s: float | None = None
    p90_s: float | None = None
    p99_s: float | None = None


@dataclass(frozen=True)
class CauseTrend:
    """A cause in this period and the one before; `fix_s`: how long the ones healed in this period took."""

    cause: str
    name: str
    life: Life
    failures: int
    previous: int
    open: int
    fix_s: Spread
    last_day: date | None

    @property
    def change(self) -> int:
        """How many more than in the period before."""
        return self.failures - self.previous


@dataclass(frozen=True)
class CutTrend:
    """How many failures began with one value of a cut, in this period and the one before."""

    key: str
    name: str
    failures: int
    previous: int


@dataclass(frozen=True)
class Healing:
    """What became of the failures that began in the period.

    `given_up`: closed without being healed; `open`: not healed so far.
    """

    first_retry: int
    later_retry: int
    itself: int
    given_up: int
    open: int

    @property
    def failures(self) -> int:
        """All of them."""
        return self.first_retry + self.later_retry + self.itself + self.given_up + self.open


@dataclass(frozen=True)
class Marker:
    """A day on which a package or a setting changed, and what in a few words."""

    day: date
    text: str
    instance: str | None


@dataclass(frozen=True)
class Trends:
    """Is it getting better? `since` and `until` are days, both in the period.

    `provisioning` is None where it is not kept: of one template within one instance, or for who sees some instances only.
    """

    wanted: TrendFilter
    since: date
    until: date
    direction: Direction
    now: Rate
    before: Rate
    days: tuple[DayRate, ...]
    failures: int
    previous_failures: int
    open: int
    causes: tuple[CauseTrend, ...]
    cuts: dict[str, tuple[CutTrend, ...]]
    provisioning: Spread | None
    provisioning_before: Spread | None
    provisioning_days: tuple[tuple[date, Spread], ...]
    recovery: Spread | None
    recovery_before: Spread | None
    recovery_days: tuple[tuple[date, Spread], ...]
    healing: Healing
    healing_before: Healing
    markers: tuple[Marker, ...]

    @property
    def unusual(self) -> tuple[DayRate, ...]:
        """The days outside their control limits."""
        return tuple(day for day in self.days if day.standing != "usual")
