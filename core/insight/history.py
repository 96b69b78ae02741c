"""What finished runs teach: how long runs and steps of a kind take."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from statistics import median, quantiles
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.provisioning.kept_steps import steps_of
from core.storage.tables import Run, RunStep

LEARNT_FROM = 50  # the latest runs of the kind
ENOUGH_FOR_SLOW = 5
ENOUGH_FOR_STUCK = 2
LEAST_SLOW_S = 30.0  # where runs take seconds, a second more is not news
LEAST_STUCK_S = 60.0


@dataclass(frozen=True)
class History:
    """Durations in seconds of the latest finished runs of one portal template."""

    run_s: tuple[float, ...] = ()
    step_s: dict[str, tuple[float, ...]] = field(default_factory=dict)

    @property
    def middle_half_s(self) -> tuple[float, float] | None:
        """Between which durations half of the runs lie; None without history."""
        if not self.run_s:
            return None
        if len(self.run_s) == 1:
            return self.run_s[0], self.run_s[0]
        low, _, high = quantiles(self.run_s, n=4, method="inclusive")
        return low, high

    @property
    def slow_s(self) -> float | None:
        """Slow is longer than 95 % of its kind; None while there is too little to say."""
        if len(self.run_s) < ENOUGH_FOR_SLOW:
            return None
        return max(quantiles(self.run_s, n=20, method="inclusive")[-1], LEAST_SLOW_S)

    @property
    def stuck_s(self) -> float | None:
        """Stuck is no movement for longer than a step of its kind ever took; None before enough is known."""
        if len(self.run_s) < ENOUGH_FOR_STUCK:
            return None
        longest = max((max(durations) for durations in self.step_s.values()), default=0.0)
        return max(longest, LEAST_STUCK_S)

    def typical_step_s(self, name: str) -> float | None:
        """The median of a step's like."""
        return median(self.step_s[name]) if name in self.step_s else None

    def left_s(self, steps: Sequence[RunStep], now: datetime) -> float | None:
        """How long the rest of these steps usually takes, from now."""
        if not self.run_s:
            return None
        rest = 0.0
        for step in steps:
            usual = self.typical_step_s(step.name) or 0.0
            if step.state == "waiting":
                rest += usual
            elif step.state == "running" and step.started_at is not None:
                rest += max(usual - (now - step.started_at).total_seconds(), 0.0)
        return rest


def history_of(session: Session, template: str) -> History:
    """The history of a portal template: its latest runs that succeeded from the first step on."""
    runs = session.exec(
        select(Run.id, Run.started_at, Run.ended_at)
        .where(col(Run.template) == template, col(Run.state) == "succeeded", col(Run.from_position) == 0)
        .order_by(col(Run.ended_at).desc())
        .limit(LEARNT_FROM)
    ).all()
    durations = tuple((end - start).total_seconds() for _, start, end in runs if start and end)
    by_step: dict[str, list[float]] = defaultdict(list)
    for steps in steps_of(session, [run_id for run_id, _, _ in runs]).values():
        for step in steps:
            if step.state == "done" and step.started_at and step.ended_at:
                by_step[step.name].append((step.ended_at - step.started_at).total_seconds())
    return History(durations, {name: tuple(values) for name, values in by_step.items()})


class Histories:
    """Histories by portal template, remembered until a later run of the kind succeeds; one a process."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[datetime | None, History]] = {}

    def of(self, session: Session, templates: Sequence[str]) -> dict[str, History]:
        """The history of each template, as the session's snapshot has it."""
        if not templates:
            return {}
        ends = session.connection().execute(_latest(tuple(templates))).one()
        for template, ended_at in zip(templates, ends, strict=True):
            if self._known.get(template, (None, None))[0] != ended_at or template not in self._known:
                self._known[template] = (ended_at, history_of(session, template))
        return {template: self._known[template][1] for template in templates}


@cache
def _latest(templates: tuple[str, ...]) -> Any:
    """When a run of each template succeeded last."""
    return sa.select(
        *(
            sa.select(sa.func.max(Run.ended_at))
            .where(col(Run.template) == one, col(Run.state) == "succeeded", col(Run.from_position) == 0)
            .scalar_subquery()
            for one in templates
        )
    )
