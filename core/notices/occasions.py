"""What there is to hear of."""

from dataclasses import dataclass
from typing import Literal

Slug = Literal["run-ended", "run-failed", "run-slow", "trial-ends", "cause-surges"]
Rhythm = Literal["at-once", "daily"]
DIGEST = "digest"  # the occasion of a notice that tells others together
RHYTHMS: tuple[Rhythm, ...] = ("at-once", "daily")


@dataclass(frozen=True)
class Occasion:
    """An occasion, in words."""

    slug: Slug
    name: str
    explanation: str


OCCASIONS: dict[str, Occasion] = {
    one.slug: one
    for one in (
        Occasion("run-failed", "A run fails", "Provisioning, a restart, an installation or a retry failed."),
        Occasion("run-ended", "A run ends", "However it ended: it went through, failed or was cancelled."),
        Occasion(
            "run-slow", "A run is slow", "It takes longer than 95 % of the latest 50 portals of its kind."
        ),
        Occasion("trial-ends", "A trial ends", "A trial portal ends in 7 days, and again in 1 day."),
        Occasion(
            "cause-surges",
            "A cause surges",
            "In the last 6 hours at least 5 failures of one cause, and three times as many as usual.",
        ),
    )
}
