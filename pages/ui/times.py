"""Times and durations as people read them."""

from datetime import datetime, timedelta

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_TENTH, _TENTHS_BELOW = 0.1, 9.95


def duration(seconds: float) -> str:
    """A duration in its two largest units: "4 min 10 s", "1 h 5 min", "12 s"; tenths below ten seconds."""
    whole = round(seconds)
    if seconds < _TENTH:
        return "under 0.1 s"
    if seconds < _TENTHS_BELOW:
        return f"{seconds:.1f} s"
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return _two(whole, _MINUTE, "min", 1, "s")
    if whole < _DAY:
        return _two(whole, _HOUR, "h", _MINUTE, "min")
    return _two(whole, _DAY, "d", _HOUR, "h")


def duration_range(low_s: float, high_s: float) -> str:
    """A range in one unit: "4–6 min", "20–30 s"; one value where both round to the same."""
    size, unit = next(
        (s, u) for s, u in ((_HOUR, "h"), (_MINUTE, "min"), (1, "s")) if high_s >= 2 * s or s == 1
    )
    low, high = round(low_s / size), max(1, round(high_s / size))
    return (
        f"{high} {unit}" if low >= high else f"{max(low, 0)}–{high} {unit}" if low else f"up to {high} {unit}"
    )


def ago(at: datetime, now: datetime) -> str:
    """How long ago: "just now", "3 min ago", "2 days ago"."""
    past = max((now - at).total_seconds(), 0)
    for size, one, many in ((_DAY, "day", "days"), (_HOUR, "h", "h"), (_MINUTE, "min", "min")):
        if past >= size:
            count = int(past // size)
            return f"{count} {one if count == 1 else many} ago"
    return "just now"


def left(remaining: timedelta) -> str:
    """How long something still takes: "about 2 min left"."""
    seconds = remaining.total_seconds()
    if seconds <= 0:
        return "any moment now"
    if seconds < _MINUTE:
        return f"about {max(5, 5 * round(seconds / 5))} s left"
    return f"about {duration(_MINUTE * round(seconds / _MINUTE))} left"


def exact(at: datetime) -> str:
    """The time itself: "2026-11-23 12:04:05 UTC"."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _two(whole: int, size: int, unit: str, lesser: int, lesser_unit: str) -> str:
    rest = whole % size // lesser
    return f"{whole // size} {unit} {rest} {lesser_unit}" if rest else f"{whole // size} {unit}"
