"""Saved views: one's own, and those that others share; what was changed since one was saved is said."""

from urllib.parse import parse_qsl, urlencode

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.errors import PorticoError
from core.portals.saved_views import ViewSummary
from pages.inventory_parts.known import FACETS
from pages.inventory_parts.link import FILTERS, NOT, PLACE
from pages.ui import acting, keys
from pages.ui.actor import person
from pages.ui.address import Address
from pages.ui.words import plain

PAGE = "inventory"
_NAME, _SHARED = "inventory-view-name", "inventory-view-shared"
KEPT = (*FILTERS, "search", "deleted", "sort", "columns")
_WORDS = {
    **{name: facet.label for name, facet in FACETS.items()},
    **{NOT + name: f"{facet.label} left out" for name, facet in FACETS.items()},
    "cause": "Cause",
    "failed": "Failures",
    "trial": "Trials",
    "day": "Day",
    "search": "Search",
    "deleted": "Deleted ones",
    "sort": "Order",
    "columns": "Columns",
}


def views(services: Services, actor: Actor, address: Address) -> None:
    """The menu of views; it says which one is shown, and whether it was changed."""
    current = _current(services, actor, address)
    changed = changes(current.address, said(address)) if current else ()
    label = "Views" if current is None else plain(current.name) + (" · changed" if changed else "")
    with st.popover(label, icon=":material/bookmark:", key="inventory-views-menu", on_change="rerun") as menu:
        if not menu.open:
            return
        if current and changed:
            st.markdown(f"Changed since it was saved: {', '.join(changed)}.")
        _choices(services, actor, address)
        _saving(services, actor, address, current)


def said(address: Address) -> str:
    """What a view keeps of the address."""
    return urlencode({name: address.get(name) for name in KEPT if address.get(name)})


def changes(saved: str, now: str) -> tuple[str, ...]:
    """Which choices differ between two views' addresses, in words."""
    before, after = dict(parse_qsl(saved)), dict(parse_qsl(now))
    return tuple(_WORDS[name] for name in KEPT if before.get(name) != after.get(name))


def _current(services: Services, actor: Actor, address: Address) -> ViewSummary | None:
    given = address.get("view")
    if not given.isdecimal():
        return None
    return next((v for v in services.saved_views.all(PAGE, actor) if v.id == int(given)), None)


def _choices(services: Services, actor: Actor, address: Address) -> None:
    found = services.saved_views.all(PAGE, actor)
    for view in found:
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            of = "" if view.is_own else f" · {plain(person(view.owner))}"
            st.button(
                plain(view.name) + of,
                key=f"inventory-view-{view.id}",
                icon=":material/group:" if view.is_shared else ":material/person:",
                help="Shared with everybody" if view.is_shared else "Only you see it",
                on_click=_show,
                args=(address, view),
                width="stretch",
            )
            if view.is_own or actor.is_console_administrator:
                st.button(
                    "Delete",
                    key=f"inventory-view-delete-{view.id}",
                    icon=":material/delete:",
                    type="tertiary",
                    on_click=services.saved_views.delete,
                    args=(view.id, actor),
                )
    if not found:
        st.markdown("A view keeps filters, order and columns under a name. There is none yet.")


def _saving(services: Services, actor: Actor, address: Address, current: ViewSummary | None) -> None:
    with st.form("inventory-view-form", border=False):
        st.text_input(
            "Name",
            key=_NAME,
            max_chars=100,
            placeholder=current.name if current and current.is_own else "Failed in Contoso",
        )
        st.toggle("Everybody sees it", key=_SHARED)
        slot = st.container()
        if not st.form_submit_button("Save the view", key="inventory-view-save", icon=":material/save:"):
            return
        name = str(keys.widget_value(_NAME) or "").strip() or (
            current.name if current and current.is_own else ""
        )
        try:
            saved = services.saved_views.save(
                PAGE, name, said(address), actor, is_shared=bool(keys.widget_value(_SHARED))
            )
        except PorticoError as error:
            slot.error(acting.sentences(error), icon=":material/error:")
            return
        address.choose(view=str(saved.id))
        keys.leave_notice(f"Saved as “{plain(saved.name)}”.")
        st.rerun()


def _show(address: Address, view: ViewSummary) -> None:
    """Everything as it was saved, from the list's beginning."""
    kept = dict(parse_qsl(view.address))
    address.choose(**PLACE, **{name: kept.get(name, "") for name in KEPT}, view=str(view.id))
