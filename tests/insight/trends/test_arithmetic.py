"""The arithmetic of the trends: control limits, percentiles, comparisons."""

from math import ceil, comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.insight.trends.control import direction, is_more, limits
from core.insight.trends.models import Rate
from core.insight.trends.reading import spread
from core.provisioning.trend_days import bucket_of, middle_of

SHARES = st.floats(0.001, 0.999)


def _at_most(failed: int, runs: int, share: float) -> float:
    return sum(comb(runs, k) * share**k * (1 - share) ** (runs - k) for k in range(failed + 1))


@given(st.integers(1, 120), SHARES)
def test_a_usual_day_is_within_the_limits_when_it_has_few_runs(runs: int, share: float) -> None:
    low, high = limits(runs, share)
    low_count, high_count = round(low * runs), round(high * runs)
    assert 0 <= low <= high <= 1
    assert _at_most(high_count, runs, share) >= 1 - 0.00135 - 1e-9
    if low_count:
        assert _at_most(low_count - 1, runs, share) < 0.00135 + 1e-9


def test_both_ways_agree_when_a_day_has_many_runs() -> None:
    exact, normal = limits(300, 0.2), limits(301, 0.2)
    assert exact == pytest.approx(normal, abs=0.01)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_the_limits_are_the_share_itself_when_nothing_varies(share: float) -> None:
    assert limits(10, share) == (share, share)


@given(st.lists(st.floats(0.01, 30 * 86400), min_size=1, max_size=200))
def test_a_percentile_is_at_most_two_and_a_half_percent_off(lengths: list[float]) -> None:
    buckets: dict[int, int] = {}
    for length in lengths:
        buckets[bucket_of(length)] = buckets.get(bucket_of(length), 0) + 1
    found = spread(buckets)
    for share, told in ((0.5, found.median_s), (0.9, found.p90_s), (0.99, found.p99_s)):
        exact = sorted(lengths)[ceil(share * len(lengths)) - 1]
        assert told == pytest.approx(exact, rel=0.0251)


def test_what_is_shorter_than_ten_milliseconds_is_nothing() -> None:
    assert (bucket_of(0.0), bucket_of(0.009), middle_of(0)) == (0, 0, 0.0)
    assert spread({}).median_s is None


def test_two_periods_are_the_same_when_chance_explains_the_difference() -> None:
    assert direction(Rate(100, 12), Rate(100, 10)) == "same"
    assert direction(Rate(1000, 120), Rate(1000, 60)) == "worse"
    assert direction(Rate(10, 0), Rate(10, 0)) == "same"
    assert direction(Rate(10, 0), Rate(0, 0)) == "unknown"
    assert is_more(1, 0) is False
    assert is_more(10, 1) is True
