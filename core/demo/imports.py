"""Runs that only install, in the instances themselves: updates, first installs, retries; and what stands there at the end."""

import json
from collections.abc import Iterator
from random import Random

from core.demo.batch import Batch, Row, new_run_id
from core.demo.plan import Episode, Met, Plan
from core.demo.portal import MadeUp
from core.demo.rhythm import DAY_MS, stamp
from core.demo.runs import Runs
from core.demo.tallies import Tallies
from core.demo.tenants import SPEEDS
from core.provisioning.kept_steps import plan_key

LINKS = 100  # of the portals that asked for an installation, so many are named
STEP_MS = 1000


class Imports:
    """Makes up the runs of instances and writes them into a batch."""

    def __init__(self, plan: Plan, runs: Runs, tallies: Tallies, first_installation: int) -> None:
        self._plan = plan
        self._runs = runs
        self._tallies = tallies
        self._solutions = tuple(name for name in plan.catalogue.solutions() if name in plan.library)
        self._places = {name: place for place, name in enumerate(self._solutions)}
        self._plans = {name: plan_key([f"install-{name}"]) for name in self._solutions}
        self._values: dict[tuple[tuple[str, ...], int], str] = {}
        self._details: dict[tuple[str, ...], str] = {}
        self._first_id = first_installation
        self._known: set[tuple[int, str]] = set()
        self._links: dict[int, list[Row]] = {}

    def plans(self) -> list[list[str]]:
        """The lists of step names that these runs have."""
        mended = [_steps(one) for one in self._all_episodes() if one.healed_ms is not None]
        return [[f"install-{name}"] for name in self._solutions] + mended

    def installation_id(self, tenant: int, solution: str) -> int:
        """The number of an installation's row."""
        return self._first_id + tenant * len(self._solutions) + self._places[solution]

    def add_updates(
        self, number: int, since_share: float, until_share: float, batch: Batch, rng: Random
    ) -> None:
        """So many updates that went well, in that part of the time; none of a solution that is refused there then."""
        for one in range(number):
            share = since_share + (until_share - since_share) * (one + rng.random()) / number
            at_ms = self._plan.rhythm.at(share)
            tenant = self._plan.tenant_at(at_ms, rng.random())
            solution = self._solutions[int(rng.random() * len(self._solutions))]
            if any(solution in episode.solutions for episode in self._plan.episodes[tenant]):
                solution = self._untouched(tenant)
            self._done(tenant, solution, "install", at_ms, batch, rng)

    def add_episodes(self, batch: Batch, rng: Random) -> None:
        """What began and what ended each refusal: an install that was refused, retries, and the one that went well."""
        for episode in self._all_episodes():
            attempts = [episode.begun_ms, *self._retries(episode, rng)]
            for number, at_ms in enumerate(attempts):
                self._refused(episode, "retry" if number else "install", at_ms, batch, rng)
            if episode.healed_ms is not None:
                self._mended(episode, episode.healed_ms, batch, rng)

    def add_installations(self, batch: Batch, rng: Random) -> None:
        """What stands in each instance in the end, and the failures of installations."""
        for tenant, one in enumerate(self._plan.tenants):
            failed = {
                solution: (episode, met)
                for episode in self._plan.episodes[tenant]
                if episode.healed_ms is None
                for solution, met in episode.met.items()
            }
            for solution in self._solutions:
                self._installation(tenant, one.born_ms, solution, failed.get(solution), batch, rng)
        for links in self._links.values():
            batch.rows["installation_portal"] += links
        for episode in self._all_episodes():
            for solution, met in episode.met.items():
                self._failure(episode, solution, met, batch)

    def note(self, portal: MadeUp) -> None:
        """The portal asked for its solutions: the first hundred that did are named, and every one that waits."""
        is_waiting = portal.state == "provisioned" and portal.verdict == "failed"
        key = portal.tenant, portal.template
        if key in self._known and not is_waiting:
            return
        asked, had = stamp(portal.created_ms), None if is_waiting else stamp(portal.ended_ms)
        for solution in self._plan.solutions_of(portal.template):
            id_ = self.installation_id(portal.tenant, solution)
            named = self._links.setdefault(id_, [])
            if is_waiting or len(named) < LINKS:
                named.append((id_, portal.id, asked, had))
            elif not is_waiting:
                self._known.add(key)  # each of its solutions has about as many

    def _all_episodes(self) -> Iterator[Episode]:
        return (episode for tenant in sorted(self._plan.episodes) for episode in self._plan.episodes[tenant])

    def _untouched(self, tenant: int) -> str:
        refused = {name for episode in self._plan.episodes[tenant] for name in episode.solutions}
        return next((name for name in self._solutions if name not in refused), self._solutions[0])

    def _retries(self, episode: Episode, rng: Random) -> list[int]:
        end = episode.healed_ms or self._plan.now_ms - DAY_MS // 8
        span = end - episode.begun_ms
        return sorted(episode.begun_ms + int(span * rng.uniform(0.1, 0.8)) for _ in range(rng.randint(0, 2)))

    def _mended(self, episode: Episode, healed_ms: int, batch: Batch, rng: Random) -> None:
        """The retry of everything that failed there, one after the other."""
        wait_ms, first_ms, others = 900, 60_000, len(episode.solutions) - 1
        at_ms = healed_ms - wait_ms - first_ms - others * STEP_MS
        spans = ",".join([f"{wait_ms},{first_ms}", *[f"0,{STEP_MS}"] * others])
        kept = f'["{plan_key(_steps(episode))}",[{spans}],[]]'
        span_ms = first_ms + others * STEP_MS
        self._write(
            episode.tenant,
            episode.solutions,
            "retry",
            "succeeded",
            at_ms,
            wait_ms,
            span_ms,
            None,
            kept,
            batch,
            rng,
        )

    def _done(self, tenant: int, solution: str, kind: str, at_ms: int, batch: Batch, rng: Random) -> None:
        wait_ms = 300 + int(rng.random() * 4000)
        span_ms = int(60_000 * SPEEDS[self._plan.tenants[tenant].speed] * rng.lognormvariate(0, 0.5))
        kept = f'["{self._plans[solution]}",[{wait_ms},{span_ms}],[]]'
        self._write(tenant, (solution,), kind, "succeeded", at_ms, wait_ms, span_ms, None, kept, batch, rng)

    def _refused(self, episode: Episode, kind: str, at_ms: int, batch: Batch, rng: Random) -> None:
        solution, tenant = episode.solutions[0], episode.tenant
        wait_ms, span_ms = 300 + int(rng.random() * 4000), 1000 + int(rng.random() * 20_000)
        run_id, by = new_run_id(at_ms, rng), self._plan.tenants[tenant].people[0][0]
        ended_ms = at_ms + wait_ms + span_ms
        error = self._runs.refusal(episode, solution, ended_ms, f"install-{solution}", by, rng)
        language = self._plan.tenants[tenant].languages[0]
        episode.refused(solution, ended_ms, run_id, error, None, None, language)
        kept = f'["{self._plans[solution]}",[{wait_ms},{span_ms}],[[0,"failed",1,true]]]'
        told = json.dumps(error)
        self._write(
            tenant, (solution,), kind, "failed", at_ms, wait_ms, span_ms, told, kept, batch, rng, run_id
        )

    def _write(
        self,
        tenant: int,
        solutions: tuple[str, ...],
        kind: str,
        state: str,
        at_ms: int,
        wait_ms: int,
        span_ms: int,
        error: str | None,
        kept: str,
        batch: Batch,
        rng: Random,
        run_id: str | None = None,
    ) -> None:
        one = self._plan.tenants[tenant]
        run_id, ended_ms = run_id or new_run_id(at_ms, rng), at_ms + wait_ms + span_ms
        by = one.people[int(rng.random() * len(one.people))][0]
        made, ended = stamp(at_ms), stamp(ended_ms)
        values = self._values_of(solutions, one.languages[0])
        batch.add(
            "run",
            run_id, None, 1, kind, state, by, "", one.slug, values, None, 0, made, stamp(at_ms + wait_ms), ended, ended,
            None, error, kept,
        )  # fmt: skip
        batch.add("event", made, by, kind, None, run_id, one.slug, self._details_of(solutions))
        told = f'{{"number": 1, "kind": "{kind}"}}'
        batch.add("event", ended, "portico", f"run-{state}", None, run_id, one.slug, told)
        self._tallies.run(kind, state, one.slug, "", at_ms, ended_ms)

    def _values_of(self, solutions: tuple[str, ...], language: int) -> str:
        key = solutions, language
        if key not in self._values:
            chosen = {"language": language, "required_language": None}
            self._values[key] = json.dumps({"force": False, "imports": dict.fromkeys(solutions, chosen)})
        return self._values[key]

    def _details_of(self, solutions: tuple[str, ...]) -> str:
        if solutions not in self._details:
            self._details[solutions] = json.dumps({"solutions": [*solutions], "force": False})
        return self._details[solutions]

    def _installation(
        self,
        tenant: int,
        born_ms: int,
        solution: str,
        failed: tuple[Episode, Met] | None,
        batch: Batch,
        rng: Random,
    ) -> None:
        one, id_ = self._plan.tenants[tenant], self.installation_id(tenant, solution)
        state, error, cause, knock_on_of, run_id, attempts = "installed", None, None, None, None, 1
        at_ms = max((at for at in self._plan.releases if at > born_ms), default=born_ms)
        started_ms, ended_ms = at_ms, at_ms + 20_000 + int(rng.random() * 200_000)
        version = self._plan.library[solution]
        if failed is not None:
            episode, met = failed
            state, error, cause = "install-failed", json.dumps(met.error), str(met.error["cause"])
            run_id, attempts, version = met.run_id, met.attempts, episode.version
            started_ms, ended_ms = met.last_ms - 1000, met.last_ms
            if solution != episode.solutions[0]:
                knock_on_of = self.installation_id(tenant, episode.solutions[0])
        batch.add(
            "installation",
            id_, one.slug, solution, version, state, one.languages[0], one.people[0][0], run_id, attempts,
            stamp(born_ms), stamp(started_ms), stamp(ended_ms), error, cause, knock_on_of,
        )  # fmt: skip

    def _failure(self, episode: Episode, solution: str, met: Met, batch: Batch) -> None:
        tenant = self._plan.tenants[episode.tenant]
        healed = episode.mended_ms(solution)
        by = None if healed is None else "first-retry" if met.attempts == 1 else "later-retry"
        self._tallies.add_failure(
            batch,
            (
                "installation", str(self.installation_id(episode.tenant, solution)), met.run_id, met.portal_id, tenant.slug,
                solution, met.template, tenant.languages[0], episode.version, met.error["cause"], met.error["fingerprint"],
                met.attempts, met.first_ms, met.last_ms, healed, by, json.dumps(met.error),
            ),
        )  # fmt: skip


def _steps(episode: Episode) -> list[str]:
    return [f"install-{solution}" for solution in episode.solutions]
