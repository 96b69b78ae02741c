"""The answer above the table: which portal, and why."""

import streamlit as st

from core.insight.matrix import View
from core.insight.matrix.building import gains
from core.insight.matrix.ranking import Ranking
from core.insight.matrix.weighing import verdict_of
from core.insight.matrix.wording import (
    change_sentence,
    combination_sentence,
    condition_sentences,
    headline,
    listed,
    solution_name,
    why,
)
from pages.ui.words import plain


def answer(view: View, ranking: Ranking) -> None:
    """One sentence, and beneath it what else there is to say of it."""
    with st.container(key="compare-answer", gap="xsmall"):
        st.markdown(f"**{plain(headline(view, ranking))}**")
        lines = [*_of_must_haves(view, ranking), *_of_weights(view, ranking)]
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


def _of_must_haves(view: View, ranking: Ranking) -> list[str]:
    if not ranking.must_haves or not view.columns:
        return []
    lines = [combination_sentence(ranking)] if not ranking.meeting else []
    shown = ranking.meeting or ranking.places[:1]
    lines += [sentence for place in shown for sentence in condition_sentences(view.matrix, place)]
    return [line for line in lines if line]


def _of_weights(view: View, ranking: Ranking) -> list[str]:
    verdict = verdict_of(view, ranking) if view.wanted.weights else None
    if verdict is None:
        return []
    return [*why(verdict), change_sentence(verdict.change)]
