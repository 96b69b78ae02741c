"""A page follows what others do: a look by the clock, and a run of the whole page where that has found something."""

from collections.abc import Callable
from datetime import timedelta

import streamlit as st

from pages.ui import keys
from pages.ui.address import Address

POLL = timedelta(seconds=1)


def follow(look: Callable[[], bool], address: Address | None = None, *, is_wanted: bool = True) -> None:
    """Draw with `look`, and again every second while it is wanted; where it says that the page is out of date, run that anew.

    Not within the page's own run: what was pressed would be lost with it (seen under load). And not under an open dialog,
    which would close. The next look comes in a second.
    """
    is_in_page_run = True

    @st.fragment(run_every=POLL if is_wanted else None)
    def by_the_clock() -> None:
        nonlocal is_in_page_run
        is_out_of_date = look()
        if is_in_page_run:
            is_in_page_run = False
        elif is_out_of_date and is_wanted and not keys.dialog_is_open():
            if address is not None:
                address.hold()
            keys.keep_notice()
            st.rerun()

    by_the_clock()
