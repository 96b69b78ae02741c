"""The trends in sentences: the page and its print say the same."""

from core.insight.trends import Healing, Spread, Trends
from pages.ui.times import duration
from pages.ui.words import count

_SHORT = "%Y-%m-%d"


def answer(trends: Trends) -> str:
    """Is it getting better? One sentence."""
    days = count(trends.wanted.days, "day")
    if trends.now.share is None:
        return f"Nothing ran in the last {days}, so there is nothing to say yet."
    now = f"{percent(trends.now.share)} of {count(trends.now.runs, 'run')} failed in the last {days}"
    if trends.before.share is None:
        return f"{now}; nothing ran in the {days} before, so there is nothing to compare with."
    before = f"{percent(trends.before.share)} in the {days} before"
    said = {
        "better": f"It is getting better: {now}, {before}.",
        "worse": f"It is getting worse: {now}, {before}.",
        "same": f"About the same: {now}, {before}. The difference is no more than chance explains.",
    }
    return said.get(trends.direction, f"{now}, {before}.")


def unusual(trends: Trends) -> str:
    """Which days stand out."""
    found = trends.unusual
    if not found:
        return "No day stands out: each is within its control limits."
    above = [f"{one.day:{_SHORT}}" for one in found if one.standing == "above"]
    below = [f"{one.day:{_SHORT}}" for one in found if one.standing == "below"]
    said = [
        f"unusually many runs failed on {_listed(above)}" if above else "",
        f"unusually few on {_listed(below)}" if below else "",
    ]
    sentence = ", ".join(filter(None, said))
    return f"{sentence[0].upper()}{sentence[1:]}: outside the control limits."


def healing(what: Healing) -> str:
    """What became of the failures."""
    if not what.failures:
        return "No failure began."
    parts = [
        (what.first_retry, "were healed by the first retry"),
        (what.later_retry, "by a later one"),
        (what.itself, "by themselves"),
        (what.open, "not so far"),
    ]
    if what.given_up:
        parts.append((what.given_up, "given up"))
    said = ", ".join(f"{percent(number / what.failures)} {how}" for number, how in parts)
    return f"Of {count(what.failures, 'failure')}, {said}."


def spread(what: Spread | None) -> str:
    """Median, 90th and 99th percentile."""
    if what is None:
        return "Not kept for this choice: choose a portal or an instance, not both."
    if what.median_s is None or what.p90_s is None or what.p99_s is None:
        return "Nothing to measure."
    return (
        f"Half took up to {duration(what.median_s)}, nine in ten up to {duration(what.p90_s)}, "
        f"99 in a hundred up to {duration(what.p99_s)}."
    )


def percent(share: float | None) -> str:
    """12.3 %; a dash where there is none."""
    return "–" if share is None else f"{100 * share:.1f} %"


def _listed(days: list[str]) -> str:
    shown = days[:3]
    more = f" and {len(days) - len(shown)} more" if len(days) > len(shown) else ""
    return ", ".join(shown) + more
