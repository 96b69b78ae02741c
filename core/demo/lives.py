"""The life of a portal: submitted, run after run until it stands or is given up, renamed, moved to a domain, deleted."""

import json
from bisect import bisect_left
from datetime import timedelta
from random import Random

from core.demo.batch import Batch, new_run_id
from core.demo.imports import Imports
from core.demo.names import Labels
from core.demo.plan import Plan
from core.demo.portal import MadeUp
from core.demo.rhythm import DAY_MS, HOUR_MS, stamp
from core.demo.runs import Ended, Runs

_TRIALS = 0.13
TRIAL_MS = 30 * DAY_MS
# No run is open at the end: what would begin later than this before now does not begin.
SETTLED_MS = 3 * HOUR_MS
_MOST_RUNS = 7
_REASONS = (
    "The project was stopped.",
    "Replaced by a portal of another kind.",
    "The test is over.",
    "Moved to another instance.",
    "顧客の要望により削除",
    "Wird nicht mehr gebraucht.",
)
_TRIAL_OVER = "The trial is over."
Next = tuple[str, int, int]  # kind, first position, when


class Lives:
    """Makes up portals, each with all that happened to it, and writes them into a batch."""

    def __init__(
        self,
        plan: Plan,
        runs: Runs,
        imports: Imports,
        terms_version: str,
        first_portal: int,
        first_application: int,
        purge: timedelta,
    ) -> None:
        self._plan = plan
        self._runs = runs
        self._imports = imports
        self._terms = terms_version
        self._first_portal = first_portal
        self._first_application = first_application
        self._purge_ms = int(purge.total_seconds() * 1000)
        self._labels = Labels()
        self._shares = [share for share, _, _ in plan.choices]

    def add(self, number: int, share: float, batch: Batch, rng: Random) -> int:
        """The portal of that number, at that share of the way through time; returns how many runs it had."""
        portal = self._submitted(number, self._plan.rhythm.at(share), rng)
        following: Next | None = ("provision", 0, portal.created_ms)
        while following is not None:
            kind, first, at_ms = following
            by = portal.created_by if kind == "provision" else self._somebody(portal, rng)
            run_id = new_run_id(at_ms, rng)
            self._asked(portal, following, by, run_id, batch, rng)
            ended = self._runs.one(portal, kind, first, at_ms, by, run_id, batch, rng)
            following = self._next(portal, ended, rng)
        self._runs.leave(portal, batch)
        self._afterwards(portal, batch, rng)
        batch.add("portal", *portal.row())
        batch.add(
            "application",
            portal.application_id,
            portal.type,
            stamp(portal.created_ms - HOUR_MS),
            None if portal.state == "deleted" else portal.id,
        )
        self._imports.note(portal)
        return portal.number

    def _submitted(self, number: int, at_ms: int, rng: Random) -> MadeUp:
        plan = self._plan
        tenant_number = plan.tenant_at(at_ms, rng.random())
        tenant = plan.tenants[tenant_number]
        index = min(bisect_left(self._shares, rng.random()), len(plan.choices) - 1)
        _, audience, template = plan.choices[index]
        company = tenant.company if rng.random() < 0.3 else tenant.tongue.company(rng)  # noqa: PLR2004 - its own or a customer's
        name, label = tenant.tongue.portal_of(company, rng)
        people = tenant.people
        language = 0 if rng.random() < 0.75 else int(rng.random() * len(tenant.languages))  # noqa: PLR2004 - mostly the first
        return MadeUp(
            id=self._first_portal + number,
            application_id=self._first_application + number,
            type="trial" if rng.random() < _TRIALS else "production",
            name=name[:100],
            subdomain=self._labels.unique(label),
            tenant=tenant_number,
            instance=tenant.slug,
            language=tenant.languages[language],
            administrator=people[int(rng.random() * len(people))][0],
            audience=audience,
            template=template,
            created_by=people[int(rng.random() * len(people))][0],
            created_ms=at_ms,
            key=f"{rng.getrandbits(128):032x}",
        )

    def _asked(self, portal: MadeUp, run: Next, by: str, run_id: str, batch: Batch, rng: Random) -> None:
        """Who asked for the run, and what was changed for it."""
        kind, first, at_ms = run
        number = portal.number + 1
        if kind == "provision":
            batch.add("terms_acceptance", portal.id, run_id, self._terms, by, stamp(at_ms))
            details = (
                f'{portal.values()[:-1]}, "terms": "{self._terms}", "application": {portal.application_id}}}'
            )
        elif kind == "change":
            changes = json.dumps(self._change(portal, rng))
            details = f'{{"number": {number}, "changes": {changes}}}'
        else:
            details = f'{{"number": {number}, "from": {first}}}'
        act = "change-and-restart" if kind == "change" else kind
        batch.add("event", stamp(at_ms), by, act, portal.id, run_id, portal.instance, details)

    def _change(self, portal: MadeUp, rng: Random) -> dict[str, list[str]]:
        """What *Change Values* changes: another address where that one was taken, else the administrator or the name."""
        if portal.last_cause == "subdomain-taken":
            return {
                "subdomain": portal.change(
                    "subdomain", self._labels.unique(f"{portal.subdomain[:45]}-portal")
                )
            }
        if rng.random() < 0.5:  # noqa: PLR2004 - as often as not
            changed = portal.change("administrator", self._somebody(portal, rng))
            return {"administrator": changed} if changed[0] != changed[1] else {}
        return {"name": portal.change("name", f"{portal.name[:97]} II")}

    def _somebody(self, portal: MadeUp, rng: Random) -> str:
        people = self._plan.tenants[portal.tenant].people
        return people[int(rng.random() * len(people))][0]

    def _next(self, portal: MadeUp, ended: Ended, rng: Random) -> Next | None:
        """What somebody does after this end, if there was time for it."""
        if ended.kind == "succeeded" or portal.number >= _MOST_RUNS:
            return None
        latest = self._plan.now_ms - SETTLED_MS
        if ended.kind == "refused":
            return self._healing(portal, ended, latest, rng)
        if rng.random() > (0.82 if ended.kind == "broken" else 0.6):
            return None
        at_ms = portal.ended_ms + int(50 * 60_000 * rng.lognormvariate(0, 1.4))
        if at_ms > latest:
            return None
        is_change = ended.cause == "subdomain-taken" or rng.random() < 0.2  # noqa: PLR2004 - now and then
        return ("change", 0, at_ms) if is_change else ("restart", ended.position, at_ms)

    def _healing(self, portal: MadeUp, ended: Ended, latest: int, rng: Random) -> Next | None:
        healed = None if ended.episode is None else ended.episode.healed_ms
        if healed is None or healed > latest:
            return None
        return "heal", ended.position, max(healed, portal.ended_ms) + 200 + int(rng.random() * 1500)

    def _afterwards(self, portal: MadeUp, batch: Batch, rng: Random) -> None:
        now_ms = self._plan.now_ms
        left = now_ms - portal.ended_ms
        if portal.state == "provisioned" and rng.random() < 0.03:  # noqa: PLR2004 - a few have one
            self._take_domain(portal, portal.ended_ms + int(left * rng.random()), batch, rng)
        if rng.random() < 0.05:  # noqa: PLR2004 - a few are renamed
            self._rename(portal, portal.ended_ms + int(left * rng.random()), batch, rng)
        gone_ms = self._goes(portal, rng)
        if gone_ms is not None and portal.changed_ms < gone_ms < now_ms:
            self._delete(portal, gone_ms, batch, rng)

    def _goes(self, portal: MadeUp, rng: Random) -> int | None:
        """When the portal is deleted, if it is: most trials soon after their end, the given-up ones, a few others."""
        if portal.type == "trial" and rng.random() < 0.86:  # noqa: PLR2004 - most
            return portal.created_ms + TRIAL_MS + int(rng.expovariate(1 / (2 * DAY_MS)))
        if portal.state == "provisioning-failed" and rng.random() < 0.4:  # noqa: PLR2004 - many of them
            return portal.ended_ms + int(rng.expovariate(1 / (6 * DAY_MS)))
        if rng.random() < 0.08:  # noqa: PLR2004 - a few
            return portal.ended_ms + int(rng.expovariate(1 / (200 * DAY_MS)))
        return None

    def _take_domain(self, portal: MadeUp, at_ms: int, batch: Batch, rng: Random) -> None:
        domain = f"{portal.subdomain}.{portal.instance}.example"
        by, details = self._somebody(portal, rng), json.dumps({"domain": domain})
        batch.add("event", stamp(at_ms), by, "add-domain", portal.id, None, None, details)
        verified_ms = at_ms + int(rng.expovariate(1 / HOUR_MS))
        is_verified = rng.random() < 0.85 and verified_ms < self._plan.now_ms  # noqa: PLR2004 - most
        if is_verified:
            batch.add("event", stamp(verified_ms), by, "verify-domain", portal.id, None, None, details)
            portal.domains.append(domain)
        portal.changed_ms = max(portal.changed_ms, verified_ms if is_verified else at_ms)
        verified = stamp(verified_ms) if is_verified else None
        token = f"{rng.getrandbits(128):032x}"
        batch.add(
            "custom_domain",
            portal.id,
            domain,
            token,
            by,
            stamp(at_ms),
            verified,
            "dns" if is_verified else None,
        )

    def _rename(self, portal: MadeUp, at_ms: int, batch: Batch, rng: Random) -> None:
        tongue = self._plan.tenants[portal.tenant].tongue
        before, _ = portal.change("name", tongue.portal_of(tongue.company(rng), rng)[0][:100])
        portal.changed_ms = max(portal.changed_ms, at_ms)
        details = json.dumps({"from": before, "to": portal.name})
        by = self._somebody(portal, rng)
        batch.add("event", stamp(at_ms), by, "rename", portal.id, None, portal.instance, details)

    def _delete(self, portal: MadeUp, at_ms: int, batch: Batch, rng: Random) -> None:
        is_over = portal.type == "trial" and at_ms >= portal.created_ms + TRIAL_MS
        reason = _TRIAL_OVER if is_over else rng.choice(_REASONS)
        told = {"reason": reason, "subdomain": portal.subdomain, "domains": sorted(portal.domains)}
        by, at = self._somebody(portal, rng), stamp(at_ms)
        batch.add("event", at, by, "delete", portal.id, None, portal.instance, json.dumps(told))
        batch.rows["custom_domain"] = [row for row in batch.rows["custom_domain"] if row[0] != portal.id]
        batch.add("released_subdomain", portal.subdomain, portal.id, stamp(at_ms + self._purge_ms))
        portal.domains = []  # theirs no more
        portal.state, portal.verdict = "deleted", None
        portal.deleted_ms = portal.changed_ms = at_ms
