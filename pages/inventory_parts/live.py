"""The page follows the store: a look every second at what is cheap to ask, and a run of the page where it has changed."""

from datetime import timedelta
from pathlib import Path

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from pages.ui import keys
from pages.ui.address import Address
from pages.ui.components import mount
from pages.ui.times import exact

POLL = timedelta(seconds=1)
_SCRIPT = Path(__file__).with_name("freshness.js")
_HTML = '<div><span class="portico-fresh portico-quiet"></span></div>'


def follow(services: Services, actor: Actor, token: str, address: Address, more: str = "") -> None:
    """How old what is shown is. `token` is of what is shown; `more` stands behind."""

    @st.fragment(run_every=POLL)
    def look() -> None:
        now = services.clock()
        # Whoever reads a preview must not lose it; the page follows when the dialog is closed.
        if services.inventory.change_token(actor) != token and not keys.dialog_is_open():
            address.rerun()
        mount("freshness", _SCRIPT, _HTML, {"exact": exact(now), "more": more}, key="inventory-freshness")

    look()
