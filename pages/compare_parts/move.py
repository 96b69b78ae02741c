"""What would we lose or gain: from one portal to another, in words."""

import streamlit as st

from core.insight.matrix import View
from core.insight.matrix.likeness import move_of
from core.insight.matrix.ranking import Ranking
from core.insight.matrix.wording import move_sentences
from pages.compare_parts.link import Choices
from pages.ui import keys
from pages.ui.address import Address
from pages.ui.words import plain


def move(view: View, ranking: Ranking, choices: Choices, address: Address) -> None:
    """Two portals and the difference between them; at first from the second in the ranking to the first."""
    st.header("What would we lose or gain?", anchor=False)
    slugs = [place.column.slug for place in ranking.places] or [column.slug for column in view.matrix.columns]
    target = choices.target or next(slug for slug in slugs if slug != choices.source or len(slugs) == 1)
    source = choices.source or next((slug for slug in slugs if slug != target), target)
    names = {column.slug: column.name for column in view.matrix.columns}
    with st.container(horizontal=True):
        for label, name, value in (("From", "from", source), ("To", "to", target)):
            key = f"compare-{name}"
            keys.mirror(key, value)
            st.selectbox(
                label,
                list(names),
                format_func=lambda slug: names[slug],
                key=key,
                width=280,
                on_change=address.take,
                args=(name, key),
            )
    sentences = move_sentences(view.matrix, move_of(view.matrix, source, target))
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in sentences))
