"""Configuration, solutions, history: three lists of facts."""

from datetime import datetime
from html import escape

import streamlit as st

from core.bootstrap import Services
from core.insight.models import PortalDetails
from pages.portal_parts.groups import taken_s
from pages.ui.actor import person
from pages.ui.badges import INSTALL_STATES, RUN_STATES, State, badge_markdown, state_html
from pages.ui.times import ago, duration, exact
from pages.ui.words import RUN_KINDS, TYPES, act, count, plain

_UNKNOWN = State("Unknown", "help", "gray")


def configuration(services: Services, details: PortalDetails) -> None:
    """The facts of the form."""
    portal = details.portal
    language = services.catalogue.language(portal.language)
    facts = {
        "URL": f"<a href='{escape(portal.url)}'>{escape(portal.url)}</a>",
        "Portal": escape(services.catalogue.portal(portal.portal).name),
        "Audience": escape(services.catalogue.audience(portal.audience).name),
        "Instance": escape(services.directory.get(portal.instance).instance.name),
        "Language": escape(f"{language.name} · {language.native_name}"),
        "Administrator": escape(person(portal.administrator)),
        "Type": TYPES.get(portal.type, portal.type),
        "Asked for": f"{escape(person(details.created_by))}, {exact(portal.created_at)}",
    }
    if details.live_at:
        facts["Live since"] = exact(details.live_at)
    rows = "".join(f'<tr><th scope="row">{name}</th><td>{value}</td></tr>' for name, value in facts.items())
    st.html(f'<table class="portico-table"><tbody>{rows}</tbody></table>')


def solutions(details: PortalDetails, now: datetime) -> None:
    """Each solution of the package, in order, as the latest attempt that had it left it."""
    run = next((run for run in details.runs if any(step.solution for step in run.steps)), None)
    if run is None:
        st.markdown("The package of this portal brings no solution.")
        return
    steps = [step for step in run.steps if step.solution]
    rows = "".join(
        f'<tr><td class="number">{number}</td><th scope="row">{escape(str(step.solution))}</th>'
        f"<td>{state_html(INSTALL_STATES.get(step.state, _UNKNOWN))}</td>"
        f'<td class="number">{duration(taken_s(step, now)) if step.started_at else "–"}</td></tr>'
        for number, step in enumerate(steps, 1)
    )
    installed = sum(step.state == "done" for step in steps)
    st.markdown(f"{installed} of {count(len(steps), 'solution')} installed")
    st.html(
        '<div class="portico-scroll" role="region" aria-label="Solutions" tabindex="0"><table class="portico-table">'
        '<thead><tr><th scope="col" class="number">No.</th><th scope="col">Solution</th><th scope="col">State</th>'
        f'<th scope="col" class="number">Taken</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )


def history(details: PortalDetails, now: datetime) -> None:
    """Who did what, when and why; every attempt stays."""
    for run in details.runs:
        ended = f", {duration((run.ended_at - run.created_at).total_seconds())}" if run.ended_at else ""
        st.markdown(
            f"**Attempt {run.number}** {badge_markdown(RUN_STATES.get(run.state, _UNKNOWN))} "
            f"{plain(RUN_KINDS.get(run.kind, run.kind))}, by {plain(person(run.requested_by))}, "
            f"{ago(run.created_at, now)}{ended}",
            help=exact(run.created_at),
        )
    rows = "".join(
        f'<tr><td title="{exact(event.at)}">{ago(event.at, now)}</td><td>{escape(person(event.actor))}</td>'
        f"<td>{escape(act(event.act))}{_told(event.act, event.details)}</td></tr>"
        for event in details.events
    )
    st.html(
        '<div class="portico-scroll" role="region" aria-label="History" tabindex="0"><table class="portico-table">'
        '<thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _told(what: str, details: dict[str, object]) -> str:
    if what == "rename":
        return f": {escape(str(details.get('from', '')))} → {escape(str(details.get('to', '')))}"
    if "domain" in details:
        return f": {escape(str(details['domain']))}"
    if what == "provision":
        return f", terms {escape(str(details.get('terms', '')))} accepted"
    return ""
