"""A row a solution: state, version, when and by whom, and the portals that asked for it."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from core.bootstrap import Services
from core.insight.installation_models import SolutionSummary
from pages.ui.actor import person
from pages.ui.badges import SOLUTION_STATES, state_html
from pages.ui.tables import cell, head, row_head, solution_address, solution_link, table
from pages.ui.times import ago, exact
from pages.ui.words import count, plain


def summary(instance: str, solutions: Sequence[SolutionSummary]) -> str:
    """What needs a person first, then how much there is."""
    failed = sum(s.state == "install-failed" for s in solutions)
    coming = sum(s.state in ("waiting", "installing") for s in solutions)
    installed = sum(s.state == "installed" for s in solutions)
    said = [f"**{count(failed, 'solution')} Install Failed**"] if failed else []
    said += [f"{count(coming, 'solution')} on the way"] if coming else []
    said += [f"{count(installed, 'solution')} installed"]
    return f"{' · '.join(said)} in {plain(instance)}."


def table_of(services: Services, solutions: Sequence[SolutionSummary], instance: str) -> None:
    """The table; what failed comes first, with its reason."""
    now = services.clock()
    table(
        "Solutions",
        (
            head("State"),
            head("Solution"),
            head("Version"),
            head("Installed"),
            head("Portals"),
        ),
        (
            (
                cell(state_html(SOLUTION_STATES[one.state])),
                row_head(_name(one, instance)),
                cell(_version(one)),
                cell(_installed(one, now)),
                cell(_portals(one, instance)),
            )
            for one in solutions
        ),
    )


def _name(one: SolutionSummary, instance: str) -> str:
    link = solution_link(instance, one.unique_name)
    told = one.installation.reason if one.installation else ""
    if one.is_holding:
        told = "An upgrade that was begun and not finished"
    return link + (f'<br><span class="portico-quiet">{escape(told)}</span>' if told else "")


def _version(one: SolutionSummary) -> str:
    more = (
        f'<br><span class="portico-quiet">{escape(str(one.available))} available</span>'
        if one.has_update
        else ""
    )
    return escape(one.version) + more


def _installed(one: SolutionSummary, now: datetime) -> str:
    if one.installed_at is None:
        return "–"
    by = escape(person(str(one.installed_by)))
    when = f'<span title="{exact(one.installed_at)}">{ago(one.installed_at, now)}</span>'
    return f'<span class="portico-state">{when}<br><span class="portico-quiet">{by}</span></span>'


def _portals(one: SolutionSummary, instance: str) -> str:
    """The portal, or how many: the panel beside the table names them all."""
    if len(one.portals) > 1:
        address = escape(solution_address(instance, one.unique_name))
        return f'<a href="{address}" class="portico-state">{count(len(one.portals), "portal")}</a>'
    return "".join(f'<a href="/portal?id={p.id}">{escape(p.display_name)}</a>' for p in one.portals) or "–"
