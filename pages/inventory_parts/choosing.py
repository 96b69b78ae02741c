"""Which columns the list has."""

import streamlit as st

from pages.inventory_parts.columns import CHOSEN, COLUMNS
from pages.inventory_parts.link import Choices
from pages.ui import keys
from pages.ui.address import Address


def columns(choices: Choices, address: Address) -> None:
    """A menu; the order is the one in which they are chosen."""
    with st.popover(
        "Columns", icon=":material/view_column:", key="inventory-columns-menu", on_change="rerun"
    ) as menu:
        if not menu.open:
            return
        keys.mirror("inventory-columns", list(choices.columns))
        st.multiselect(
            "Columns, in their order",
            list(COLUMNS),
            format_func=lambda name: COLUMNS[name].head,
            key="inventory-columns",
            placeholder="Choose, or type to find",
            wrap=True,
            on_change=_take,
            args=(address,),
            width=320,
        )
        st.button(
            "As they were",
            key="inventory-columns-reset",
            type="tertiary",
            on_click=address.choose,
            kwargs={"columns": ""},
        )


def _take(address: Address) -> None:
    names = tuple(keys.widget_value("inventory-columns") or ())
    address.choose(columns="" if names == CHOSEN else ",".join(names))
