"""Solution Management: what stands in an instance, what failed, and what to press (R25–R27)."""

import streamlit as st

from core.access import is_system_administrator
from core.insight.installation_models import SolutionSummary
from pages.solutions_parts import adding, graph, one, plans, table
from pages.ui import acting
from pages.ui.actor import actor
from pages.ui.address import Address
from pages.ui.empty import empty_state
from pages.ui.following import follow
from pages.ui.instance_choice import choose_instance
from pages.ui.services import services
from pages.ui.words import count, plain

everything, who = services(), actor()
MANY = 8  # a table that is longer than a phone's screen
address = Address("solutions")
address.follow()

st.title("Solutions", anchor=False)
acting.notice()
top = st.container(horizontal=True, vertical_alignment="bottom", key="solutions-top")
with top:
    known = choose_instance(everything, who, address, "solutions")
instance = known.instance
found = everything.installation_insight.solutions(known, who)
failed = [solution.installation.id for solution in found if solution.is_failed and solution.installation]
may_change = is_system_administrator(who, instance)


def _is_open(solutions: tuple[SolutionSummary, ...]) -> bool:
    return any(s.installation is not None and s.installation.is_under_way for s in solutions)


def live() -> bool:
    """What changes by itself while something is imported; the last look stops the polling."""
    latest = everything.installation_insight.solutions(known, who)
    if _is_open(found):
        now = everything.directory.get(known.slug)
        latest = everything.installation_insight.solutions(now, who)
    st.markdown(table.summary(instance.name, latest))
    table.table_of(everything, latest, known.slug)
    return not _is_open(latest)


with top:
    # Also while they are on their way: a button that vanishes under the finger takes the focus along.
    if may_change and (failed or _is_open(found)):
        what = "failed solution" if len(failed) == 1 else f"{len(failed)} failed solutions, in order"
        if st.button(
            f"Retry the {what}" if failed else "On their way",
            type="primary" if failed else "secondary",
            key="solutions-retry-all",
            icon=":material/replay:" if failed else ":material/progress_activity:",
        ):
            plans.retry(everything, who, known.slug, failed or plans.coming(found))
if not may_change:
    acting.who_may(instance, who, "install, retry or uninstall there")
if found:
    left, right = st.columns([2, 1], gap="medium")
    with left.container(key="solutions-many" if len(found) > MANY else "solutions-few"):
        follow(live, address, is_wanted=_is_open(found))
    with right.container(key="solutions-panel"):
        one.one_solution(everything, who, known, found, address, may_change=may_change)
else:
    empty_state(
        "No solution stands here yet",
        f"Provisioning a portal in {plain(instance.name)} installs those of its package.",
        "extension_off",
    )
if may_change:
    adding.adding(everything, who, known, found)


@st.fragment
def needs() -> None:
    """The graph, below what people read and only when it is asked for."""
    with st.expander(
        f"How the {count(len(found), 'solution')} need each other",
        key="solutions-graph",
        icon=":material/account_tree:",
        on_change="rerun",
    ) as opened:
        if opened.open:
            graph.graph_of(found)


if found:
    needs()
