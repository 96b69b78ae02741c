"""A run's steps as people count them: the solutions are one step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.insight.models import RunSummary, StepSummary

_ORDER = ("failed", "running", "waiting")


@dataclass(frozen=True)
class StepGroup:
    """Steps of one kind, in order."""

    kind: str
    steps: tuple[StepSummary, ...]

    @property
    def state(self) -> str:
        """One state for all: what failed or runs says more than what is done."""
        states = {step.state for step in self.steps}
        for state in _ORDER[:2]:
            if state in states:
                return state
        if states in ({"waiting"}, {"skipped"}):
            return states.pop()
        return "running" if "waiting" in states else "done"

    @property
    def done(self) -> int:
        """How many of them are done."""
        return sum(step.state == "done" for step in self.steps)

    @property
    def typical_s(self) -> float | None:
        """What the group usually takes; None before there is history."""
        known = [step.typical_s for step in self.steps if step.typical_s is not None]
        return sum(known) if known else None

    def taken_s(self, now: datetime) -> float:
        """How long its steps have taken so far."""
        return sum(taken_s(step, now) for step in self.steps)

    def foreseen_s(self, now: datetime) -> float:
        """How long it takes in the end: as is usual, or as long a step as those that are done."""
        taken = self.taken_s(now)
        if self.state != "running" or self.typical_s is not None:
            return max(taken, self.typical_s or 0.0)
        return taken * len(self.steps) / max(self.done, 1)


def taken_s(step: StepSummary, now: datetime) -> float:
    """How long a step took, or has been taking."""
    if step.started_at is None:
        return 0.0
    return max(((step.ended_at or now) - step.started_at).total_seconds(), 0.0)


def grouped(steps: Sequence[StepSummary]) -> tuple[StepGroup, ...]:
    """The steps by kind, in the order in which the kinds come."""
    kinds = dict.fromkeys(step.kind for step in steps)
    return tuple(StepGroup(kind, tuple(s for s in steps if s.kind == kind)) for kind in kinds)


def place(run: RunSummary) -> str:
    """Where the run is: "step 2 of 6 (solution 11 of 21)"; empty once it has ended."""
    groups = grouped(run.steps)
    current = run.current
    if not run.is_open or current is None:
        return ""
    number = next(i for i, group in enumerate(groups, 1) if current in group.steps)
    group = groups[number - 1]
    within = ""
    if len(group.steps) > 1:
        within = f" (solution {group.steps.index(current) + 1} of {len(group.steps)})"
    return f"step {number} of {len(groups)}{within}"
