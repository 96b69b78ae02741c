"""One run of a portal of a demo: how it goes, and what it leaves in the rows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID

from core.demo.batch import Batch
from core.demo.causes import Trouble, Troubles, Words
from core.demo.durations import Durations, Profile
from core.demo.plan import Episode, Plan
from core.demo.portal import MadeUp
from core.demo.rhythm import stamp
from core.demo.tallies import Tallies
from core.provisioning.failures import of_cancel
from core.provisioning.plan import PlannedStep

PATIENCE_MS = 600_000
PATIENT = frozenset({"unreachable", "throttled"})
UNASKED = frozenset({"provision", "heal"})
_USUAL_BREAKS, _CANCELLED = 0.045, 0.012
_IN_OUTAGE, _DRIFT = 0.65, 0.3
Odd = list[Any]


@dataclass(frozen=True)
class Begun:
    """A run as it begins. `first`: the position of its first step that is not done already."""

    id: str
    kind: str
    first: int
    created_ms: int
    started_ms: int
    requested_by: str
    based_on: str | None
    profile: Profile
    steps: Sequence[PlannedStep]

    @property
    def ended_ms(self) -> int:
        """Its end, when nothing comes in between."""
        return self.started_ms + self.profile.total - self.done_ms(self.first)

    def done_ms(self, position: int) -> int:
        """How long the steps before this one take."""
        return self.profile.ends[position - 1] if position else 0

    def at_ms(self, position: int) -> int:
        """When this step begins."""
        return self.started_ms + self.done_ms(position) - self.done_ms(self.first)

    def times(self, until: int, last_ms: int = 0) -> str:
        """The steps' times as `steps_kept` has them: those before `until`, and if given that one's own."""
        skipped = ["null,null"] * self.first
        done = [f"0,{span}" for span in self.profile.spans[self.first : until]]
        done += [f"0,{last_ms}"] if last_ms else []
        if done:
            done[0] = f"{self.started_ms - self.created_ms}{done[0][1:]}"
        rest = ["null,null"] * (len(self.steps) - self.first - len(done))
        return ",".join([*skipped, *done, *rest])

    def all_times(self) -> str:
        """The times of all steps."""
        if self.first:
            return self.times(len(self.steps))
        return f"{self.started_ms - self.created_ms},{self.profile.text}"


@dataclass(frozen=True)
class Ended:
    """How a run ended; `position` of the step at which it stopped, `episode` what refused its solutions."""

    state: str
    kind: str  # succeeded, broken, refused, cancelled
    position: int
    cause: str = ""
    episode: Episode | None = None


class Runs:
    """Makes up runs and writes them into a batch."""

    def __init__(
        self, plan: Plan, durations: Durations, words: Words, troubles: Troubles, tallies: Tallies
    ) -> None:
        self._plan = plan
        self._durations = durations
        self._words = words
        self._troubles = troubles
        self._tallies = tallies
        self._shares = [one.share for one in troubles.breaks]

    def one(
        self,
        portal: MadeUp,
        kind: str,
        first: int,
        at_ms: int,
        by: str,
        run_id: str,
        batch: Batch,
        rng: Random,
    ) -> Ended:
        """The portal's next run, from its making to its end."""
        speed = self._plan.tenants[portal.tenant].speed
        begun = Begun(
            id=run_id,
            kind=kind,
            first=first,
            created_ms=at_ms,
            started_ms=at_ms + 1500 + int(rng.expovariate(1 / 20_000)),
            requested_by=by,
            based_on=portal.run_id or None,
            profile=self._durations.one(portal.template, speed, rng),
            steps=self._plan.steps[portal.template],
        )
        portal.number += 1
        portal.run_id = begun.id
        if kind != "heal":
            refused = self._plan.episode_of(portal.tenant, portal.template, begun.started_ms, begun.ended_ms)
            if refused is not None:
                return self._refused(portal, begun, refused, batch, rng)
            trouble = self._trouble(portal.tenant, begun, rng)
            if trouble is not None:
                return self._broken(portal, begun, trouble, batch, rng)
            if rng.random() < _CANCELLED:
                return self._cancelled(portal, begun, batch, rng)
        return self._succeeded(portal, begun, batch)

    def _trouble(self, tenant: int, begun: Begun, rng: Random) -> Trouble | None:
        """What breaks this run, if anything does."""
        at_ms, plan = begun.started_ms, self._plan
        for outage in plan.outages:
            here = outage.tenant in (None, tenant) and outage.begun_ms <= at_ms < outage.ended_ms
            if here and rng.random() < _IN_OUTAGE:
                return self._troubles.breaks[0]
        chance = rng.random()
        usual = _USUAL_BREAKS * plan.tenants[tenant].roughness * (1.0 if begun.kind == "provision" else 1.6)
        if chance < usual:
            return rng.choices(self._troubles.breaks, self._shares)[0]
        if tenant == plan.drifting:
            gone = 1 - (plan.now_ms - at_ms) / (plan.now_ms - plan.rhythm.first_ms)
            if chance < usual + _DRIFT * max(0.0, gone - 0.5):
                return self._troubles.one("sql-timeout")
        return None

    def _succeeded(self, portal: MadeUp, begun: Begun, batch: Batch) -> Ended:
        ended_ms = begun.ended_ms
        own = self._plan.solutions_of(portal.template)[-1]
        portal.package_version = self._plan.version_at(own, begun.started_ms)
        portal.live_ms = portal.live_ms or ended_ms - min(400, begun.profile.spans[-1])
        portal.settle(ended_ms, is_success=True, is_break=False)
        self._heal(portal, begun.kind, ended_ms, batch)
        self._write(portal, begun, "succeeded", ended_ms, begun.all_times(), [], None, batch)
        return Ended("succeeded", "succeeded", len(begun.steps))

    def _broken(self, portal: MadeUp, begun: Begun, trouble: Trouble, batch: Batch, rng: Random) -> Ended:
        position = self._place(begun, trouble, rng)
        is_patient = trouble.cause in PATIENT
        span = begun.profile.spans[position] + (PATIENCE_MS if is_patient else 0)
        attempts = 43 if is_patient else 1
        ended_ms = begun.at_ms(position) + span
        step = begun.steps[position]
        names = self._names(portal, portal.administrator)
        error = self._words.error(trouble, "broken", ended_ms, step.name, attempts, _correlation(rng), names)
        odd = [[position, "failed", attempts, True], *_waiting(begun, position)]
        portal.settle(ended_ms, is_success=False, is_break=True)
        portal.failed(error)
        version = None if step.solution is None else self._plan.version_at(step.solution, ended_ms)
        portal.breaks.append(
            (
                "run", begun.id, begun.id, portal.id, portal.instance, step.solution, portal.template, portal.language,
                version, error["cause"], error["fingerprint"], 1, ended_ms, ended_ms, None, None, json.dumps(error),
            )
        )  # fmt: skip
        self._write(portal, begun, "failed", ended_ms, begun.times(position, span), odd, error, batch)
        return Ended("failed", "broken", position, trouble.cause)

    def _refused(self, portal: MadeUp, begun: Begun, episode: Episode, batch: Batch, rng: Random) -> Ended:
        after = next(s.position for s in begun.steps if s.kind == "sample-data")
        ended_ms = begun.at_ms(after)
        own: dict[str, Any] | None = None
        odd: list[Odd] = []
        for step in begun.steps[begun.first : after]:
            if step.solution not in episode.solutions or step.solution is None:
                continue
            at_ms = begun.at_ms(step.position + 1)
            error = self.refusal(episode, step.solution, at_ms, step.name, begun.requested_by, rng)
            episode.refused(
                step.solution, at_ms, begun.id, error, portal.id, portal.template, portal.language
            )
            odd.append([step.position, "failed", 1, True if own is None else error])
            own = own or error
        odd += [[step.position, "skipped", 0, None] for step in begun.steps[after:]]
        portal.settle(ended_ms, is_success=False, is_break=False)
        if own is not None:
            portal.failed(own)
        self._heal(portal, begun.kind, ended_ms, batch)
        self._write(portal, begun, "failed", ended_ms, begun.times(after), odd, own, batch)
        return Ended("failed", "refused", after, episode=episode)

    def refusal(
        self, episode: Episode, solution: str, at_ms: int, step: str, by: str, rng: Random
    ) -> dict[str, Any]:
        """The refusal of a solution: the first of an episode for its reason, the others because that one is missing."""
        is_first = solution == episode.solutions[0]
        trouble = episode.trouble if is_first else self._troubles.one("knock-on")
        tenant = self._plan.tenants[episode.tenant]
        names = {
            "instance": tenant.name,
            "solution": solution,
            "missing": episode.solutions[0],
            "user": by,
            "language": self._plan.catalogue.language(tenant.languages[-1]).name,
        }
        return self._words.error(trouble, "refused", at_ms, step, 1, _correlation(rng), names)

    def _cancelled(self, portal: MadeUp, begun: Begun, batch: Batch, rng: Random) -> Ended:
        position = min(begun.first + int(rng.random() * 6), len(begun.steps) - 1)
        span = max(1, int(begun.profile.spans[position] * rng.random()))
        ended_ms = begun.at_ms(position) + span
        at = datetime.fromtimestamp(ended_ms / 1000, UTC)
        error = of_cancel(portal.created_by, at=at, step=begun.steps[position].name, attempt=1)
        odd = [[position, "failed", 1, True], *_waiting(begun, position)]
        details = f'{{"number": {portal.number}}}'
        cancelled = stamp(ended_ms - min(span, 2000))
        batch.add(
            "event", cancelled, portal.created_by, "cancel", portal.id, begun.id, portal.instance, details
        )
        portal.settle(ended_ms, is_success=False, is_break=True)
        self._write(
            portal, begun, "cancelled", ended_ms, begun.times(position, span), odd, error, batch, cancelled
        )
        return Ended("cancelled", "cancelled", position)

    def _write(
        self,
        portal: MadeUp,
        begun: Begun,
        state: str,
        ended_ms: int,
        times: str,
        odd: list[Odd],
        error: Mapping[str, Any] | None,
        batch: Batch,
        cancelled: str | None = None,
    ) -> None:
        kept = f'["{self._durations.plans[portal.template]}",[{times}],{json.dumps(odd) if odd else "[]"}]'
        ended, kind = stamp(ended_ms), begun.kind
        batch.add(
            "run",
            begun.id, portal.id, portal.number, kind, state, begun.requested_by, portal.template, portal.instance,
            portal.values(), begun.based_on, begun.first, stamp(begun.created_ms), stamp(begun.started_ms), ended, ended,
            cancelled, None if error is None else json.dumps(error), kept,
        )  # fmt: skip
        details = f'{{"number": {portal.number}, "kind": "{kind}", "portal_state": "{portal.state}"}}'
        batch.add("event", ended, "portico", f"run-{state}", portal.id, begun.id, portal.instance, details)
        self._tallies.run(kind, state, portal.instance, portal.template, begun.created_ms, ended_ms)

    def _heal(self, portal: MadeUp, kind: str, healed_ms: int, batch: Batch) -> None:
        """The portal's breaks are mended: this was the first retry of the last of them only."""
        for number, failure in enumerate(portal.breaks, 1):
            is_first = number == len(portal.breaks)
            by = "itself" if kind in UNASKED else "first-retry" if is_first else "later-retry"
            self._tallies.add_failure(batch, (*failure[:14], healed_ms, by, failure[16]))
        portal.breaks.clear()

    def leave(self, portal: MadeUp, batch: Batch) -> None:
        """What is still broken stays so."""
        for failure in portal.breaks:
            self._tallies.add_failure(batch, failure)
        portal.breaks.clear()

    def _place(self, begun: Begun, trouble: Trouble, rng: Random) -> int:
        fitting = [step.position for step in begun.steps[begun.first :] if trouble.at in {"any", step.kind}]
        return rng.choice(fitting) if fitting else begun.first

    def _names(self, portal: MadeUp, user: str) -> dict[str, str]:
        tenant = self._plan.tenants[portal.tenant]
        return {"instance": tenant.name, "subdomain": portal.subdomain, "user": user}


def _waiting(begun: Begun, position: int) -> list[Odd]:
    return [[step.position, "waiting", 0, None] for step in begun.steps[position + 1 :]]


def _correlation(rng: Random) -> str:
    return str(UUID(int=rng.getrandbits(128), version=4))
