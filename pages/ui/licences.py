"""Adding licences: the console administrator's."""

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.errors import PorticoError
from pages.ui import keys
from pages.ui.words import TYPES, count, plain

_MOST = 1000


def add_licences(services: Services, actor: Actor) -> None:
    """A small form behind a button."""
    with (
        st.popover("Add licences", icon=":material/add:", key="licences-menu"),
        st.form("licences-add", border=False),
    ):
        st.radio(
            "Type", list(TYPES), format_func=lambda kind: TYPES[kind], key="licences-type", horizontal=True
        )
        st.number_input("How many", min_value=1, max_value=_MOST, value=1, key="licences-count")
        slot = st.container()
        if not st.form_submit_button("Add the licences", key="licences-do"):
            return
        kind, number = str(keys.widget_value("licences-type")), int(keys.widget_value("licences-count"))
        try:
            services.applications.add(kind, number, actor)
        except PorticoError as error:
            slot.error(plain(error.message), icon=":material/error:")
            return
        keys.leave_notice(f"Added {count(number, f'{TYPES[kind].lower()} licence')}.")
        st.rerun()
