"""The arithmetic of the control chart (a p-chart) and of comparing two periods."""

from functools import lru_cache
from math import exp, lgamma, log, sqrt

from core.insight.trends.models import Direction, Rate

# Three standard deviations: a day outside is a matter of chance about once in a year.
SIGMAS = 3.0
_TAIL = 0.00135  # of the normal distribution beyond three
_EXACT_UP_TO = 300  # runs a day; beyond, the normal distribution is as good
_SURE = 2.0  # standard deviations between two periods that are not chance


@lru_cache(maxsize=4096)
def limits(runs: int, share: float) -> tuple[float, float]:
    """Between which shares a day of so many runs lies, where `share` of all runs fail: low and high, both still usual.

    By the exact binomial distribution up to 300 runs, by the score (Wilson's) beyond, which at these numbers is the same.
    """
    if share <= 0 or share >= 1:
        return share, share
    if runs > _EXACT_UP_TO:
        reach = SIGMAS * sqrt(share * (1 - share) / runs)
        return max(0.0, share - reach), min(1.0, share + reach)
    low = high = None
    below = 0.0
    for failed in range(runs + 1):
        below += _chance(failed, runs, share)
        if low is None and below >= _TAIL:
            low = failed
        if below >= 1 - _TAIL:
            high = failed
            break
    return (low or 0) / runs, (runs if high is None else high) / runs


def _chance(failed: int, runs: int, share: float) -> float:
    ways = lgamma(runs + 1) - lgamma(failed + 1) - lgamma(runs - failed + 1)
    return exp(ways + failed * log(share) + (runs - failed) * log(1 - share))


def direction(now: Rate, before: Rate) -> Direction:
    """Whether fewer runs fail than in the period before, beyond what chance explains (two standard deviations)."""
    if now.share is None or before.share is None:
        return "unknown"
    together = (now.failed + before.failed) / (now.runs + before.runs)
    deviation = sqrt(together * (1 - together) * (1 / now.runs + 1 / before.runs))
    if deviation == 0 or abs(now.share - before.share) < _SURE * deviation:
        return "same"
    return "better" if now.share < before.share else "worse"


def is_more(now: int, before: int) -> bool:
    """Whether a count has risen by half at least, and beyond what chance explains."""
    return now >= 1.5 * before and now - before > _SURE * sqrt(now + before)
