"""What people look at: portals, runs, licences. Reads only."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from sqlmodel import Session, col, func, select

from core.access import Actor, can_see
from core.directory.directory import Directory
from core.errors import InvalidValue, NotFound, NotPermitted
from core.insight import licences, summaries
from core.insight.history import History
from core.insight.inventory import listing, searching
from core.insight.inventory.predicate import FACETS, predicate
from core.insight.inventory.snapshot import VISIBILITY_AGE_S, Estate
from core.insight.inventory.sorting import ordered
from core.insight.models import (
    ApplicationSummary,
    Estimate,
    LicenceCounts,
    PortalDetails,
    PortalFilter,
    PortalPage,
    RunSummary,
)
from core.insight.verdicts import verdict_of
from core.provisioning.kept_steps import steps_of
from core.settings import Settings
from core.storage.store import LARGEST_KEY, Store, find_row
from core.storage.tables import CustomDomain, Event, Portal, Run

EVENTS_SHOWN = 100


class Insight:
    """Read models: each call is one read transaction."""

    def __init__(
        self, store: Store, directory: Directory, settings: Settings, estate: Estate | None = None
    ) -> None:
        self._store = store
        self._directory = directory
        self._estate = estate or Estate(store, directory, settings.trial_days)
        self._settings = settings

    def portal(self, portal_id: int, actor: Actor) -> PortalDetails:
        """Everything about a portal. Raises NotFound, NotPermitted."""
        with self._store.reading() as session:
            portal = find_row(session, Portal, portal_id)
            if portal is None:
                raise NotFound(
                    f"There is no portal {portal_id}. Choose one that `portals list` shows.", field="id"
                )
        self._require_visible(portal.instance, actor)
        with self._store.reading() as session:
            return self._details(session, portal_id)

    def portals(
        self,
        wanted: PortalFilter,
        actor: Actor,
        *,
        limit: int | None = None,
        offset: int = 0,
        sort: str = "-created_at",
    ) -> PortalPage:
        """A page of the portals that match and that the actor may see; without `limit` all of them.

        Raises InvalidValue for an unknown sort, or a page that there can't be.
        """
        _check_page(limit, offset)
        seen, now = self._directory.visible(actor, VISIBILITY_AGE_S), self._store.clock()
        with self._store.reading() as session:
            matching = searching.found(
                session,
                predicate(wanted, seen, self._estate.paced(session, now), now, self._estate.trial_days),
            )
            order = ordered(sort, matching)
            total = session.exec(select(func.count()).select_from(Portal).where(*matching.clauses())).one()
            most = total if limit is None else min(limit + offset, total)
            shown = listing.walk(session, order, most)[offset:]
            rows = listing.load(session, [one.id for one in shown])
            items = tuple(
                summaries.portal_summary(row, self._settings, matching.verdict_of(row)) for row in rows
            )
        return PortalPage(total, items)

    def facets(self, wanted: PortalFilter, actor: Actor) -> dict[str, dict[str, int]]:
        """How many of the portals that match have each value; those without a value stand under ''."""
        return self._facets(tuple(FACETS), wanted, actor)

    def counts(self, actor: Actor) -> dict[str, int]:
        """How many portals stand in each state, and in all (`total`)."""
        by_state = self._facets(("state",), PortalFilter(), actor)["state"]
        return {**by_state, "total": sum(by_state.values())}

    def _facets(
        self, names: tuple[str, ...], wanted: PortalFilter, actor: Actor
    ) -> dict[str, dict[str, int]]:
        from core.insight.inventory.counting import by_value

        with self._estate.snapshot(actor) as at:
            return by_value(at.session, at.matching(wanted), at.view, names)

    def applications(
        self,
        actor: Actor,
        *,
        limit: int | None = None,
        offset: int = 0,
        ids: Collection[int] | None = None,
    ) -> tuple[ApplicationSummary, ...]:
        """The licences, in order, or those of these ids; a portal that the actor may not see is not named (R4)."""
        _check_page(limit, offset)
        visible = self._directory.visible(actor, VISIBILITY_AGE_S)
        with self._store.reading() as session:
            return licences.some(session, visible, limit=limit, offset=offset, ids=ids)

    def licence_counts(self) -> LicenceCounts:
        """How many licences there are, and how many of each type are free."""
        with self._store.reading() as session:
            return licences.counts(session)

    def licences_on_offer(
        self, wanted: int | None = None
    ) -> tuple[tuple[ApplicationSummary, ...], Mapping[str, int]]:
        """A free licence of each type, production first: the first, or the one wanted; and how many of each are free."""
        with self._store.reading() as session:
            return licences.on_offer(session, wanted)

    def run(self, run_id: str) -> RunSummary:
        """One run with its steps. Raises NotFound."""
        with self._store.reading() as session:
            run = session.get(Run, run_id)
            if run is None:
                raise NotFound(f"There is no run '{run_id}'.", field="run")
            steps = steps_of(session, [run_id])[run_id]
            return summaries.run_summary(run, steps, self._history(session, run.template))

    def estimate(self, template: str) -> Estimate | None:
        """How long a run of this kind usually takes; None before there is history (R8)."""
        with self._store.reading() as session:
            return _estimate(self._history(session, template), None)

    def _history(self, session: Session, template: str) -> History:
        return self._estate.histories.of(session, (template,))[template]

    def _details(self, session: Session, portal_id: int) -> PortalDetails:
        now = self._store.clock()
        portal = session.get_one(Portal, portal_id)
        runs = session.exec(
            select(Run).where(col(Run.portal_id) == portal_id).order_by(col(Run.number).desc())
        ).all()
        history = self._history(session, portal.template)
        steps = steps_of(session, [run.id for run in runs])
        latest = runs[0] if runs else None
        verdict = verdict_of(portal, latest, steps[latest.id] if latest else [], history, now)
        summary = summaries.portal_summary(portal, self._settings, verdict.state)
        domains = session.exec(select(CustomDomain).where(col(CustomDomain.portal_id) == portal_id)).all()
        events = session.exec(
            select(Event)
            .where(col(Event.portal_id) == portal_id)
            .order_by(col(Event.id).desc())
            .limit(EVENTS_SHOWN)
        ).all()
        left = (
            history.left_s(steps[latest.id], now) if latest is not None and latest.ended_at is None else None
        )
        return PortalDetails(
            portal=summary,
            verdict=verdict,
            runs=tuple(summaries.run_summary(run, steps[run.id], history) for run in runs),
            estimate=_estimate(history, left),
            domains=tuple(summaries.domain_summary(row) for row in domains),
            events=tuple(summaries.event_summary(row) for row in events),
            live_at=portal.live_at,
            created_by=portal.created_by,
        )

    def _require_visible(self, slug: str, actor: Actor) -> None:
        if actor.is_console_administrator:
            return
        instance = self._directory.get(slug).instance
        if not can_see(actor, instance):
            raise NotPermitted(
                f"This portal belongs to {instance.name}, where {actor.email} is no user. "
                "Ask for access there."
            )


def _check_page(limit: int | None, offset: int) -> None:
    for field, number in (("limit", 0 if limit is None else limit), ("offset", offset)):
        if not 0 <= number <= LARGEST_KEY:
            raise InvalidValue(f"{number} is no usable {field}. Give a number from 0 on.", field=field)


def _estimate(history: History, left_s: float | None) -> Estimate | None:
    middle = history.middle_half_s
    if middle is None:
        return None
    left = None if left_s is None else timedelta(seconds=left_s)
    return Estimate(middle[0], middle[1], left, len(history.run_s))
