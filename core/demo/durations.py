"""How long runs take, step by step: drawn once in some variety, so that a million runs need no drawing of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from core.demo.tenants import SPEEDS
from core.provisioning.kept_steps import plan_key
from core.provisioning.plan import PlannedStep

_VARIETY = 300  # profiles of a template at each speed
# The middle of a step's time in seconds, and its spread.
_USUAL: Mapping[str, tuple[float, float]] = {
    "create-website": (95, 0.35),
    "install": (68, 0.5),
    "sample-data": (80, 0.4),
    "administrator": (6, 0.3),
    "publish": (42, 0.35),
    "probe": (9, 0.5),
}
_RUN_SPREAD = 0.28  # what all steps of a run share: the load of the hour
LONGEST_RUN_MS = 100 * 60 * 1000


@dataclass(frozen=True)
class Profile:
    """One way in which a run's steps take their time, in ms; each begins where the one before ended."""

    spans: tuple[int, ...]
    ends: tuple[int, ...]
    text: str  # spans as `steps_kept` has them, without the first gap

    @property
    def total(self) -> int:
        """From the beginning to the end."""
        return self.ends[-1]


class Durations:
    """Profiles by template and speed."""

    def __init__(self, steps: Mapping[str, Sequence[PlannedStep]], rng: Random) -> None:
        self.plans = {
            template: plan_key([step.name for step in planned]) for template, planned in steps.items()
        }
        self._profiles = {
            (template, speed): [_profile(planned, factor, rng) for _ in range(_VARIETY)]
            for template, planned in steps.items()
            for speed, factor in enumerate(SPEEDS)
        }

    def one(self, template: str, speed: int, rng: Random) -> Profile:
        """A profile of this template at this speed."""
        return self._profiles[template, speed][int(rng.random() * _VARIETY)]


def _profile(planned: Sequence[PlannedStep], factor: float, rng: Random) -> Profile:
    factor *= rng.lognormvariate(0, _RUN_SPREAD)
    spans = [
        max(400, int(1000 * factor * _USUAL[step.kind][0] * rng.lognormvariate(0, _USUAL[step.kind][1])))
        for step in planned
    ]
    shrink = min(1.0, LONGEST_RUN_MS / sum(spans))
    spans = [max(1, int(span * shrink)) for span in spans]
    return Profile(tuple(spans), tuple(accumulate(spans)), ",0,".join(map(str, spans)))
