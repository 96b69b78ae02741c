"""Retry opens its plan; the list that was shown is the list that runs (R25–R27)."""

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.errors import PorticoError
from core.portals.retries import ImportPlan, PlannedItem
from pages.solutions_parts.plans import OUTLOOKS, summary
from pages.ui import acting, keys, menu
from pages.ui.address import Address
from pages.ui.badges import state_html
from pages.ui.dialogs import dialog
from pages.ui.tables import cell, head, row_head, table
from pages.ui.words import count

_FORCE = "troubleshoot-force"


def retry(services: Services, actor: Actor, ids: Sequence[int], address: Address) -> None:
    """The plan to retry these installations, in whatever instances they are."""
    keys.drop_plan()
    _dialog(services, actor, tuple(ids), address)


@dialog("The plan", width="large", icon=":material/checklist:")
def _dialog(services: Services, actor: Actor, ids: tuple[int, ...], address: Address) -> None:
    question = f"retry {ids}"
    try:
        plan = keys.kept_plan(question) or services.installations.plan_retry(ids, actor)
    except PorticoError as error:
        st.error(acting.sentences(error), icon=":material/error:")
        return
    keys.keep_plan(question, plan)
    st.markdown(summary(plan))
    plan_table(services, plan)
    is_forced = bool(plan.failing) and st.checkbox(
        f"Try the {count(len(plan.failing), 'solution')} that cannot pass yet as well",
        key=_FORCE,
        help="For a System Administrator who knows better: the platform is asked, and answers.",
    )
    slot = st.container()
    has_work = bool(plan.passing) or is_forced or bool(plan.skipped)
    if not has_work:
        slot.info(
            "None of these can pass yet, so nothing would run. Mend what stands in the way first.",
            icon=":material/front_hand:",
        )
    if st.button(
        "Run this plan",
        type="primary",
        key="troubleshoot-run-plan",
        icon=":material/play_arrow:",
        disabled=not has_work,
    ):
        _run(services, actor, plan, address, slot, is_forced=is_forced)


def _run(
    services: Services,
    actor: Actor,
    plan: ImportPlan,
    address: Address,
    slot: "st.delta_generator.DeltaGenerator",
    *,
    is_forced: bool,
) -> None:
    try:
        started = services.installations.start(plan, actor, kind="retry", force=is_forced)
    except PorticoError as error:
        slot.error(acting.sentences(error), icon=":material/error:")
        return
    keys.drop_plan()
    said = f"Under way: {count(len(started.queued), 'solution')}, in order."
    if started.refused:
        said += f" {count(len(started.refused), 'solution')} cannot pass yet and stayed out."
    keys.leave_notice(said)
    address.choose(runs=",".join(started.run_ids))
    st.rerun()


def plan_table(services: Services, plan: ImportPlan) -> None:
    """The exact list, in its order."""
    names = {k.slug: k.instance.name for k in services.directory.all(max_age_s=60)}
    table(
        "The plan",
        (
            head("No.", "number narrow"),
            head("Solution"),
            head("Instance", "narrow"),
            head("As things stand now", "narrow"),
            head("Why, and where to mend it"),
        ),
        (
            (
                cell(str(number), "number narrow"),
                row_head(escape(item.wanted.solution)),
                cell(escape(names.get(item.wanted.instance, item.wanted.instance)), "narrow"),
                cell(state_html(OUTLOOKS[item.outlook]), "narrow"),
                cell(why(item)),
            )
            for number, item in enumerate(plan.items, 1)
        ),
    )


def why(item: PlannedItem) -> str:
    """Why it would fail or is skipped, with a link to where that is mended."""
    if item.reason is None:
        return ""
    link = ""
    if item.page and menu.is_there(item.page):
        address = f"/{item.page}?instance={quote(item.wanted.instance)}"
        link = f' <a href="{escape(address)}">{escape(menu.title(item.page))}</a>'
    wait = " It may pass by itself: wait, then check again." if item.passes_by_itself else ""
    return escape(item.reason + wait) + link
