"""Pages of a long list, in the address; the list itself is cut in SQL or before it is drawn."""

import math

import streamlit as st

from pages.ui import keys
from pages.ui.address import Address


def current_page(address: Address, total: int, size: int) -> int:
    """The page that the address names, at most the last one; from 1."""
    given = address.get("page")
    wanted = int(given) if given.isdecimal() and len(given) < 8 else 1  # noqa: PLR2004 - no list is that long
    return max(1, min(wanted, pages_of(total, size)))


def pages_of(total: int, size: int) -> int:
    """How many pages there are; at least one."""
    return max(1, math.ceil(total / size))


def pager(address: Address, page: int, total: int, size: int, key: str) -> None:
    """Turn the pages; nothing where there is only one."""
    count = pages_of(total, size)
    if count == 1:
        return
    keys.mirror(key, page)
    with st.container(horizontal=True, horizontal_alignment="center", key=f"{key}-pager"):
        st.pagination(count, key=key, on_change=address.take, args=("page", key))
