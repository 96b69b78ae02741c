"""The failure rate by day with its control limits, and what was changed when."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st

from core.insight.trends import DayRate, Trends
from pages.trends_parts import behind
from pages.trends_parts.looks import legend_below
from pages.trends_parts.wording import percent, unusual
from pages.ui import keys
from pages.ui.badges import AREAS
from pages.ui.charts import draw, figure, nothing
from pages.ui.tables import cell, head, row_head, table
from pages.ui.times import duration
from pages.ui.words import count, plain

_MARKS = {"above": ("Unusually many", "red", "diamond"), "below": ("Unusually few", "green", "square")}


def rate(trends: Trends) -> None:
    """The chart, what stands out in words, and the days as a table."""
    st.header("Failure rate", anchor=False)
    if not trends.now.runs:
        nothing(
            "Nothing ran in these days",
            "Each day's share of failed runs shows here, once portals are provisioned. Choose a longer period.",
        )
        return
    drawn = figure(
        _traces(trends.days),
        title="Runs that failed, by day",
        unit="% of the day's runs",
        shapes=_lines(trends),
        showlegend=True,
        hovermode="closest",
    )
    share = percent(trends.now.share)
    alt = f"Failure rate by day from {trends.since} to {trends.until}: {share} in all. {unusual(trends)}"
    draw(legend_below(drawn, 2), alt=alt, key="trends-rate", on_pick=lambda label: pick_day(trends, label))
    st.markdown(unusual(trends))
    _changes(trends)
    with st.expander("The days as a table, with the failures behind each"):
        _table(trends)


def pick_day(trends: Trends, label: str) -> None:
    """Remember where a click on a day leads."""
    keys.leave_pick(behind.of_day(trends, date.fromisoformat(label[:10])))


def _traces(days: Sequence[DayRate]) -> list[dict[str, Any]]:
    at = [f"{one.day}" for one in days]
    grey = {"color": AREAS["gray"], "width": 1}
    found: list[dict[str, Any]] = [
        _line("Failed", at, [one.rate.share for one in days], {"color": AREAS["blue"], "width": 2}),
        _line("Upper limit", at, [one.high for one in days], grey | {"dash": "dash"}, mode="lines"),
        _line("Lower limit", at, [one.low for one in days], grey | {"dash": "dot"}, mode="lines"),
    ]
    for standing, (name, colour, symbol) in _MARKS.items():
        outside = [one for one in days if one.standing == standing]
        if outside:
            marks = _line(
                name,
                [f"{one.day}" for one in outside],
                [one.rate.share for one in outside],
                {},
                mode="markers",
            )
            marks["marker"] = {"color": AREAS[colour], "size": 12, "symbol": symbol}
            found.append(marks)
    return found


def _line(
    name: str,
    at: list[str],
    shares: Sequence[float | None],
    line: dict[str, Any],
    mode: str = "lines+markers",
) -> dict[str, Any]:
    values = [None if share is None else round(100 * share, 2) for share in shares]
    return {
        "type": "scatter",
        "mode": mode,
        "name": name,
        "x": at,
        "y": values,
        "line": line,
        "marker": {"size": 5, "color": line.get("color")},
        "connectgaps": False,
        "hoverinfo": "skip" if mode == "lines" else "x+y+name",
    }


def _lines(trends: Trends) -> list[dict[str, Any]]:
    """A line at each day on which something was changed."""
    line = {"color": AREAS["orange"], "width": 1, "dash": "dot"}
    days = {marker.day for marker in trends.markers}
    return [
        {"type": "line", "x0": f"{day}", "x1": f"{day}", "yref": "paper", "y0": 0, "y1": 1, "line": line}
        for day in sorted(days)
    ]


def _changes(trends: Trends) -> None:
    if not trends.markers:
        return
    with st.expander(f"What was changed: {count(len(trends.markers), 'change')}, the dotted upright lines"):
        st.markdown("\n".join(f"- {marker.day}: {plain(marker.text)}" for marker in trends.markers))


def _table(trends: Trends) -> None:
    heads = [head("Day"), *(head(word, "number") for word in ("Runs", "Failed", "Rate", "Usual up to"))]
    heads += [head("Standing"), head("Time to provision", "number"), head("Failures")]
    provisioned = dict(trends.provisioning_days)
    words = {"above": "Unusually many", "below": "Unusually few", "usual": "As usual"}
    rows = []
    for one in reversed(trends.days):
        if not one.rate.runs:
            continue
        median = provisioned[one.day].median_s
        rows.append(
            [
                row_head(_unbroken(f"{one.day}")),
                cell(f"{one.rate.runs:,}", "number"),
                cell(f"{one.rate.failed:,}", "number"),
                cell(percent(one.rate.share), "number"),
                cell(percent(one.high), "number"),
                cell(words[one.standing]),
                cell("–" if median is None else duration(median), "number"),
                cell(_unbroken(behind.link(f"Failures of {one.day}", behind.of_day(trends, one.day)))),
            ]
        )
    table("Runs by day", heads, rows)


def _unbroken(html: str) -> str:
    return f'<span style="white-space: nowrap">{html}</span>'
