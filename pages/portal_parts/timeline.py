"""The steps of every attempt: what is usual in grey, what it took in the state's colour, attempts above one another."""

from datetime import datetime
from html import escape

import streamlit as st

from core.insight.models import PortalDetails, RunSummary
from pages.portal_parts.groups import StepGroup, grouped
from pages.ui.badges import MARKS, STEP_STATES, State, state_html
from pages.ui.times import duration
from pages.ui.words import STEPS

_UNKNOWN = State("Unknown", "help", "gray")
_SHOWN = 4  # attempts; the history tells of all


def timeline(details: PortalDetails, now: datetime) -> None:
    """A row a step, with a bar an attempt."""
    if not details.runs:
        return
    latest, *earlier = details.runs[:_SHOWN]
    attempts = [latest, *earlier]
    groups = grouped(latest.steps)
    longest = max(
        [_longest(run, now) for run in attempts] + [group.typical_s or 0 for group in groups] + [1.0]
    )
    rows = "".join(_row(group, attempts, longest, now) for group in groups)
    usual = " Grey: what is usual." if any(group.typical_s for group in groups) else ""
    st.html(
        f'<div class="portico-scroll" role="region" aria-label="Steps" tabindex="0"><table class="portico-table">'
        '<thead><tr><th scope="col">Step</th><th scope="col">State</th><th scope="col" class="number">Taken</th>'
        f'<th scope="col">Time<span class="portico-quiet">{usual}</span></th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(group: StepGroup, attempts: list[RunSummary], longest: float, now: datetime) -> str:
    state = STEP_STATES.get(group.state, _UNKNOWN)
    name = escape(STEPS.get(group.kind, group.kind))
    far = (
        f' <span class="portico-quiet">{group.done} of {len(group.steps)}</span>'
        if len(group.steps) > 1
        else ""
    )
    taken = group.taken_s(now)
    told = duration(taken) if group.state != "waiting" else "–"
    bars = "".join(
        _attempt_bar(run, group.kind, longest, now, is_only=len(attempts) == 1) for run in attempts
    )
    usual = _bar(group.typical_s, longest, MARKS["gray"], opacity=0.45) if group.typical_s else ""
    usual_word = (
        f'<span class="portico-quiet">usually {duration(group.typical_s)}</span>' if group.typical_s else ""
    )
    return (
        f'<tr><th scope="row">{name}{far}</th><td>{state_html(state)}</td><td class="number">{told}</td>'
        f'<td><div class="portico-bars">{bars}{usual}</div>{usual_word}</td></tr>'
    )


def _attempt_bar(run: RunSummary, kind: str, longest: float, now: datetime, *, is_only: bool) -> str:
    group = next((g for g in grouped(run.steps) if g.kind == kind), None)
    if group is None or group.state in ("waiting", "skipped"):
        return ""
    colour = MARKS[STEP_STATES.get(group.state, _UNKNOWN).colour]
    word = (
        ""
        if is_only
        else f'<span class="portico-quiet">attempt {run.number}: {duration(group.taken_s(now))}</span>'
    )
    return word + _bar(group.taken_s(now), longest, colour)


def _bar(seconds: float | None, longest: float, colour: str, opacity: float = 1) -> str:
    width = 100 * (seconds or 0) / longest
    return (
        f'<span class="portico-bar" aria-hidden="true" '
        f'style="width:{width:.1f}%;background:{colour};opacity:{opacity}"></span>'
    )


def _longest(run: RunSummary, now: datetime) -> float:
    return max((group.taken_s(now) for group in grouped(run.steps)), default=0.0)
