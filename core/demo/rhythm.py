"""When things happen in a demo: more from month to month, on working days, in working hours. Times are ms since 1970."""

from bisect import bisect_right
from itertools import accumulate

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
# Of a day's work, hour by hour in UTC, and of a week's, from Thursday on: 1 January 1970 was one.
_HOURS = (3, 2, 2, 2, 3, 5, 9, 14, 18, 20, 19, 17, 16, 18, 19, 18, 16, 13, 10, 8, 7, 6, 5, 4)
_WEEK = (1.0, 0.9, 0.22, 0.18, 0.95, 1.05, 1.05)
_GROWTH = 2.2  # how much more at the end than at the beginning

_DAYS: dict[int, str] = {}
_CLOCK = tuple(f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(86_400))


class Rhythm:
    """The moments of a span of days before now, so that the n-th of a thousand is at `at(n / 1000)`."""

    def __init__(self, days: int, now_ms: int, latest_ms: int) -> None:
        self.first_ms = now_ms - days * DAY_MS
        first, last = self.first_ms // HOUR_MS, latest_ms // HOUR_MS
        span = max(1, last - first)
        weights = [
            _HOURS[hour % 24] * _WEEK[hour // 24 % 7] * (1 + (_GROWTH - 1) * (hour - first) / span)
            for hour in range(first, last + 1)
        ]
        self._first_hour = first
        self._latest_ms = latest_ms
        self._sums = [0.0, *accumulate(weights)]

    def at(self, share: float) -> int:
        """The moment before which that share of everything has happened."""
        wanted = share * self._sums[-1]
        index = min(bisect_right(self._sums, wanted) - 1, len(self._sums) - 2)
        within = (wanted - self._sums[index]) / (self._sums[index + 1] - self._sums[index])
        at = (self._first_hour + index) * HOUR_MS + int(within * HOUR_MS)
        return max(self.first_ms, min(at, self._latest_ms))


def stamp(ms: int) -> str:
    """A moment as both databases read it, in UTC."""
    second, rest = divmod(ms, 1000)
    day, clock = divmod(second, 86_400)
    if day not in _DAYS:
        _DAYS[day] = _date(day)
    return f"{_DAYS[day]} {_CLOCK[clock]}.{rest:03d}000"


def _date(day: int) -> str:
    from datetime import date, timedelta

    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()
