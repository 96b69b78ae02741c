"""How often the preflight was right, by check."""

from html import escape

import streamlit as st

from core.bootstrap import Services
from core.insight.foresight import RETRY
from pages.ui.tables import cell, head, row_head, table
from pages.ui.words import count

_NAMES = {
    "system-administrator": "You administer the instance",
    "language": "The language is installed",
    "prerequisites": "What must be there first is there",
    "packages": "The packages can be installed there",
    "subdomain-free": "The URL is free",
    "reachable": "The instance answers",
    "administration-mode": "Administration mode is off",
    "import-running": "No other import runs",
    "access-mode": "Your access mode is Read-Write",
    RETRY: "A retry passes, solution by solution",
}


def scores_of(services: Services) -> None:
    """The table; nothing before anything was compared."""
    with st.expander(
        "How often the preflight was right",
        key="troubleshoot-scores",
        icon=":material/target:",
        on_change="rerun",
    ) as opened:
        if not opened.open:
            return
        found = services.scores.read()
        if not found:
            st.markdown("Nothing was compared yet: it starts with the next portal or retry.")
            return
        st.markdown(
            f"What {count(max(one.asked for one in found), 'comparison')} at most say: what was foretold, and what happened."
        )
        table(
            "How often the preflight was right",
            (
                head("Check"),
                head("Right", "number narrow"),
                head("Missed", "number narrow"),
                head("False alarm", "number narrow"),
            ),
            (
                (
                    row_head(escape(_NAMES.get(one.check, one.check))),
                    cell(f"{one.right:,} of {one.asked:,}", "number narrow"),
                    cell(f"{one.missed:,}", "number narrow"),
                    cell(f"{one.false_alarms:,}", "number narrow"),
                )
                for one in found
            ),
        )
