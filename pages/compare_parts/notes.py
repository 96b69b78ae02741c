"""What people noted on features, with who and when; everybody reads, whoever acts may write."""

from collections.abc import Mapping
from datetime import datetime
from html import escape

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.errors import PorticoError
from core.insight.matrix import Matrix
from core.portals.feature_notes import MOST_CHARACTERS, NoteSummary
from pages.ui import keys
from pages.ui.actor import person
from pages.ui.times import ago, exact
from pages.ui.words import plain


def notes_html(notes: Mapping[str, tuple[NoteSummary, ...]], now: datetime) -> dict[str, tuple[str, ...]]:
    """Each feature's notes as they stand in its opened row."""
    return {feature: tuple(_note(note, now) for note in found) for feature, found in notes.items()}


def notes(services: Services, actor: Actor, matrix: Matrix) -> None:
    """Write a note on a feature, or change one's own; the notes of all stand in the opened rows."""
    st.header("Notes", anchor=False)
    names = {row.slug: row.name for row in matrix.rows}
    own = services.feature_notes.of(actor)
    feature = st.selectbox(
        "Feature", list(names), format_func=lambda slug: names[slug], key="compare-note-feature", width=400
    )
    found = own.get(feature)
    with st.form(f"compare-note-{feature}-{actor.email}", border=False):
        text = st.text_area(
            "Your note",
            value=found.note if found else "",
            max_chars=MOST_CHARACTERS,
            placeholder="Why it matters, or does not. Everyone who compares reads it in the feature's row.",
        )
        is_sent = st.form_submit_button("Keep the note", icon=":material/edit_note:")
    if is_sent:
        _write(services, actor, feature, text)
    for note in services.feature_notes.all().get(feature, ()):
        st.caption(_signed(note, services.clock()))
        st.markdown(plain(note.note))


def _write(services: Services, actor: Actor, feature: str, text: str) -> None:
    try:
        services.feature_notes.write(feature, text, actor)
    except PorticoError as error:
        st.error(plain(error.message))
        return
    keys.leave_notice("Your note is kept." if text.strip() else "Your note is gone.")
    st.rerun()


def _note(note: NoteSummary, now: datetime) -> str:
    who = f'<span title="{exact(note.written_at)}">{escape(person(note.author))}, {ago(note.written_at, now)}</span>'
    return f"<blockquote>{escape(note.note)}<br>{who}</blockquote>"


def _signed(note: NoteSummary, now: datetime) -> str:
    return f"{plain(person(note.author))}, {ago(note.written_at, now)}"
