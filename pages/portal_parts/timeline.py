"""The steps of every attempt: the usual time in grey, the actual one in colour, attempts stacked."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from core.insight.models import PortalDetails, RunSummary
from pages.portal_parts.groups import StepGroup, grouped
from pages.ui.badges import MARKS, STEP_STATES, UNKNOWN, state_html
from pages.ui.tables import cell, head, row_head, table
from pages.ui.times import duration
from pages.ui.words import STEPS

_SHOWN = 4  # attempts; the history tells of all


def timeline(details: PortalDetails, now: datetime) -> None:
    """A row a step, with a bar an attempt."""
    attempts = details.runs[:_SHOWN]
    if not attempts:
        return
    groups = grouped(attempts[0].steps)
    longest = max(1.0, *(group.foreseen_s(now) for run in attempts for group in grouped(run.steps)))
    is_known = any(group.typical_s for group in groups)
    legend = ' <span class="portico-quiet">(grey: usual)</span>' if is_known else ""
    table(
        "Steps",
        (
            head("Step", "narrow"),
            head("State", "narrow"),
            head("Taken", "number narrow"),
            head("Time", more=legend),
        ),
        (_row(group, attempts, longest, now) for group in groups),
    )


def _row(group: StepGroup, attempts: Sequence[RunSummary], longest: float, now: datetime) -> tuple[str, ...]:
    far = ""
    if len(group.steps) > 1:
        far = f' <span class="portico-quiet">{group.done} of {len(group.steps)}</span>'
    bars = "".join(_attempt(run, group.kind, longest, now, is_only=len(attempts) == 1) for run in attempts)
    if group.typical_s:
        bars += _bar(group.typical_s, longest, MARKS["gray"])
    is_begun = group.state not in ("waiting", "skipped")
    return (
        row_head(escape(STEPS.get(group.kind, group.kind)) + far, "narrow"),
        cell(state_html(STEP_STATES.get(group.state, UNKNOWN)), "narrow"),
        cell(_taken(group, now) if is_begun else "–", "number narrow"),
        cell(f'<div class="portico-bars">{bars}</div>'),
    )


def _taken(group: StepGroup, now: datetime) -> str:
    taken = duration(group.taken_s(now))
    if not group.typical_s or group.typical_s < 1:
        return taken
    return f'{taken} <span class="portico-quiet">of usually {duration(group.typical_s)}</span>'


def _attempt(run: RunSummary, kind: str, longest: float, now: datetime, *, is_only: bool) -> str:
    group = next((g for g in grouped(run.steps) if g.kind == kind), None)
    if group is None or group.state in ("waiting", "skipped"):
        return ""
    taken = group.taken_s(now)
    word = f'<span class="portico-quiet">attempt {run.number}: {duration(taken)}</span>'
    return ("" if is_only else word) + _bar(taken, longest, MARKS[STEP_STATES[group.state].colour])


def _bar(seconds: float, longest: float, colour: str) -> str:
    style = f"width:{100 * seconds / longest:.1f}%;background:{colour}"
    return f'<span class="portico-bar" aria-hidden="true" style="{style}"></span>'
