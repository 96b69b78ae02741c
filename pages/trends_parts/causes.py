"""What failures come from: each cause, where it is in its life, and how it moves; the same by other cuts."""

from html import escape

import streamlit as st

from core.insight.trends import CauseTrend, Trends
from pages.trends_parts import behind
from pages.trends_parts.looks import legend_below, name_in_lines
from pages.ui import keys
from pages.ui.address import Address
from pages.ui.badges import LIVES, state_html
from pages.ui.charts import Series, draw, nothing, rows
from pages.ui.tables import cell, head, row_head, table
from pages.ui.times import duration
from pages.ui.words import count

CUTS = {
    "portal": "Portal",
    "solution": "Solution",
    "instance": "Instance",
    "language": "Language",
    "version": "Package version",
}
MOST_BARS = 8


def causes(trends: Trends) -> None:
    """A row a cause, with the failures behind it; the most frequent as bars."""
    st.header("Causes", anchor=False)
    if not trends.causes:
        nothing("Nothing failed", "What failures come from shows here, and whether each cause grows.")
        return
    st.caption(
        "New: never seen before this period. Regressed: back after a whole period without it. Escalating: half as many "
        "again, and more than chance. Resolved: nothing open, and quiet for a tenth of the period."
    )
    heads = [head("Cause"), head("Life"), *(head(w, "number") for w in ("Failures", "Change", "Open"))]
    heads.append(head("Time to fix, median", "number"))
    table("Causes of failures", heads, [_row(trends, cause) for cause in trends.causes])
    _bars(trends)


def _row(trends: Trends, cause: CauseTrend) -> list[str]:
    fix = cause.fix_s.median_s
    return [
        row_head(behind.link(cause.name, behind.of_cause(trends, cause))),
        cell(state_html(LIVES[cause.life])),
        cell(f"{cause.failures:,}", "number"),
        cell(f"{cause.change:+,}", "number"),
        cell(f"{cause.open:,}", "number"),
        cell("–" if fix is None else duration(fix), "number"),
    ]


def _bars(trends: Trends) -> None:
    shown = trends.causes[:MOST_BARS]
    names = {name_in_lines(cause.name): cause for cause in shown}
    drawn = rows(
        list(names),
        [
            Series("this period", [cause.failures for cause in shown], "red"),
            Series("the period before", [cause.previous for cause in shown], "gray"),
        ],
        title="Failures by cause, this period and the one before",
        unit="failures that began",
    ).update_layout(barmode="group", height=120 + 50 * len(shown))
    told = "; ".join(f"{cause.name}: {cause.failures:,}, before {cause.previous:,}" for cause in shown[:3])

    def pick(label: str) -> None:
        if label in names:
            keys.leave_pick(behind.of_cause(trends, names[label]))

    draw(
        legend_below(drawn),
        alt=f"Failures by cause. {told}. The table above has the same.",
        key="trends-causes",
        on_pick=pick,
    )


def cuts(trends: Trends, address: Address) -> None:
    """How many failures began by portal, solution, instance, language or version."""
    there = [cut for cut in CUTS if trends.cuts.get(cut)]
    if not there:
        return
    st.header("Where failures began", anchor=False)
    by = address.known("by", there) or there[0]
    keys.mirror("trends-by", by)
    st.segmented_control(
        "By",
        there,
        format_func=lambda one: CUTS[one],
        key="trends-by",
        required=True,
        on_change=address.take,
        args=("by", "trends-by"),
        label_visibility="collapsed",
    )
    heads = [head(CUTS[by]), *(head(word, "number") for word in ("Failures", "Before", "Change"))]
    found = [
        [
            row_head(
                behind.link(one.name, behind.of_value(trends, by, one.key))
                if one.failures
                else escape(one.name)
            ),
            cell(f"{one.failures:,}", "number"),
            cell(f"{one.previous:,}", "number"),
            cell(f"{one.failures - one.previous:+,}", "number"),
        ]
        for one in trends.cuts[by]
    ]
    table(f"Failures by {CUTS[by].lower()}", heads, found)
    st.caption(f"{count(len(found), 'value')}, those with the most failures first.")
