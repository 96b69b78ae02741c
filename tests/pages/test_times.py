"""Times and durations as people read them."""

from datetime import UTC, datetime, timedelta

import pytest

from pages.ui.times import ago, duration, duration_range, exact, left

NOW = datetime(2026, 11, 23, 12, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "under 0.1 s"), (0.42, "0.4 s"), (9.96, "10 s"), (59.4, "59 s"), (60, "1 min"), (250, "4 min 10 s"),
        (3600, "1 h"), (3900, "1 h 5 min"), (90000, "1 d 1 h"),
    ],
)  # fmt: skip
def test_a_duration_is_in_two_units_when_it_is_long(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (240, 360, "4–6 min"),
        (20, 30, "20–30 s"),
        (14, 14.2, "14 s"),
        (0.2, 0.4, "up to 1 s"),
        (600, 7200, "up to 2 h"),
    ],
)
def test_a_range_is_in_one_unit_when_it_is_told(low: float, high: float, words: str) -> None:
    assert duration_range(low, high) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (-5, "just now"),
        (59, "just now"),
        (180, "3 min ago"),
        (7300, "2 h ago"),
        (86400, "1 day ago"),
        (200000, "2 days ago"),
    ],
)
def test_a_time_is_told_by_its_distance_when_it_is_past(seconds: float, words: str) -> None:
    assert ago(NOW - timedelta(seconds=seconds), NOW) == words


def test_what_is_left_is_round_when_it_is_told() -> None:
    assert left(timedelta(seconds=0)) == "any moment now"
    assert left(timedelta(seconds=13)) == "about 15 s left"
    assert left(timedelta(seconds=118)) == "about 2 min left"


def test_the_time_itself_is_in_utc_when_it_is_told() -> None:
    assert exact(NOW) == "2026-11-23 12:04:05 UTC"
