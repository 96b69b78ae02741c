"""What have we got? Every portal that one may see, searched and filtered (R7)."""

from html import escape

import streamlit as st

from core.insight.models import PortalFilter, PortalSummary
from pages.ui import keys, menu
from pages.ui.actor import actor, person
from pages.ui.address import Address
from pages.ui.badges import PORTAL_STATES, of_portal, state_html
from pages.ui.empty import empty_state
from pages.ui.paging import current_page, pager
from pages.ui.services import services
from pages.ui.tables import cell, head, row_head, table
from pages.ui.words import count, plain

SIZE = 50
HEADS = ("State", "Name", "URL", "Instance", "Portal", "Language", "Administrator")
everything, who = services(), actor()
address = Address("inventory")
address.follow()
counts = everything.insight.counts(who)
names = {known.slug: known.instance.name for known in everything.directory.all(max_age_s=30)}


def _row(portal: PortalSummary) -> tuple[str, ...]:
    language = everything.catalogue.language(portal.language)
    return (
        cell(state_html(of_portal(portal.state, portal.verdict))),
        row_head(f'<a href="/portal?id={portal.id}">{escape(portal.display_name)}</a>'),
        cell(f'<a href="{escape(portal.url)}">{escape(portal.subdomain)}</a>'),
        cell(escape(names.get(portal.instance, portal.instance))),
        cell(escape(everything.catalogue.portal(portal.portal).name)),
        cell(escape(language.name.split(" - ")[0])),
        cell(escape(person(portal.administrator))),
    )


def _filters() -> PortalFilter:
    keys.mirror("inventory-search", address.get("search"))
    states = [state for state in address.get("state").split(",") if state in PORTAL_STATES]
    keys.mirror("inventory-state", states)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Search",
            type="search",
            placeholder="Name or URL",
            key="inventory-search",
            live="300ms",
            width=320,
            on_change=_changed,
            args=("search", "inventory-search"),
        )
        st.pills(
            "State",
            list(PORTAL_STATES),
            selection_mode="multi",
            format_func=lambda state: f"{PORTAL_STATES[state].word} {counts.get(state, 0):,}",
            key="inventory-state",
            on_change=_changed,
            args=("state", "inventory-state"),
        )
    return PortalFilter(states=tuple(states), search=address.get("search"))


def _changed(name: str, widget_key: str) -> None:
    address.take(name, widget_key)
    address.choose(page="")


st.title("Portals", anchor=False)
if not counts["total"]:
    empty_state(
        "There is no portal yet",
        "None that you may see: portals show in the instances in which you are a user. "
        "The form provisions one.",
        "web_asset_off",
    )
    st.page_link(menu.path("provision"), label="Provision a portal", icon=":material/rocket_launch:")
    st.stop()

unknown = [state for state in address.get("state").split(",") if state and state not in PORTAL_STATES]
if unknown:
    st.warning(f"There is no state {plain(', '.join(unknown))}; it was left out of the filter.")
wanted = _filters()
first = everything.insight.portals(wanted, who, limit=0)
page = current_page(address, first.total, SIZE)
found = everything.insight.portals(wanted, who, limit=SIZE, offset=(page - 1) * SIZE)
st.markdown(
    f"{count(counts['total'], 'portal')}"
    + (f", {found.total:,} of them match." if found.total != counts["total"] else ".")
)
if found.items:
    table("Portals", map(head, HEADS), map(_row, found.items))
else:
    empty_state("No portal matches", "Search for less, or take a state out of the filter.", "search_off")
pager(address, page, found.total, SIZE, "inventory-page")
