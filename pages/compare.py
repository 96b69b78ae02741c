"""Compare: which portal do we need, and what is the difference? (R15–R17)."""

import streamlit as st

from core.insight.matrix import view_of
from core.insight.matrix.ranking import ranking_of
from core.insight.matrix.wording import hidden_sentence
from pages.compare_parts import alike, link, move, notes, nothing, strip, table, taking
from pages.compare_parts.answer import add_ons, answer
from pages.compare_parts.reading import whole_matrix
from pages.ui import acting
from pages.ui.actor import actor
from pages.ui.address import Address
from pages.ui.services import services
from pages.ui.words import plain

everything, who = services(), actor()
address = Address("compare")
address.follow()
matrix = whole_matrix(everything.catalogue)
choices = link.read(matrix, address.get)
view = view_of(matrix, choices.wanted)
ranking = ranking_of(view)

top = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
top.title("Compare", anchor=False, width="content")
with top.container(horizontal=True, width="content", gap="xsmall", key="compare-taking"):
    taking.taking(view, choices)
notice = st.container()
if choices.unknown:
    notice.warning(
        f"The link asks for what does not exist, and it was left out: {plain(', '.join(choices.unknown))}"
    )
acting.notice(notice)

with st.container(key="compare-body"):
    strip.drawer()
    left, right = st.columns([1, 3.6], gap="medium")
    with left.container(key="compare-strip"):
        strip.strip(everything, who, matrix, choices, address)
    with right:
        answer(view, ranking)
        hidden = hidden_sentence(view)
        if view.rows:
            noted = notes.notes_html(everything.feature_notes.all(), everything.clock())
            with st.container(key="compare-matrix"):
                st.html(table.table_html(view, ranking, noted, is_explained=choices.explain))
            st.html(table.legend_html(view, ranking))
        else:
            nothing.nothing_left(view, address)
        if hidden:
            st.markdown(plain(hidden))
        add_ons(view)


@st.fragment
def difference() -> None:
    """Lose and gain: another pair does not draw the table anew."""
    move.move(view, ranking, link.read(matrix, address.get), address)


@st.fragment
def likeness() -> None:
    """The heat map, below what people read."""
    alike.alike(view, link.read(matrix, address.get), address)


@st.fragment
def noting() -> None:
    """Notes: choosing a feature does not draw the table anew."""
    notes.notes(everything, who, matrix)


difference()
likeness()
noting()
