"""The four figures beside each other: this period, and by how much it differs from the one before."""

import streamlit as st

from core.insight.trends import Spread, Trends
from pages.trends_parts.wording import percent
from pages.ui.times import duration


def figures(trends: Trends) -> None:
    """Failure rate, failures, what is open, time to provision, time to recover."""
    now, before = trends.now.share, trends.before.share
    points = None if now is None or before is None else f"{100 * (now - before):+.1f} points"
    began = f"{trends.failures - trends.previous_failures:+,}" if trends.before.runs else None
    with st.container(horizontal=True, key="trends-figures"):
        _one("Runs that failed", percent(now), points)
        _one("Failures that began", f"{trends.failures:,}", began)
        _one("Time to provision, median", *_median(trends.provisioning, trends.provisioning_before))
        _one("Time to recover, median", *_median(trends.recovery, trends.recovery_before))
        _one("Open now", f"{trends.open:,}", None)
    if trends.before.runs:
        st.caption(f"Changes are against the {trends.wanted.days} days before. Fewer and shorter is better.")


def _one(label: str, value: str, change: str | None) -> None:
    st.metric(label, value, change, delta_color="off", width=210)


def _median(now: Spread | None, before: Spread | None) -> tuple[str, str | None]:
    if now is None or now.median_s is None:
        return "–", None
    if before is None or not before.median_s:
        return duration(now.median_s), None
    return duration(now.median_s), f"{100 * (now.median_s / before.median_s - 1):+.0f} %"
