"""Configuration, solutions, history: three lists of facts."""

from datetime import datetime
from html import escape

import streamlit as st

from core.bootstrap import Services
from core.insight.models import PortalDetails
from pages.portal_parts.groups import taken_s
from pages.ui.actor import person
from pages.ui.badges import INSTALL_STATES, RUN_STATES, UNKNOWN, badge_markdown, state_html
from pages.ui.tables import cell, facts, head, row_head, table, unique_name
from pages.ui.times import ago, duration, exact
from pages.ui.words import RUN_KINDS, TYPES, act, count, language_label, plain


def configuration(services: Services, details: PortalDetails) -> None:
    """The facts of the form."""
    portal = details.portal
    url = escape(portal.url)
    values = {
        "URL": f'<a href="{url}">{url}</a>',
        "Portal": escape(services.catalogue.portal(portal.portal).name),
        "Audience": escape(services.catalogue.audience(portal.audience).name),
        "Instance": escape(services.directory.get(portal.instance).instance.name),
        "Language": escape(language_label(services.catalogue.language(portal.language))),
        "Administrator": escape(person(portal.administrator)),
        "Type": TYPES.get(portal.type, portal.type),
        "Asked for": f"{escape(person(details.created_by))}, {exact(portal.created_at)}",
    }
    if details.live_at:
        values["Live since"] = exact(details.live_at)
    for domain in details.domains:
        if domain.verified_at:
            values["Custom domain"] = escape(domain.domain)
    facts(values)


def solutions(details: PortalDetails, now: datetime) -> None:
    """Each solution of the package, in order, as the latest attempt that had it left it."""
    run = next((run for run in details.runs if any(step.solution for step in run.steps)), None)
    if run is None:
        st.markdown("The package of this portal brings no solution.")
        return
    steps = [step for step in run.steps if step.solution]
    installed = sum(step.state == "done" for step in steps)
    st.markdown(f"{installed} of {count(len(steps), 'solution')} installed")
    table(
        "Solutions",
        (head("No.", "number narrow"), head("Solution"), head("State"), head("Taken", "number")),
        (
            (
                cell(str(number), "number narrow"),
                row_head(unique_name(str(step.solution))),
                cell(state_html(INSTALL_STATES.get(step.state, UNKNOWN))),
                cell(duration(taken_s(step, now)) if step.started_at else "–", "number"),
            )
            for number, step in enumerate(steps, 1)
        ),
    )


def history(details: PortalDetails, now: datetime) -> None:
    """Who did what, when and why; every attempt stays."""
    for run in details.runs:
        taken = f", {duration((run.ended_at - run.created_at).total_seconds())}" if run.ended_at else ""
        state = badge_markdown(RUN_STATES.get(run.state, UNKNOWN))
        kind = RUN_KINDS.get(run.kind, run.kind)
        who = plain(person(run.requested_by))
        when = f"{ago(run.created_at, now)} ({exact(run.created_at)})"
        st.markdown(f"**Attempt {run.number}** {state} {kind}, by {who}, {when}{taken}")
    table(
        "History",
        (head("When", "narrow"), head("Who", "narrow"), head("What")),
        (
            (
                cell(f'<span title="{exact(event.at)}">{ago(event.at, now)}</span>', "narrow"),
                cell(escape(person(event.actor)), "narrow"),
                cell(escape(act(event.act) + _told(event.act, event.details) + _within(event.details))),
            )
            for event in details.events
        ),
    )


def _told(what: str, details: dict[str, object]) -> str:
    if what == "rename":
        return f": {details.get('from', '')} → {details.get('to', '')}"
    changes = details.get("changes")
    if isinstance(changes, dict) and changes:
        return ": " + ", ".join(f"{field} {before} → {after}" for field, (before, after) in changes.items())
    if what == "delete":
        return f": {details.get('reason', '')}"
    if "domain" in details:
        return f": {details['domain']}"
    return f", terms {details.get('terms', '')} accepted" if what == "provision" else ""


def _within(details: dict[str, object]) -> str:
    return f", in bulk action {details['bulk']}" if "bulk" in details else ""
