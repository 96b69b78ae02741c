"""One portal: is it up, and if not, what now? (R5, R7, R8, R11, R19)."""

from typing import NoReturn

import streamlit as st

from core.errors import NotFound, NotPermitted
from core.insight.models import PortalDetails
from pages.portal_parts import details as facts
from pages.portal_parts.attempts import side_by_side
from pages.portal_parts.heading import failure, heading
from pages.portal_parts.manage import manage
from pages.portal_parts.timeline import timeline
from pages.portal_parts.verdict import verdict
from pages.ui import acting, menu
from pages.ui.actor import actor
from pages.ui.empty import empty_state
from pages.ui.following import follow
from pages.ui.services import services
from pages.ui.words import plain

everything, who = services(), actor()


def _nothing(title: str, text: str, icon: str) -> NoReturn:
    st.title("Portal", anchor=False)
    empty_state(title, text, icon)
    st.page_link(menu.path("inventory"), label="Go to the portals", icon=":material/list:")
    st.stop()


def _read(portal_id: int) -> PortalDetails:
    return everything.insight.portal(portal_id, who)


given = st.query_params.get("id", "")
if not given.isdecimal():
    _nothing("Which portal?", "The address names no portal. Choose one from the list.", "help")
try:
    details = _read(int(given))
except NotFound:
    _nothing(
        f"There is no portal {plain(given)}",
        "It may have been typed wrong. Choose one from the list.",
        "search_off",
    )
except NotPermitted as error:
    _nothing("You may not see this portal", plain(error.message), "lock")

top = st.container(horizontal=True, vertical_alignment="center", key="portal-top")
title_slot = top.container(width="stretch", gap="small", key="portal-title")
actions = top.container(horizontal=True, width="content")
notice = st.container()
body = st.container()
with actions:
    st.link_button(
        "Open", details.portal.url, icon=":material/open_in_new:", icon_position="right", key="portal-open"
    )
    manage(everything, details, who)
acting.notice(notice)

is_open = bool(details.runs) and details.runs[0].is_open


def live() -> bool:
    """What changes by itself while a run is open; the last look stops the polling."""
    now = everything.clock()
    latest = _read(int(given))
    with title_slot:
        heading(latest)
    with body:
        failure(everything, latest)
        with st.container(key="portal-verdict"):
            verdict(everything, latest, who)
        with st.container(key="portal-steps"):
            timeline(latest, now)
        tabs = st.tabs(["Configuration", "Solutions", "History"], key="portal-tabs")
        with tabs[0]:
            facts.configuration(everything, latest)
        with tabs[1]:
            facts.solutions(latest, now)
        with tabs[2]:
            side_by_side(everything, latest, now)
            facts.history(latest, now)
            st.download_button(
                "Case bundle",
                data=lambda: everything.cases.of_portal(int(given), who),
                file_name=f"portico-portal-{given}.zip",
                mime="application/zip",
                key="portal-bundle",
                icon=":material/folder_zip:",
                on_click="ignore",
                help="Timeline, attempts, errors, versions and configuration; secrets and addresses are redacted.",
            )
    return is_open and not latest.runs[0].is_open


follow(live, is_wanted=is_open)
