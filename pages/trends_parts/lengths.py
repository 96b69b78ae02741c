"""How long it takes to provision and to recover, and what becomes of failures."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from core.insight.trends import Healing, Spread, Trends
from pages.trends_parts import wording
from pages.trends_parts.looks import legend_below
from pages.trends_parts.rate import pick_day
from pages.ui.charts import Series, draw, lines, nothing, rows

_UNITS = ((86400, "days"), (3600, "hours"), (60, "minutes"), (1, "seconds"))
_ERROR = "Daily sums keep lengths in classes: a percentile is at most 2.5 % off."


def lengths(trends: Trends) -> None:
    """Two charts beside each other, under each other on a phone."""
    left, right = st.columns(2, gap="large")
    with left:
        _one(trends, "Time to provision", "provisioning", trends.provisioning, trends.provisioning_days)
    with right:
        _one(trends, "Time to recover", "recovery", trends.recovery, trends.recovery_days)


def _one(
    trends: Trends, title: str, key: str, whole: Spread | None, days: Sequence[tuple[date, Spread]]
) -> None:
    st.header(title, anchor=False)
    if whole is None or not whole.number:
        nothing(f"{title}: nothing to show", wording.spread(whole))
        return
    size, unit = next((s, u) for s, u in _UNITS if (whole.p90_s or 0) >= s or s == 1)
    wanted = (("Median", "median_s", "blue"), ("90 %", "p90_s", "orange"), ("99 %", "p99_s", "gray"))
    series = [
        Series(name, [_in(getattr(one, field), size) for _, one in days], colour)  # type: ignore[arg-type]  # of the literal
        for name, field, colour in wanted
    ]
    drawn = lines([f"{day}" for day, _ in days], series, title=f"{title}, by day", unit=unit)
    said = wording.spread(whole)
    draw(
        legend_below(drawn),
        alt=f"{title} by day. {said}",
        key=f"trends-{key}",
        on_pick=lambda label: pick_day(trends, label),
    )
    st.markdown(said)
    st.caption(_ERROR)


def healing(trends: Trends) -> None:
    """What became of the failures that began in the period, beside the one before."""
    st.header("How failures were healed", anchor=False)
    now, before = trends.healing, trends.healing_before
    if not now.failures and not before.failures:
        nothing("No failure began", "How failures are healed shows here: by a retry, by themselves, or not.")
        return
    both = (now, before)
    drawn = rows(
        ["This period", "The period before"],
        [
            Series("First retry", [_share(one, one.first_retry) for one in both], "green"),
            Series("Later retry", [_share(one, one.later_retry) for one in both], "blue"),
            Series("By themselves", [_share(one, one.itself) for one in both], "gray"),
            Series("Not so far", [_share(one, one.open) for one in both], "red"),
            *(
                [Series("Given up", [_share(one, one.given_up) for one in both], "orange")]
                if now.given_up or before.given_up
                else []
            ),
        ],
        title="What became of the failures that began",
        unit="% of the failures",
    )
    draw(
        legend_below(drawn, 2),
        alt=f"{wording.healing(now)} Before: {wording.healing(before)}",
        key="trends-healing",
    )
    st.markdown(wording.healing(now))


def _share(of: Healing, number: int) -> float | None:
    return round(100 * number / of.failures, 1) if of.failures else None


def _in(seconds: float | None, size: int) -> float | None:
    return None if seconds is None else round(seconds / size, 2)
