"""What is selected, and what can be done with it: restart, retry, rename by pattern, export."""

from typing import TYPE_CHECKING

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.errors import PorticoError
from core.portals.bulk.models import MOST_ITEMS, Act
from pages.inventory_parts import exporting, preview
from pages.inventory_parts.link import Choices
from pages.inventory_parts.reading import View, question
from pages.ui import acting, keys
from pages.ui.address import Address
from pages.ui.words import count

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

_ACTS: tuple[tuple[Act, str, str], ...] = (
    ("restart", "Restart", "restart_alt"),
    ("retry", "Retry", "replay"),
    ("rename", "Rename by pattern", "edit"),
)


def bar(services: Services, actor: Actor, view: View, choices: Choices, address: Address) -> None:
    """The bar at the foot of the screen while something is selected."""
    _, selected = keys.selection()
    is_all = keys.all_is_meant(question(choices))
    if not selected and not is_all:
        return
    total = view.page.total
    with st.container(key="inventory-bar", gap="xsmall"):
        slot = st.container()
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            number = total if is_all else len(selected)
            st.markdown(f"**{number:,} selected**", width="content")
            _all(view, choices, is_all=is_all)
            for act, label, icon in _ACTS:
                if st.button(label, key=f"inventory-{act}", icon=f":material/{icon}:"):
                    _open(services, actor, act, choices, slot, address, is_all=is_all)
            query = address.all() if is_all else {"ids": ",".join(map(str, selected)), "sort": choices.sort}
            exporting.export(query, "inventory-export-selected", f"The {number:,} selected")
            st.button("Select none", key="inventory-none", type="tertiary", on_click=keys.select, args=([],))


def _all(view: View, choices: Choices, *, is_all: bool) -> None:
    total = f"{view.page.total:,}" if view.page.is_total_exact else f"{view.page.total:,}+"
    keys.mirror("inventory-all", is_all)
    st.toggle(
        f"All {total} that match",
        key="inventory-all",
        on_change=_take_all,
        args=([row.id for row in view.page.items], question(choices)),
    )


def _take_all(on_page: list[int], asked: str) -> None:
    if keys.widget_value("inventory-all"):
        keys.select(on_page, asked)
    else:
        keys.select([])


def _open(
    services: Services,
    actor: Actor,
    act: Act,
    choices: Choices,
    slot: "DeltaGenerator",
    address: Address,
    *,
    is_all: bool,
) -> None:
    """Freeze the list, and show what would become of it."""
    try:
        ids = (
            services.inventory.ids(choices.wanted, actor, MOST_ITEMS, choices.sort)
            if is_all
            else tuple(keys.selection()[1])
        )
    except PorticoError as error:
        slot.error(acting.sentences(error), icon=":material/error:")
        return
    said = f"{count(len(ids), 'portal')}, {'all that matched' if is_all else 'selected'}"
    preview.show(services, actor, act, ids, said, address)
