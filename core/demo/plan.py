"""What is known before the first portal: tenants, solutions and their versions, what breaks when, how long steps take."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import accumulate
from random import Random
from typing import Any

from core.catalogue import Catalogue
from core.demo.causes import Trouble, Troubles
from core.demo.names import Tongue
from core.demo.rhythm import DAY_MS, HOUR_MS, Rhythm
from core.demo.tenants import Tenant, make_tenants
from core.provisioning.plan import PlannedStep, plan_steps

# How often each is asked for, of all portals of its audience.
_AUDIENCES = {"customer": 58, "partner": 26, "employee": 16}
_TEMPLATES = {
    "customer-self-service": 50,
    "custom": 20,
    "community": 20,
    "partner": 30,
    "partner-project-service": 5,
    "partner-field-service": 6,
    "employee-self-service": 100,
}
_RELEASE_DAYS = 45
_BAD_SOLUTION = "KnowledgeManagement"


@dataclass(frozen=True)
class Met:
    """How a solution was refused in an episode: how often, when first and last, by which run and for which portal first."""

    attempts: int
    first_ms: int
    last_ms: int
    run_id: str
    error: dict[str, Any]
    portal_id: int | None
    template: str | None
    language: int


@dataclass
class Episode:
    """Solutions that an instance refuses for a while: the first for a reason, the others because it is missing.

    The counts grow as runs meet it; `healed_ms` None: it still lasts.
    """

    tenant: int
    solutions: tuple[str, ...]
    trouble: Trouble
    begun_ms: int
    healed_ms: int | None
    version: str
    met: dict[str, Met] = field(default_factory=dict)  # by solution

    def refused(
        self,
        solution: str,
        at_ms: int,
        run_id: str,
        error: dict[str, Any],
        portal_id: int | None,
        template: str | None,
        language: int,
    ) -> None:
        """A run was refused the solution."""
        found = self.met.get(solution)
        latest = Met(1, at_ms, at_ms, run_id, error, portal_id, template, language)
        if found is not None:
            newer = latest if at_ms >= found.last_ms else found
            first = found if found.portal_id is not None else latest
            latest = replace(
                newer,
                attempts=found.attempts + 1,
                first_ms=min(found.first_ms, at_ms),
                portal_id=first.portal_id,
                template=first.template,
            )
        self.met[solution] = latest

    def mended_ms(self, solution: str) -> int | None:
        """When the solution was installed at last; one after the other, a second each."""
        if self.healed_ms is None:
            return None
        return self.healed_ms - 1000 * (len(self.solutions) - 1 - self.solutions.index(solution))

    def holds(self, started_ms: int, ended_ms: int) -> bool:
        """Whether a run between these moments meets it."""
        return started_ms >= self.begun_ms and (self.healed_ms is None or ended_ms < self.healed_ms - 90_000)


@dataclass(frozen=True)
class Outage:
    """A while in which an instance, or every one, hardly answers."""

    tenant: int | None
    begun_ms: int
    ended_ms: int


@dataclass(frozen=True)
class Plan:
    """Everything that the lives of the portals hang on."""

    now_ms: int
    days: int
    catalogue: Catalogue
    rhythm: Rhythm
    tenants: tuple[Tenant, ...]
    tenant_sums: tuple[float, ...]
    choices: tuple[tuple[float, str, str], ...]  # running share, audience, template
    steps: Mapping[str, tuple[PlannedStep, ...]]
    releases: tuple[int, ...]
    library: Mapping[str, str]
    episodes: Mapping[int, tuple[Episode, ...]]  # by tenant
    outages: tuple[Outage, ...]
    drifting: int  # the tenant in which time-outs grow

    def tenant_at(self, at_ms: int, share: float) -> int:
        """The instance of a portal: by weight, of those that are there by then."""
        chosen = bisect_right(self.tenant_sums, share * self.tenant_sums[-1])
        chosen = min(chosen, len(self.tenants) - 1)
        while self.tenants[chosen].born_ms > at_ms:
            chosen //= 2  # the older come first
        return chosen

    def version_at(self, solution: str, at_ms: int) -> str:
        """The solution's version that was the newest then: the library's, or of an earlier release."""
        behind = len(self.releases) - bisect_right(self.releases, at_ms)
        return earlier(self.library[solution], behind)

    def episode_of(self, tenant: int, template: str, started_ms: int, ended_ms: int) -> Episode | None:
        """What a run of this template meets there."""
        for episode in self.episodes.get(tenant, ()):
            if episode.holds(started_ms, ended_ms) and episode.solutions[0] in self.solutions_of(template):
                return episode
        return None

    def solutions_of(self, template: str) -> tuple[str, ...]:
        """What the template's package brings."""
        return self.catalogue.portal(template).solutions


def earlier(version: str, releases: int) -> str:
    """The version so many releases before: the third part of ours is a year and a month."""
    parts = version.split(".")
    if releases == 0 or len(parts) != 4:  # noqa: PLR2004 - a version's parts
        return version
    months = int(parts[2][:-2] or 0) * 12 + int(parts[2][-2:]) - 1 - releases
    parts[2] = f"{months // 12:02d}{months % 12 + 1:02d}"
    return ".".join(parts)


def make_plan(
    catalogue: Catalogue,
    tongues: tuple[Tongue, ...],
    troubles: Troubles,
    library: Mapping[str, str],
    portals: int,
    days: int,
    now_ms: int,
    rng: Random,
) -> Plan:
    """The plan of an estate; the same for the same random numbers and the same now."""
    rhythm = Rhythm(days, now_ms, now_ms - 3 * HOUR_MS)
    tenants = make_tenants(portals, tongues, rhythm.first_ms, days, rng)
    releases = tuple(range(now_ms - 9 * DAY_MS, rhythm.first_ms, -_RELEASE_DAYS * DAY_MS))[::-1]
    bad_ms = now_ms - int(0.31 * days * DAY_MS)
    plan = Plan(
        now_ms=now_ms,
        days=days,
        catalogue=catalogue,
        rhythm=rhythm,
        tenants=tenants,
        tenant_sums=tuple(accumulate(one.weight for one in tenants)),
        choices=_choices(catalogue),
        steps={portal.slug: plan_steps(catalogue, portal.slug) for portal in catalogue.portals},
        releases=releases,
        library=library,
        episodes={},
        outages=_outages(tenants, rhythm, days, rng),
        drifting=max(range(len(tenants)), key=lambda n: (tenants[n].weight * (n > 1), n)),
    )
    episodes = {n: _episodes(plan, n, troubles, bad_ms, rng) for n in range(len(tenants))}
    object.__setattr__(plan, "episodes", episodes)
    return plan


def _choices(catalogue: Catalogue) -> tuple[tuple[float, str, str], ...]:
    found, sum_ = [], 0.0
    for audience, share in _AUDIENCES.items():
        offered = [portal.slug for portal in catalogue.offered(audience)]
        whole = sum(_TEMPLATES[slug] for slug in offered)
        for slug in offered:
            sum_ += share / 100 * _TEMPLATES[slug] / whole
            found.append((sum_, audience, slug))
    return tuple(found)


def _outages(tenants: tuple[Tenant, ...], rhythm: Rhythm, days: int, rng: Random) -> tuple[Outage, ...]:
    """A bad day of the biggest instance, and a short one of everybody."""
    biggest = max(range(len(tenants)), key=lambda n: tenants[n].weight)
    one = rhythm.first_ms + int(0.62 * days) * DAY_MS + 6 * HOUR_MS
    all_ = rhythm.first_ms + int(rng.uniform(0.8, 0.9) * days) * DAY_MS + 9 * HOUR_MS
    return Outage(biggest, one, one + 11 * HOUR_MS), Outage(None, all_, all_ + 2 * HOUR_MS)


def _episodes(plan: Plan, tenant: int, troubles: Troubles, bad_ms: int, rng: Random) -> tuple[Episode, ...]:
    """The refusals of one instance, one after the other, never two at once."""
    spans: list[tuple[int, Trouble, str]] = []
    solutions = [name for name in plan.catalogue.solutions() if name in plan.library]
    number = sum(rng.random() < 0.22 for _ in range(1 + plan.days // 12))  # noqa: PLR2004 - every other month or so
    likely = [one.share for one in troubles.refusals]
    for _ in range(number):
        at = plan.rhythm.at(rng.random())
        trouble = rng.choices(troubles.refusals, likely)[0]
        spans.append((at, trouble, solutions[-1 - min(int(rng.expovariate(0.35)), len(solutions) - 1)]))
    if rng.random() < 0.4:  # noqa: PLR2004 - the version that broke reached so many of them
        spans.append((bad_ms + int(rng.random() * 2 * DAY_MS), troubles.one("template"), _BAD_SOLUTION))
    if tenant == 1:
        spans.append((plan.now_ms - int(0.1 * plan.days * DAY_MS), troubles.one("language"), "Feedback"))
    if rng.random() < 0.1:  # noqa: PLR2004 - in one instance of ten something is refused now
        trouble = rng.choices(troubles.refusals, likely)[0]
        spans.append((plan.now_ms - int(rng.uniform(4, 40) * HOUR_MS), trouble, "PortalTimeline"))
    found: list[Episode] = []
    for at, trouble, solution in sorted(spans, key=lambda span: span[0]):
        free_from = found[-1].healed_ms if found else plan.tenants[tenant].born_ms + DAY_MS
        if free_from is None or at < free_from:
            continue
        lasts = trouble.lasts_h * HOUR_MS * rng.lognormvariate(0, 0.7)
        is_open = at > plan.now_ms - 2 * DAY_MS or (tenant == 1 and trouble.id == "language")
        healed = None if is_open or at + lasts > plan.now_ms - 2 * HOUR_MS else int(at + lasts)
        found.append(_episode(plan, tenant, at, healed, trouble, solution))
    return tuple(found)


def _episode(
    plan: Plan, tenant: int, at: int, healed: int | None, trouble: Trouble, solution: str
) -> Episode:
    """With those that need the solution: they are refused because it is missing."""
    needing = [
        name
        for name in plan.catalogue.solutions()
        if name in plan.library and solution in plan.catalogue.needs(name)
    ]
    return Episode(
        tenant=tenant,
        solutions=(solution, *needing),
        trouble=trouble,
        begun_ms=at,
        healed_ms=healed,
        version=plan.version_at(solution, at),
    )
