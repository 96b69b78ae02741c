"""A plan of imports, shown before anything happens: the list that was shown is the list that runs (R25–R27)."""

from collections.abc import Callable
from html import escape
from urllib.parse import quote

import streamlit as st

from core.bootstrap import Services
from core.portals.installations import StartedImports
from core.portals.retries import ImportPlan, PlannedItem
from pages.ui import acting, menu
from pages.ui.badges import State, state_html
from pages.ui.instance_choice import language_name
from pages.ui.tables import cell, head, row_head, table, unique_name
from pages.ui.times import duration
from pages.ui.words import count

OUTLOOKS = {
    "passes": State("Would pass", "check_circle", "green"),
    "fails": State("Would fail", "error", "red"),
    "skipped": State("Skipped", "block", "gray"),
}


def offer(services: Services, plan: ImportPlan, start: Callable[[bool], StartedImports]) -> None:
    """The plan and the button that runs it. `start` is told whether the person insists on what would fail."""
    st.markdown(summary(plan))
    plan_table(services, plan)
    is_forced = bool(plan.failing) and st.checkbox(
        f"Ask for the {count(len(plan.failing), 'solution')} that would fail as well",
        key="plan-force",
        help="For a System Administrator who knows better: the platform is asked, and answers.",
    )
    slot = st.container()
    has_work = bool(plan.passing) or is_forced or any(i.wanted.installation_id for i in plan.skipped)
    if plan.failing and not has_work:
        slot.info(
            "None of these can pass yet, so nothing would run. Mend what stands in the way first.",
            icon=":material/front_hand:",
        )
    if st.button(
        "Run this plan", type="primary", key="plan-run", icon=":material/play_arrow:", disabled=not has_work
    ):
        acting.do(slot, lambda: start(is_forced), _said)


def summary(plan: ImportPlan) -> str:
    """How many would pass, would fail, are skipped, and how long it takes."""
    said = []
    if plan.passing:
        said.append(f"**{len(plan.passing):,} would pass**")
    if plan.failing:
        said.append(f"**{len(plan.failing):,} would fail as things stand now**")
    if plan.skipped:
        said.append(f"{len(plan.skipped):,} skipped")
    if plan.typical_s is not None:
        said.append(f"usually {duration(plan.typical_s)}")
    return (", ".join(said) + ". In this order, one import at a time.") if said else "There is nothing to do."


def plan_table(services: Services, plan: ImportPlan) -> None:
    """The exact list, in its order; the instances are named where there are several."""
    names = {k.slug: k.instance.name for k in services.directory.all(max_age_s=60)}
    is_one = len({item.wanted.instance for item in plan.items}) == 1
    table(
        "The plan",
        (head("No.", "number narrow"), head("Solution"), head("As things stand now")),
        (
            (
                cell(str(number), "number narrow"),
                row_head(_what(services, item, "" if is_one else names.get(item.wanted.instance, ""))),
                cell(state_html(OUTLOOKS[item.outlook]) + _why(item)),
            )
            for number, item in enumerate(plan.items, 1)
        ),
    )


def _what(services: Services, item: PlannedItem, where: str) -> str:
    facts = " in ".join(
        part for part in (item.version, language_name(services, item.wanted.language)) if part
    )
    said = ", ".join(filter(None, (facts, where)))
    return f'{unique_name(item.wanted.solution)}<br><span class="portico-quiet">{escape(said)}</span>'


def _why(item: PlannedItem) -> str:
    """Why it would fail or is skipped, with a link to where that is mended."""
    if item.reason is None:
        return ""
    link = ""
    if item.page and menu.is_there(item.page):
        address = f"/{item.page}?instance={quote(item.wanted.instance)}"
        link = f' <a href="{escape(address)}">{escape(menu.title(item.page))}</a>'
    wait = " It may pass by itself: wait, then look again." if item.passes_by_itself else ""
    return f'<br><span class="portico-quiet">{escape(item.reason + wait)}{link}</span>'


def _said(started: StartedImports) -> str:
    said = (
        f"Under way: {count(len(started.queued), 'solution')}, in order."
        if started.queued
        else "Under way: what stands there is noted."
    )
    left = len(started.refused)
    return said + (f" {count(left, 'solution')} can't pass yet and stayed out." if left else "")
