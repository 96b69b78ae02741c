"""Bulk actions: all of them, and one with what became of each portal, live."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.errors import PorticoError
from core.insight.activity import ITEM_STATES as ITEM_STATE_SLUGS
from core.insight.activity import BulkItemReport, BulkSummary
from pages.ui import acting, keys
from pages.ui.actor import person
from pages.ui.address import Address, number_of
from pages.ui.badges import BULK_STATES, ITEM_STATES, RUN_STATES, UNKNOWN, badge_markdown, state_html
from pages.ui.empty import empty_state
from pages.ui.following import follow
from pages.ui.paging import current_page, pager
from pages.ui.tables import cell, head, row_head, table
from pages.ui.times import ago, exact
from pages.ui.words import BULK_ACTS, count, plain

SIZE, ITEMS = 10, 50


def all_bulk(services: Services, actor: Actor, address: Address) -> None:
    """The bulk actions that one may see, the newest first."""
    total = services.bulk_insight.count(actor)
    if not total:
        empty_state(
            "Nobody has acted on many portals at once yet"
            if actor.is_console_administrator
            else "You have not acted on many portals at once yet",
            "Select portals on the page Portals, and restart, retry or rename them together: it goes on here.",
            "checklist",
        )
        return
    page = current_page(address, total, SIZE)
    first = services.bulk_insight.latest(actor, limit=SIZE, offset=(page - 1) * SIZE)
    is_open = any(one.is_open for one in first)

    def live() -> bool:
        found = services.bulk_insight.latest(actor, limit=SIZE, offset=(page - 1) * SIZE)
        _table(found, services.clock())
        return not any(one.is_open for one in found)

    follow(live, address, is_wanted=is_open)
    pager(address, page, total, SIZE, "activity-bulk-page")


def one_bulk(services: Services, actor: Actor, address: Address) -> None:
    """One of them: who wanted what, how far it is, and what became of each portal."""
    st.button(
        "All bulk actions",
        key="activity-bulk-all",
        icon=":material/arrow_back:",
        type="tertiary",
        on_click=address.choose,
        kwargs={"bulk": "", "page": "", "state": ""},
    )
    try:
        found = services.bulk_insight.one(number_of(address.get("bulk")) or 0, actor)
    except PorticoError as error:
        empty_state("There is no such bulk action", plain(error.message), "search_off")
        return
    is_open = found.is_open
    st.header(f"{BULK_ACTS[found.act]} {count(found.total, 'portal')}", anchor=False)
    by, when = (
        plain(person(found.actor)),
        f"{ago(found.created_at, services.clock())} ({exact(found.created_at)})",
    )
    st.markdown(f"{plain(found.wanted)} · asked for by {by}, {when}")
    if found.act == "rename":
        st.markdown(f"Pattern: {plain(str(found.arguments.get('pattern', '')))}")

    def far() -> bool:
        latest = services.bulk_insight.one(found.id, actor)
        _progress(latest)
        return not latest.is_open

    def portals() -> bool:
        _items(services, actor, services.bulk_insight.one(found.id, actor), address)
        return False  # whether it has ended is seen above

    top = st.container()
    follow(far, address, is_wanted=is_open)
    _filter(address)
    follow(portals, address, is_wanted=is_open)
    if found.state == "under-way":
        with top:
            slot = st.container()
            if st.button("Cancel what waits", key="activity-bulk-cancel", icon=":material/cancel:"):
                acting.do(
                    slot,
                    lambda: services.bulk.cancel(found.id, actor),
                    "Cancelled: what was done stands, the rest is skipped.",
                )


def _filter(address: Address) -> None:
    words = {"": "All", **{state: shown.word for state, shown in ITEM_STATES.items()}}
    keys.mirror("activity-item-state", address.known("state", words))
    st.segmented_control(
        "Portals",
        list(words),
        format_func=lambda one: words[one],
        key="activity-item-state",
        required=True,
        label_visibility="collapsed",
        on_change=_filtered,
        args=(address,),
    )


def _filtered(address: Address) -> None:
    address.choose(state=str(keys.widget_value("activity-item-state") or ""), page="")


def _progress(found: BulkSummary) -> None:
    said = [f"{number:,} {state}" for state, number in found.items.items() if number]
    runs = [
        f"{number:,} {RUN_STATES.get(state, UNKNOWN).word.lower()}" for state, number in found.runs.items()
    ]
    line = f"{badge_markdown(BULK_STATES[found.state])} {', '.join(said)}"
    if runs:
        line += f" · runs: {', '.join(runs)}"
    st.markdown(line)
    share = found.reported / found.total if found.total else 1.0
    st.progress(share, text=f"{found.reported:,} of {count(found.total, 'portal')} reported")


def _items(services: Services, actor: Actor, found: BulkSummary, address: Address) -> None:
    chosen = address.known("state", ITEM_STATES)
    states = tuple(state for state in ITEM_STATE_SLUGS if state == chosen)
    total = sum(found.items[state] for state in states or ITEM_STATE_SLUGS)
    number = current_page(address, total, ITEMS)
    page = services.bulk_insight.items(
        found.id, actor, states=states, limit=ITEMS, offset=(number - 1) * ITEMS
    )
    if not page.items:
        st.markdown("No portal of it is in this state.")
        return
    heads = [head("No.", "number narrow"), head("Portal"), head("State"), head("What came of it")]
    has_runs = found.act != "rename"
    table(
        "Portals of the bulk action",
        [*heads, head("Run")] if has_runs else heads,
        (_row(one)[: None if has_runs else -1] for one in page.items),
    )
    pager(address, number, page.total, ITEMS, "activity-items-page")


def _row(one: BulkItemReport) -> Sequence[str]:
    name = escape(one.name) if one.name else "In an instance that you may not see any more"
    link = f'<a href="/portal?id={one.portal_id}">{name}</a>' if one.name else name
    run = state_html(RUN_STATES.get(one.run_state, UNKNOWN)) if one.run_state else "–"
    planned = f"To be renamed to “{one.after}”." if one.state == "waiting" and one.after else ""
    return (
        cell(f"{one.position:,}", "number narrow"),
        row_head(link),
        cell(state_html(ITEM_STATES[one.state])),
        cell(escape(one.outcome or planned or "–")),
        cell(run),
    )


def _table(found: Sequence[BulkSummary], now: datetime) -> None:
    table(
        "Bulk actions",
        (head("What"), head("State"), head("Asked for")),
        (
            (
                row_head(
                    f'<a href="/activity?bulk={one.id}">{BULK_ACTS[one.act]} {count(one.total, "portal")}</a>'
                    f'<br><span class="portico-quiet">{escape(one.wanted)}</span>'
                ),
                cell(
                    f'{state_html(BULK_STATES[one.state])}<br><span class="portico-quiet">{_far(one)}</span>'
                ),
                cell(
                    f'<span title="{exact(one.created_at)}">{ago(one.created_at, now)}</span>'
                    f'<br><span class="portico-quiet">{escape(person(one.actor))}</span>'
                ),
            )
            for one in found
        ),
    )


def _far(one: BulkSummary) -> str:
    """How far it is, and how much of it was refused or failed."""
    failed = one.items["failed"] + one.runs.get("failed", 0)
    said = [f"{one.reported:,} of {one.total:,} reported"]
    said += [f"{one.items['refused']:,} refused"] if one.items["refused"] else []
    said += [f"{failed:,} failed"] if failed else []
    return ", ".join(said)
