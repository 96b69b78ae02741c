"""Search and filters: each with its counts, which follow the other filters; to choose and to leave out."""

from collections.abc import Mapping

import streamlit as st

from core.insight.inventory import FacetCounts
from pages.inventory_parts.known import FACETS, Words
from pages.inventory_parts.link import FILTERS, NOT, PLACE, Choices
from pages.ui import keys
from pages.ui.address import Address
from pages.ui.words import plain

_OF_THEIR_OWN = ("state", "instance", "portal", "audience", "language")
_FAILED = {"": "All", "ever": "Ever failed", "now": "Failed and not fixed since"}
_TRIAL = {"": "All", "7": "In 7 days", "30": "In 30 days"}
_MOST_WORD, _FEW = 24, 8


def search(address: Address) -> None:
    """The box to search in."""
    keys.mirror("inventory-search", address.get("search"))
    st.text_input(
        "Search",
        type="search",
        placeholder="Name, URL, domain or administrator",
        key="inventory-search",
        label_visibility="collapsed",
        live="300ms",
        width=320,
        on_change=_take,
        args=(address, "search", "inventory-search"),
    )


def filters(counts: FacetCounts, words: Words, address: Address) -> None:
    """A menu a facet, and one for the rest."""
    for name in _OF_THEIR_OWN:
        with st.popover(
            _label(FACETS[name].label, _told(name, words, address)),
            key=f"inventory-{name}-menu",
            on_change="rerun",
        ) as menu:
            if menu.open:
                _facet(name, counts, words, address)
    rest = sum(bool(address.get(name)) for name in ("cause", "failed", "trial", "day", "type", "not-type"))
    with st.popover(
        _label("More", f"{rest}" if rest else ""), key="inventory-more-menu", on_change="rerun"
    ) as menu:
        if menu.open:
            _more(counts, words, address)


def said(total: str, choices: Choices, address: Address) -> None:
    """How many match, by how many filters, and the way out of them; it stays where it is, as the focus does."""
    parts = [f"**{total}** {'match' if choices.is_narrowed else 'in all'}"]
    if choices.filters:
        parts.append(f"{choices.filters} filter{'' if choices.filters == 1 else 's'}")
    st.markdown(" · ".join(parts), width="content")
    st.button(
        "Clear",
        key="inventory-clear",
        type="tertiary",
        help="Take every filter out, and the search.",
        on_click=clear,
        args=(address,),
    )


def clear(address: Address) -> None:
    """Everything again."""
    address.choose(**dict.fromkeys(FILTERS, ""), **PLACE, search="", deleted="")


def _label(word: str, told: str) -> str:
    return f"{word}: {plain(told)}" if told else word


def _told(name: str, words: Words, address: Address) -> str:
    """What of it is chosen: its word where it is one, else how many."""
    told = []
    for prefix, said in (("", ""), (NOT, "not ")):
        values = [one for one in address.get(prefix + name).split(",") if one in words[name]]
        if len(values) == 1:
            word = words[name][values[0]]
            told.append(said + (word if len(word) <= _MOST_WORD else word[: _MOST_WORD - 1] + "…"))
        elif values:
            told.append(f"{said}{len(values)}")
    if name == "state" and address.get("verdict"):
        told.append("health")
    return ", ".join(told)


def _facet(name: str, counts: FacetCounts, words: Words, address: Address) -> None:
    """Which values, and which not."""
    counted = counts.counts.get(name, {})
    _choice(name, "Only these", name, counted, words[name], address)
    _choice(NOT + name, "All but these", name, counted, words[name], address)
    if name == "state":
        _choice("verdict", "Health", "verdict", counts.counts.get("verdict", {}), words["verdict"], address)
        _toggle_deleted(address)
    if not counts.is_exact:
        st.caption("Of very many; counted are the first of them.")


def _choice(
    parameter: str,
    label: str,
    name: str,
    counted: Mapping[str, int],
    words: Mapping[str, str],
    address: Address,
) -> None:
    chosen = [one for one in address.get(parameter).split(",") if one in words]
    there = sorted((one for one in words if counted.get(one) or one in chosen), key=lambda one: words[one])
    if name in ("state", "verdict", "type"):
        there = [one for one in words if one in there]
    key = f"inventory-{parameter}"
    keys.mirror(key, chosen)
    if 0 < len(there) <= _FEW:
        st.pills(
            label,
            there,
            selection_mode="multi",
            format_func=lambda one: f"{words[one]} {counted.get(one, 0):,}",
            key=key,
            on_change=_take,
            args=(address, parameter, key),
        )
        return
    st.multiselect(
        label,
        there,
        format_func=lambda one: f"{words[one]} · {counted.get(one, 0):,}",
        key=key,
        placeholder="Choose, or type to find",
        on_change=_take,
        args=(address, parameter, key),
        width=320,
    )


def _more(counts: FacetCounts, words: Words, address: Address) -> None:
    _choice("type", "Type", "type", counts.counts.get("type", {}), words["type"], address)
    for name, label, options in (("failed", "Failures", _FAILED), ("trial", "Trials that end", _TRIAL)):
        key = f"inventory-{name}"
        keys.mirror(key, address.known(name, options))
        st.radio(
            label,
            list(options),
            format_func=options.__getitem__,
            key=key,
            on_change=_take,
            args=(address, name, key),
        )
    chosen = [one for one in address.get("cause").split(",") if one in words["cause"]]
    keys.mirror("inventory-cause", chosen)
    st.multiselect(
        "Cause of the latest failure",
        list(words["cause"]),
        format_func=lambda one: words["cause"][one],
        key="inventory-cause",
        placeholder="Choose, or type to find",
        on_change=_take,
        args=(address, "cause", "inventory-cause"),
        width=320,
    )
    keys.mirror("inventory-day", address.get("day"))
    st.text_input(
        "Created on",
        key="inventory-day",
        placeholder="2026-11-25",
        on_change=_take,
        args=(address, "day", "inventory-day"),
    )


def _toggle_deleted(address: Address) -> None:
    keys.mirror("inventory-deleted", address.get("deleted") == "show")
    st.toggle("Deleted ones, too", key="inventory-deleted", on_change=_take_deleted, args=(address,))


def _take_deleted(address: Address) -> None:
    address.choose(**PLACE, deleted="show" if keys.widget_value("inventory-deleted") else "")


def _take(address: Address, name: str, key: str) -> None:
    """Write what the widget holds; the list begins at its first page again."""
    value = keys.widget_value(key)
    if isinstance(value, list | tuple):
        value = ",".join(value)
    address.choose(**PLACE, **{name: str(value or "")})
