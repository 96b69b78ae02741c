"""The answer above the table: which portal, and why."""

import streamlit as st

from core.insight.matrix import View
from core.insight.matrix.answers import answer_lines
from core.insight.matrix.building import gains
from core.insight.matrix.ranking import Ranking
from core.insight.matrix.wording import headline, solution_name
from core.phrasing import listed
from pages.ui.words import plain


def answer(view: View, ranking: Ranking) -> None:
    """One sentence, and beneath it what else there is to say of it."""
    with st.container(key="compare-answer", gap="xsmall"):
        st.markdown(f"**{plain(headline(view, ranking))}**")
        lines = answer_lines(view, ranking)
        if lines:
            st.markdown("\n".join(f"- {plain(line)}" for line in lines))


def add_ons(view: View) -> None:
    """What each add-on on the screen adds to the portal it stands on."""
    for gain in gains(view.matrix):
        if gain.add_on.slug in view.slugs and gain.features:
            needed = listed(solution_name(view.matrix, name) for name in gain.add_on.requires)
            st.caption(
                plain(
                    f"{gain.add_on.name} is the {gain.base.name} with {listed(row.name for row in gain.features)} "
                    f"always there. It needs {needed} in the instance first."
                )
            )
