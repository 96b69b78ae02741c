"""A page's choices live in its address: Back, reload and a copied address restore what was seen.

`bind="query-params"` does not do it: Back leaves the page, and after another page the first Back has lost
the value (measured on 1.67). Here a change is written to the address, which makes an entry in the browser's
history, and an address that differs from what was last written wins.
"""

from collections.abc import Collection

import streamlit as st

from pages.ui import keys

_MOST_DIGITS = 17  # of a key in the store


def number_of(text: str) -> int | None:
    """The key that the text is; None where it is none."""
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None


class Address:
    """The choices of one page, as text by the parameter's name."""

    def __init__(self, page: str) -> None:
        self._page = page

    def follow(self) -> None:
        """Take over what the address says; at the top of the page, before its widgets."""
        given = dict(st.query_params)
        if given != keys.kept_address(self._page):
            keys.keep_address(self._page, given)

    def get(self, name: str) -> str:
        """The choice, or an empty text."""
        return self.all().get(name, "")

    def all(self) -> dict[str, str]:
        """Every choice by its name, as the address holds it."""
        return dict(keys.kept_address(self._page) or {})

    def known(self, name: str, allowed: Collection[str]) -> str:
        """The choice if it is one of those allowed, else an empty text."""
        value = self.get(name)
        return value if value in allowed else ""

    def choose(self, **values: str) -> None:
        """Write choices to the address; an empty text leaves it. Called from a widget's callback.

        All of the page's choices are written: a change that comes before the browser has heard of the one
        before it must not undo that one.
        """
        kept = {name: value for name, value in {**self.all(), **values}.items() if value}
        keys.keep_address(self._page, kept)
        st.query_params.from_dict(kept)

    def take(self, name: str, widget_key: str) -> None:
        """Write what the widget holds: a widget's `on_change`."""
        value = keys.widget_value(widget_key)
        if isinstance(value, list | tuple):
            value = ",".join(str(part) for part in value)
        self.choose(**{name: "" if value is None else str(value)})

    def hold(self) -> None:
        """Before a look by the clock runs the page anew: what was chosen last stands in the address.

        Such a look may have set out with the address of before, just when another was written: the page would take that over.
        """
        kept = self.all()
        if dict(st.query_params) != kept:
            st.query_params.from_dict(kept)
