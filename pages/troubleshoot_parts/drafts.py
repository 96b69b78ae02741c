"""The queue of what no rule explains: a drafted record to copy, tried on every known message."""

import streamlit as st

from core.insight.failures import FailureGroup
from core.insight.failures.drafting import draft
from pages.ui.words import count, plain


def draft_of(group: FailureGroup) -> None:
    """A record drafted from the messages, and what it would change."""
    with st.expander(
        "Draft a record for the diagnosis",
        key=f"draft-{group.id}",
        icon=":material/edit_note:",
        on_change="rerun",
    ) as opened:
        if not opened.open:
            return
        made = draft(group)
        st.markdown(
            f"Recognises {made.explains:,} of these {len(group.failures):,} messages. Name it, say what helps, "
            "and put it into data/diagnosis as a file of its own."
        )
        st.code(made.text, language=None, wrap_lines=True)
        if made.is_harmless:
            st.markdown(f"Tried on {count(made.tried, 'known message')}: none would get another cause.")
        else:
            taken = ", ".join(f"{plain(name)} ({plain(cause)})" for name, cause in made.takes[:5])
            st.warning(
                f"Tried on {count(made.tried, 'known message')}: {len(made.takes):,} would get another cause: {taken}."
            )
