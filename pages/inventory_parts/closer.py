"""A closer look, below what people read first: charts, trials, the counts checked. Each is read only where it is opened."""

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from pages.inventory_parts.known import Words
from pages.inventory_parts.reading import View
from pages.ui import keys
from pages.ui.address import Address

_LOOKS = {"charts": "Charts", "trials": "Trials: what ends when", "counts": "Counts here and there"}


def closer(services: Services, actor: Actor, view: View, words: Words, address: Address) -> None:
    """What the person opened, if anything."""
    chosen = address.known("look", _LOOKS)
    keys.mirror("inventory-look", chosen or None)
    st.segmented_control(
        "A closer look",
        list(_LOOKS),
        format_func=_LOOKS.__getitem__,
        key="inventory-look",
        on_change=address.take,
        args=("look", "inventory-look"),
    )
    with st.container(key="inventory-look-body"):
        if chosen == "charts":
            from pages.inventory_parts.charting import (
                charts,
            )  # plotly is slow to import, and not needed before

            charts(services, actor, view.facets, words, address)
        elif chosen == "trials":
            from pages.inventory_parts.trials import trials

            trials(services, actor, words)
        elif chosen == "counts":
            from pages.inventory_parts.reconciled import reconciled

            reconciled(services, actor, words)
