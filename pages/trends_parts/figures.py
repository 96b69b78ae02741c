"""The figures beside each other: this period, and by how much it differs from the one before."""

import streamlit as st

from core.insight.trends import Spread, Trends
from pages.trends_parts.wording import percent
from pages.ui.times import duration

Figure = tuple[str, str, str | None]  # label, value, change


def figures(trends: Trends) -> None:
    """Failure rate, failures, time to provision, time to recover, what is open."""
    now, before = trends.now.share, trends.before.share
    points = None if now is None or before is None else f"{100 * (now - before):+.1f} points"
    began = f"{trends.failures - trends.previous_failures:+,}" if trends.before.runs else None
    provisioning = _median(trends.provisioning, trends.provisioning_before)
    recovery = _median(trends.recovery, trends.recovery_before)
    shown: tuple[Figure, ...] = (
        ("Runs that failed", percent(now), points),
        ("Failures that began", f"{trends.failures:,}", began),
        ("Time to provision, median", *provisioning),
        ("Time to recover, median", *recovery),
        ("Open now", f"{trends.open:,}", None),
    )
    with st.container(horizontal=True, key="trends-figures", gap="small"):
        for label, value, change in shown:
            # Not st.metric, nor st.html: these come late, and what is below would jump.
            against = f"{change.replace('-', '−')} against before" if change else "&nbsp;"
            st.markdown(f":small[{label}]  \n**{value}**  \n:small[{against}]", width=160)


def _median(now: Spread | None, before: Spread | None) -> tuple[str, str | None]:
    if now is None or now.median_s is None:
        return "–", None
    if before is None or not before.median_s:
        return duration(now.median_s), None
    return duration(now.median_s), f"{100 * (now.median_s / before.median_s - 1):+.0f} %"
