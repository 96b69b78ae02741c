"""Dialogs: as Streamlit's, and known to be open, so that no look by the clock closes one."""

from collections.abc import Callable
from functools import wraps
from typing import Literal, ParamSpec

import streamlit as st

from pages.ui import keys

_P = ParamSpec("_P")


def dialog(
    title: str, *, width: Literal["small", "medium", "large"], icon: str
) -> Callable[[Callable[_P, None]], Callable[_P, None]]:
    """`st.dialog`; when it is dismissed, the page runs anew and shows what it has not followed meanwhile."""

    def decorate(draw: Callable[_P, None]) -> Callable[_P, None]:
        opened = st.dialog(title, width=width, icon=icon, on_dismiss=_closed)(draw)

        @wraps(draw)
        def open_(*args: _P.args, **kwargs: _P.kwargs) -> None:
            keys.dialog_is_open(is_open=True)
            opened(*args, **kwargs)

        return open_

    return decorate


def _closed() -> None:
    keys.dialog_is_open(is_open=False)
    keys.keep_notice()
