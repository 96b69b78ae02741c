"""The inventory proves itself: the count here against the count on each platform, and the odd ones by name."""

from html import escape

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.errors import PorticoError
from core.insight.inventory import OddOne, Reconciliation
from pages.inventory_parts.known import Words
from pages.ui import acting
from pages.ui.badges import State, state_html
from pages.ui.empty import empty_state
from pages.ui.tables import cell, head, row_head, table
from pages.ui.times import ago, exact
from pages.ui.words import count

_AGREE = State("Agree", "check_circle", "green")
_DIFFER = State("Differ", "error", "red")
_SILENT = State("Did not answer", "cloud_off", "orange")


def sentence(found: Reconciliation) -> str:
    """Reconciled 12:04: 40 = 40; for behind the figures."""
    if found.checked_at is None:
        return " · not reconciled yet"
    sign = "=" if found.here == found.there and not found.odd_count else "≠"
    odd = f", {found.odd_count:,} odd" if found.odd_count else ""
    silent = f", {count(len(found.silent), 'instance')} silent" if found.silent else ""
    return f" · reconciled {found.checked_at:%H:%M} UTC: {found.here:,} {sign} {found.there:,}{odd}{silent}"


def reconciled(services: Services, actor: Actor, words: Words) -> None:
    """By instance, with a button that counts again."""
    st.header("Counted here and on the platform", anchor=False)
    st.markdown(
        "A portal with a website here should be a website there. What is under way is on neither side."
    )
    slot = st.container()
    if st.button("Count again", key="inventory-reconcile", icon=":material/sync:"):
        _count_again(services, actor, slot)
    found = services.reconciliations.last(actor)
    if not found.counts:
        empty_state("Nothing was counted yet", "Press Count again: it asks each instance.", "balance")
        return
    now = services.clock()
    table(
        "Counts by instance",
        (
            head("Instance"),
            head("Here", "number narrow"),
            head("There", "number narrow"),
            head("Odd", "number narrow"),
            head("State", "narrow"),
            head("Counted"),
        ),
        (
            (
                row_head(escape(words["instance"].get(one.instance, one.instance))),
                cell(f"{one.here:,}", "number narrow"),
                cell("–" if one.there is None else f"{one.there:,}", "number narrow"),
                cell(f"{one.odd_count:,}", "number narrow"),
                cell(
                    state_html(
                        _SILENT
                        if one.there is None
                        else _AGREE
                        if one.here == one.there and not one.odd_count
                        else _DIFFER
                    ),
                    "narrow",
                ),
                cell(f'<span title="{exact(one.checked_at)}">{ago(one.checked_at, now)}</span>'),
            )
            for one in found.counts
        ),
    )
    if found.odd:
        _odd(found, words)


def _count_again(services: Services, actor: Actor, slot: "st.delta_generator.DeltaGenerator") -> None:
    with slot:
        bar = st.progress(0.0, text="Asks the instances …")

        def told(done: int, of: int) -> None:
            bar.progress(done / of, text=f"{done:,} of {count(of, 'instance')}")

        try:
            services.reconciliations.check(actor, told)
        except PorticoError as error:
            st.error(acting.sentences(error), icon=":material/error:")
        bar.empty()


def _odd(found: Reconciliation, words: Words) -> None:
    st.subheader("The odd ones", anchor=False)
    table(
        "The odd ones",
        (head("Name"), head("URL", "narrow"), head("Instance", "narrow"), head("What is odd")),
        (
            (
                row_head(_name(one)),
                cell(escape(one.subdomain), "narrow"),
                cell(escape(words["instance"].get(one.instance, one.instance)), "narrow"),
                cell(
                    "There is a portal here, but no website there."
                    if one.where == "here"
                    else "There is a website there that no portal here knows."
                ),
            )
            for one in found.odd
        ),
    )
    if found.odd_count > len(found.odd):
        st.caption(f"The first {len(found.odd):,} of {found.odd_count:,}.")


def _name(one: OddOne) -> str:
    name = escape(one.name)
    return f'<a href="/portal?id={one.portal}">{name}</a>' if one.portal else name
