"""How far a bulk action is: its figures live, and what became of each portal."""

from html import escape

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.errors import NotFound, PorticoError
from core.insight.activity import BulkSummary
from core.insight.activity.models import ItemState
from pages.ui import acting, keys
from pages.ui.address import Address, number_of
from pages.ui.badges import RUN_STATES, UNKNOWN, State, state_html
from pages.ui.following import follow
from pages.ui.paging import pages_of
from pages.ui.tables import cell, head, row_head, table
from pages.ui.words import count, plain

SHOWN = 50
ITEMS: dict[ItemState, State] = {
    "waiting": State("Waiting", "schedule", "gray"),
    "done": State("Done", "check_circle", "green"),
    "refused": State("Refused", "block", "orange"),
    "failed": State("Failed", "error", "red"),
    "skipped": State("Skipped", "block", "gray"),
}
_PAGE = "inventory-bulk-page"


def progress(services: Services, actor: Actor, address: Address) -> None:
    """The bulk action that the address names; nothing where it names none."""
    given = address.get("bulk")
    if not given:
        return
    try:
        first = services.bulk_insight.one(number_of(given) or 0, actor)
    except NotFound as error:
        st.warning(plain(error.message))
        return

    def live() -> bool:
        bulk = services.bulk_insight.one(first.id, actor)
        _draw(services, actor, bulk, address)
        return not bulk.is_open

    with st.container(key="inventory-bulk", gap="small"):
        follow(live, address, is_wanted=first.is_open)


def sentence(bulk: BulkSummary) -> str:
    """Rename by pattern: 14 portals, selected · 9 done · 1 refused · 4 waiting; as Markdown."""
    said = [f"**{plain(bulk.wanted)}**", "stopped" if bulk.state == "cancelled" else ""]
    said += [f"{bulk.items[one]:,} {state.word.lower()}" for one, state in ITEMS.items() if bulk.items[one]]
    open_runs = sum(bulk.runs.get(state, 0) for state in ("queued", "running", "waiting"))
    if open_runs:
        said.append(f"{count(open_runs, 'run')} still under way")
    if bulk.runs.get("failed"):
        said.append(f"{count(bulk.runs['failed'], 'run')} failed")
    return " · ".join(filter(None, said))


def _draw(services: Services, actor: Actor, bulk: BulkSummary, address: Address) -> None:
    slot = st.container()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(sentence(bulk), width="content")
        with st.container(horizontal=True, width="content", gap="xsmall"):
            if bulk.state == "under-way" and st.button(
                "Stop before the next", key="inventory-bulk-stop", icon=":material/stop_circle:"
            ):
                _stop(services, actor, bulk, slot)
            st.button(
                "Close",
                key="inventory-bulk-close",
                type="tertiary",
                on_click=address.choose,
                kwargs={"bulk": ""},
            )
    if bulk.is_open:
        st.progress(bulk.reported / max(bulk.total, 1), text=f"{bulk.reported:,} of {bulk.total:,} reported")
    with st.expander("Each portal", key="inventory-bulk-items", on_change="rerun") as opened:
        if opened.open:
            _items(services, actor, bulk)


def _stop(
    services: Services, actor: Actor, bulk: BulkSummary, slot: "st.delta_generator.DeltaGenerator"
) -> None:
    try:
        services.bulk.cancel(bulk.id, actor)
    except PorticoError as error:
        slot.error(acting.sentences(error), icon=":material/error:")
        return
    st.rerun()


def _items(services: Services, actor: Actor, bulk: BulkSummary) -> None:
    pages = pages_of(bulk.total, SHOWN)
    page = min(int(keys.widget_value(_PAGE) or 1), pages)
    found = services.bulk_insight.items(bulk.id, actor, limit=SHOWN, offset=(page - 1) * SHOWN)
    table(
        "What became of each portal",
        (
            head("No.", "number narrow"),
            head("Portal"),
            head("Outcome", "narrow"),
            head("What came of it"),
            head("Its run", "narrow"),
        ),
        (
            (
                cell(f"{item.position:,}", "number narrow"),
                row_head(_name(item.portal_id, item.name)),
                cell(state_html(ITEMS.get(item.state, UNKNOWN)), "narrow"),
                cell(escape(item.outcome or "")),
                cell(
                    state_html(RUN_STATES.get(item.run_state, UNKNOWN)) if item.run_state else "–", "narrow"
                ),
            )
            for item in found.items
        ),
    )
    if pages > 1:
        st.pagination(pages, key=_PAGE)


def _name(portal_id: int, name: str | None) -> str:
    if name is None:
        return "In an instance that you may not see"
    return f'<a href="/portal?id={portal_id}">{escape(name)}</a>'
