"""Nothing is left to compare: which filter to take away, and what would show then."""

from collections.abc import Mapping

import streamlit as st

from core.insight.matrix import View
from core.insight.matrix.filtering import Part, helps
from pages.ui.address import Address
from pages.ui.empty import empty_state
from pages.ui.words import count, plain

_TITLE, _ICON = "Nothing is left to compare", "filter_alt_off"
# By the part of the filter: its name in the address, and what is shown without it.
_WITHOUT: Mapping[Part, tuple[str, str]] = {
    "audience": ("audience", "Every audience"),
    "portals": ("portals", "Every portal"),
    "groups": ("groups", "Every group"),
    "text": ("search", "Without the search"),
    "only": ("show", "All rows"),
}


def nothing_left(view: View, address: Address) -> None:
    """Says so, with a button for each filter without which something shows; where no single one helps, for all of them."""
    found = helps(view)
    if not found:
        empty_state(_TITLE, "No single filter is to blame.", _ICON)
        none = {name: "" for name, _ in _WITHOUT.values()}
        st.button("Take every filter away", key="compare-without", on_click=address.choose, kwargs=none)
        return
    asked = f" “{plain(view.wanted.text[:60])}” finds nothing here." if "text" in found else ""
    empty_state(_TITLE, f"One filter less, and something is.{asked}", _ICON)
    with st.container(horizontal=True, key="compare-without-one"):
        for part, rows in found.items():
            name, then = _WITHOUT[part]
            st.button(
                f"{then}: {count(rows, 'feature')}",
                key=f"compare-without-{name}",
                on_click=address.choose,
                kwargs={name: ""},
            )
