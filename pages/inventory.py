"""What have we got, and what needs me? Every portal that one may see, searched, filtered, followed (R7)."""

import streamlit as st

from pages.inventory_parts import (
    choosing,
    closer,
    exporting,
    figures,
    filters,
    link,
    listing,
    live,
    progress,
    reconciled,
    selected,
    views,
)
from pages.inventory_parts.columns import Look
from pages.inventory_parts.known import words_of
from pages.inventory_parts.reading import read
from pages.ui import acting, menu
from pages.ui.actor import actor
from pages.ui.address import Address
from pages.ui.empty import empty_state
from pages.ui.services import services
from pages.ui.words import plain

everything, who = services(), actor()
address = Address("inventory")
address.follow()
words = words_of(everything, who)
choices = link.read(address.get, words)
token = everything.inventory.change_token(who)
view = read(everything, who, choices, token)

top = st.container(
    horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="inventory-top"
)
top.title("Portals", anchor=False, width="content")
top.page_link(menu.path("provision"), label="Provision a portal", icon=":material/rocket_launch:")
acting.notice()
with st.container(key="inventory-head", horizontal=True, vertical_alignment="center", gap="xsmall"):
    st.markdown(figures.sentence(view.headline), width="content")
    live.follow(everything, who, token, address, reconciled.sentence(everything.reconciliations.last(who)))
if not view.headline.total and not choices.is_narrowed and not view.page.items:
    empty_state(
        "There is no portal yet",
        "None that you may see: portals show in the instances in which you are a user. "
        "The form provisions one.",
        "web_asset_off",
    )
    st.stop()

notice = st.container()
if choices.unknown:
    notice.warning(
        f"The address asks for what there is not, and it was left out: {plain(', '.join(choices.unknown))}"
    )
if view.is_elsewhere:
    notice.warning("The address named a place in another list; this is the first page.")
progress.progress(everything, who, address)
with st.container(key="inventory-health"):
    figures.figures(view.facets.counts.get("verdict", {}), view.by_day, choices, address)
with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="inventory-filters"):
    filters.search(address)
    filters.filters(view.facets, words, address)
with st.container(
    horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="inventory-tools"
):
    with st.container(horizontal=True, vertical_alignment="center", width="content", gap="small"):
        filters.said(listing.total(view.page), choices, address)
        views.views(everything, who, address)
    with st.container(horizontal=True, vertical_alignment="center", width="content", gap="small"):
        choosing.columns(choices, address)
        exporting.export(
            address.all(),
            "inventory-export",
            f"{listing.total(view.page)} that {'match' if choices.is_narrowed else 'there are'}",
        )
with st.container(key="inventory-body"):
    if view.page.items:
        listing.listing(view.page, choices, Look(words, everything.clock()), address)
    else:
        empty_state("No portal matches", "Search for less, or take a filter out.", "search_off")
selected.bar(everything, who, view, choices, address)
closer.closer(everything, who, view, words, address)
