"""The menu of files that what matches can be had as."""

from collections.abc import Mapping

import streamlit as st

from pages.inventory_parts.export_route import href

_KINDS = {"csv": "CSV", "xlsx": "Excel", "parquet": "Parquet"}


def export(query: Mapping[str, str], key: str, said: str) -> None:
    """A menu of kinds, each a link to the file of what the query lists (`export_route`)."""
    with st.popover("Export", icon=":material/download:", key=key, on_change="rerun") as menu:
        if not menu.open:
            return
        st.markdown(f"{said}, every column, in the order of the list.")
        for kind, name in _KINDS.items():
            st.link_button(name, href(kind, query), key=f"{key}-{kind}", width="stretch")
