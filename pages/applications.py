"""A row a licence, and what it is used for (R4, R6, R7)."""

from html import escape

import streamlit as st

from core.insight.models import ApplicationSummary
from core.settings import CONSOLE_ADMINISTRATOR
from pages.portal_parts.manage_run import reset
from pages.ui import acting, menu
from pages.ui.actor import actor
from pages.ui.address import Address
from pages.ui.badges import APPLICATION_STATES, state_html
from pages.ui.empty import empty_state
from pages.ui.licences import add_licences
from pages.ui.paging import current_page, pager
from pages.ui.services import services
from pages.ui.words import TYPES, count

SIZE = 25
everything, who = services(), actor()
address = Address("applications")
address.follow()
counts = everything.insight.licence_counts()


def _manage(licence: ApplicationSummary) -> None:
    if licence.portal is not None:
        st.switch_page(menu.path("portal"), query_params={"id": str(licence.portal)})
    st.switch_page(menu.path("provision"), query_params={"application": str(licence.id)})


def _row(licence: ApplicationSummary) -> None:
    is_hidden = licence.state == "configured" and licence.portal is None
    name = "In an instance that you may not see" if is_hidden else licence.portal_name or ""
    cells = (
        f"<strong>Portal Add-On</strong> <span class='portico-quiet'>{licence.id}</span>",
        TYPES[licence.type],
        state_html(APPLICATION_STATES[licence.state]),
        f"<span class='portico-quiet'>{name}</span>" if is_hidden else escape(name),
    )
    with st.container(
        horizontal=True,
        wrap=False,
        vertical_alignment="center",
        key=f"application-{licence.state}-{licence.id}",
    ):
        st.html(f'<div class="portico-row">{"".join(f"<span>{cell}</span>" for cell in cells)}</div>')
        if not is_hidden and st.button("Manage", key=f"manage-{licence.id}"):
            _manage(licence)
        if licence.portal is not None and st.button("Reset", key=f"reset-{licence.id}"):
            reset(everything, licence.portal, licence.portal_name or "", who)


top = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
top.title("Applications", anchor=False, width="content")
with top:
    if who.is_console_administrator:
        add_licences(everything, who)
acting.notice()
if not counts.total:
    empty_state("There is no licence yet", f"{CONSOLE_ADMINISTRATOR} adds them here.", "key_off")
    st.stop()
free = sum(counts.free.values())
st.markdown(f"{count(counts.total, 'Portal Add-On licence')}: {counts.total - free:,} in use, {free:,} free.")
page = current_page(address, counts.total, SIZE)
with st.container(gap=None, key="applications"):
    for licence in everything.insight.applications(who, limit=SIZE, offset=(page - 1) * SIZE):
        _row(licence)
pager(address, page, counts.total, SIZE, "applications-page")
