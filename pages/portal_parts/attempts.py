"""Attempts side by side: outcome, values, versions, steps and durations; what changed is marked (R22, R23)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from html import escape

import streamlit as st

from core.bootstrap import Services
from core.insight.models import PortalDetails, RunSummary, StepSummary
from pages.portal_parts.groups import StepGroup, grouped
from pages.portal_parts.values import FIELDS, shown
from pages.ui.actor import person
from pages.ui.badges import INSTALL_STATES, RUN_STATES, STEP_STATES, UNKNOWN, state_html
from pages.ui.tables import cell, head, row_head, table
from pages.ui.times import ago, duration, exact
from pages.ui.words import RUN_KINDS, STEPS, count

_SHOWN = 4  # the latest; the list below tells of all
_NONE = "–"
Told = tuple[str, str]  # what is compared, and the cell's HTML
Row = tuple[str, list[Told], bool]  # name, an attempt each, whether a difference is worth a mark


def side_by_side(services: Services, details: PortalDetails, now: datetime) -> None:
    """Nothing while there is one attempt: a column each, the earliest first, compared with the one before it."""
    runs = details.runs[:_SHOWN][::-1]
    if len(runs) < 2:  # noqa: PLR2004 - side by side takes two
        return
    earlier = len(details.runs) - len(runs)
    st.markdown(
        "What differs from the attempt before is marked."
        + (f" The {count(earlier, 'attempt')} before these stand in the list below." if earlier else "")
    )
    rows = [
        *_outcome(runs, now),
        *_values(services, runs),
        *_steps(runs, now),
        *_solutions(runs),
    ]
    table(
        "Attempts side by side",
        (head("What", "narrow"), *(head(f"Attempt {run.number}") for run in runs)),
        ((row_head(escape(name), "narrow"), *_cells(told, is_marked)) for name, told, is_marked in rows),
    )


def _cells(told: Sequence[Told], is_marked: bool) -> Iterator[str]:
    before: str | None = None
    for value, html in told:
        is_other = is_marked and before is not None and value != before
        mark = ' <span class="portico-quiet">changed</span>' if is_other else ""
        yield cell(f"<strong>{html}</strong>{mark}" if is_other else html)
        before = value


def _row(name: str, runs: Sequence[RunSummary], tell: Callable[[RunSummary], str], *, mark: bool) -> Row:
    texts = [tell(run) for run in runs]
    return name, [(text, escape(text)) for text in texts], mark


def _outcome(runs: Sequence[RunSummary], now: datetime) -> Iterator[Row]:
    yield (
        "Outcome",
        [(run.state, state_html(RUN_STATES.get(run.state, UNKNOWN)) + _why(run)) for run in runs],
        False,
    )
    yield _row("What it was", runs, lambda run: RUN_KINDS.get(run.kind, run.kind), mark=False)
    yield _row("Asked for by", runs, lambda run: person(run.requested_by), mark=True)
    yield (
        "Asked for",
        [("", f'<span title="{exact(run.created_at)}">{ago(run.created_at, now)}</span>') for run in runs],
        False,
    )
    yield _row("Taken", runs, lambda run: _run_taken(run, now), mark=False)


def _why(run: RunSummary) -> str:
    message = str((run.error or {}).get("message", ""))
    return f'<br><span class="portico-quiet">{escape(message)}</span>' if message else ""


def _run_taken(run: RunSummary, now: datetime) -> str:
    return duration(((run.ended_at or now) - (run.started_at or run.created_at)).total_seconds())


def _values(services: Services, runs: Sequence[RunSummary]) -> Iterator[Row]:
    for field, name in FIELDS.items():
        yield _row(
            name,
            runs,
            lambda run, field=field: (
                shown(services, field, run.values[field]) if field in run.values else _NONE
            ),  # type: ignore[misc]  # the field of this turn
            mark=True,
        )


def _steps(runs: Sequence[RunSummary], now: datetime) -> Iterator[Row]:
    """A row a step that any of them has: its state, and how long it took."""
    groups = [{group.kind: group for group in grouped(run.steps)} for run in runs]
    kinds = dict.fromkeys(kind for kind in STEPS if any(kind in found for found in groups))
    for kind in kinds:
        yield STEPS[kind], [_step(found.get(kind), now) for found in groups], False


def _step(group: StepGroup | None, now: datetime) -> Told:
    if group is None:
        return "", _NONE
    state = state_html(STEP_STATES.get(group.state, UNKNOWN))
    far = f"{group.done} of {len(group.steps)}, " if len(group.steps) > 1 else ""
    if group.state in ("waiting", "skipped"):
        return group.state, state
    is_earlier = group.state == "done" and all(step.started_at is None for step in group.steps)
    how = "by an earlier attempt" if is_earlier else duration(group.taken_s(now))
    return group.state, f'{state} <span class="portico-quiet">{far}{how}</span>'


def _solutions(runs: Sequence[RunSummary]) -> Iterator[Row]:
    """A row a solution that failed, or has not the same version in all of them; one sentence for the others."""
    steps = [{step.solution: step for step in run.steps if step.solution} for run in runs]
    names = list(dict.fromkeys(name for found in steps for name in found))
    begun = [(run.versions, found) for run, found in zip(runs, steps, strict=True) if run.versions]
    own = [name for name in names if _is_told(name, begun)]
    for name in own:
        yield name, [_solution(run, found.get(name)) for run, found in zip(runs, steps, strict=True)], True
    if len(names) > len(own):
        same = f"{count(len(names) - len(own), 'solution')} in the same version"
        yield "Other solutions" if own else "Solutions", [("", same)] * len(runs), False


def _is_told(name: str, begun: Sequence[tuple[Mapping[str, str], Mapping[str, StepSummary]]]) -> bool:
    has_failed = any(name in steps and steps[name].state == "failed" for _, steps in begun)
    return has_failed or len({versions.get(name) for versions, _ in begun}) > 1


def _solution(run: RunSummary, step: StepSummary | None) -> Told:
    if step is None or step.solution is None:
        return "", _NONE
    version = run.versions.get(step.solution, "")
    return version, f"{escape(version)} {state_html(INSTALL_STATES.get(step.state, UNKNOWN))}"
