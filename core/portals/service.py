"""Portals: provision, rename, domains. Pages and the command line call this; every command takes who acts."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from core.access import (
    Actor,
    can_pick,
    is_system_administrator,
    require_pick,
    require_system_administrator,
)
from core.catalogue import Catalogue
from core.clock import Clock
from core.directory.directory import Directory
from core.errors import (
    Conflict,
    InstanceNotAvailable,
    NotFound,
    PorticoError,
    SeveralErrors,
    TermsNotAccepted,
)
from core.portals import licences, names, subdomains
from core.portals.commands import Check, Preflight, Started, StartProvisioning, SubdomainAnswer
from core.portals.domains import CustomDomains
from core.portals.handover import handover_text
from core.portals.part_of import ALONE, PartOf
from core.portals.preflight import PreflightChecks
from core.portals.subdomains import Subdomains
from core.provisioning import crash_points
from core.provisioning.runs import add_run
from core.storage.store import Store, find_row
from core.storage.tables import Application, Event, Portal, Run, TermsAcceptance

# Of several errors: who may not is told before what is wrong, and a licence that lacks after it.
_FIRST = ("instance", "system-administrator")
_LAST = ("application",)


class Portals:
    """What can be done with portals."""

    def __init__(
        self,
        store: Store,
        catalogue: Catalogue,
        directory: Directory,
        checks: PreflightChecks,
        names_: Subdomains,
        domains: CustomDomains,
        clock: Clock,
        nudge: Callable[[], None],
        portal_domain: str,
    ) -> None:
        self._store = store
        self._catalogue = catalogue
        self._directory = directory
        self._checks = checks
        self._subdomains = names_
        self._domains = domains
        self._clock = clock
        self._nudge = nudge
        self._portal_domain = portal_domain

    def preflight(self, request: StartProvisioning, actor: Actor) -> Preflight:
        """Every check of the request, in the form's order. Changes nothing."""
        return Preflight(tuple(judged.check for judged in self._checks.judge(request, actor)))

    def subdomain_answer(self, subdomain: str) -> SubdomainAnswer:
        """Whether the subdomain can be had, with alternatives where it is taken (R9, R10)."""
        return self._subdomains.answer(subdomain)

    def provision(
        self, request: StartProvisioning, actor: Actor, *, accepted_terms: bool, force: bool = False
    ) -> Started:
        """Judge the request, reserve the subdomain and the licence, keep the terms' acceptance, and begin.

        `force` goes past what only the state of the instance blocks. All in one transaction: of several
        submits of one subdomain exactly one wins (R10). Raises what the checks raise (several at once:
        SeveralErrors), TermsNotAccepted (R18) once everything else is valid.
        """
        every = self._checks.judge(request, actor)
        found = [
            (judged.check, judged.error)
            for judged in every
            if judged.error is not None and not (force and judged.check.is_forceable)
        ]
        if found:
            raise _first_first(found)
        if not accepted_terms:
            raise TermsNotAccepted(
                f"Accept the Terms of Service (version {self._catalogue.terms.version}) to provision "
                "the portal."
            )
        label = names.check_subdomain(request.subdomain)
        foretold: dict[str, str] = {judged.check.id: judged.check.state for judged in every}
        try:
            with self._store.writing() as session:
                started = self._reserve(session, request, label, actor, force, foretold)
        except IntegrityError as error:
            if "uq_portal_subdomain" in str(error.orig):
                raise subdomains.taken(label) from error
            raise
        crash_points.reached("submit", "recorded")
        self._nudge()
        return started

    def rename(
        self,
        portal_id: int,
        name: str,
        actor: Actor,
        *,
        only_from: str | None = None,
        part_of: PartOf = ALONE,
    ) -> None:
        """Change the portal's name, at any time; nothing else moves with it (R5). Idempotent.

        Raises NotFound, NameInvalid, NotSystemAdministrator (R1), Conflict for a deleted portal, and where it has
        another name by now than `only_from`.
        """
        cleaned = names.check_name(name)
        self._require_administrator(portal_id, actor)
        with self._store.writing() as session:
            portal = _get(session, portal_id)
            session.refresh(portal, with_for_update=True)  # nobody renames it between the look and the change
            part_of.record(session, None)
            if portal.name == cleaned:
                return
            if only_from not in (None, portal.name):
                raise Conflict(f"It was renamed to “{portal.name}” meanwhile. Look again, then rename it.")
            now = self._clock()
            details = {"from": portal.name, "to": cleaned, **part_of.note}
            portal.name, portal.changed_at = cleaned, now
            session.add(portal)
            session.add(
                Event(
                    at=now,
                    actor=actor.email,
                    act="rename",
                    portal_id=portal_id,
                    instance=portal.instance,
                    details=details,
                )
            )

    def add_domain(self, portal_id: int, domain: str, actor: Actor) -> None:
        """Add a custom domain, to be verified (R11)."""
        self._require_administrator(portal_id, actor)
        self._domains.add(portal_id, domain, actor.email)

    def verify_domain(self, portal_id: int, domain: str, actor: Actor) -> None:
        """Look for the domain's proof, and let it count (R11). Raises DomainNotVerified."""
        self._require_administrator(portal_id, actor)
        self._domains.verify(portal_id, domain, actor.email)

    def remove_domain(self, portal_id: int, domain: str, actor: Actor) -> None:
        """Remove a custom domain (R11)."""
        self._require_administrator(portal_id, actor)
        self._domains.remove(portal_id, domain, actor.email)

    def handover(self, request: StartProvisioning, actor: Actor) -> str:
        """A request to copy that names the role missing, the values and the command.

        Raises InstanceNotAvailable for one who can't pick the instance (R2), or where none is chosen.
        """
        if not request.instance:
            raise InstanceNotAvailable(
                "Choose the instance first; its System Administrators get the request."
            )
        instance = self._directory.get(request.instance).instance
        require_pick(actor, instance)
        return handover_text(request, instance, actor, self._catalogue, self._portal_domain)

    def can_hand_over(self, request: StartProvisioning, actor: Actor) -> bool:
        """Whether the actor may fill in the form but not submit it (R2 without R1)."""
        if not request.instance:
            return False
        instance = self._directory.get(request.instance).instance
        return can_pick(actor, instance) and not is_system_administrator(actor, instance)

    def _reserve(
        self,
        session: Session,
        request: StartProvisioning,
        label: str,
        actor: Actor,
        force: bool,
        foretold: dict[str, str],
    ) -> Started:
        now = self._clock()
        # Who loses the race for the name must not hold a licence meanwhile that somebody else then misses.
        self._store.queue_up(session, f"subdomain:{label}")
        subdomains.require_free_in_store(session, label, now)
        licence = licences.find_free(session, request.application, is_to_take=True)
        portal = _new_portal(request, label, licence, actor, now)
        session.add(portal)
        session.flush()
        if portal.id is None:
            raise ValueError("the database gave the portal no id")
        licences.take(session, licence, portal.id)
        values = request.values() | {"name": portal.name, "subdomain": label, "force": force}
        run = add_run(
            session,
            self._catalogue,
            portal,
            kind="provision",
            requested_by=actor.email,
            values=values | {"foretold": foretold},
            now=now,
        )
        session.add_all(self._accepted(run, portal, actor, now))
        return Started(portal.id, run.id)

    def _accepted(
        self, run: Run, portal: Portal, actor: Actor, now: datetime
    ) -> list[TermsAcceptance | Event]:
        version = self._catalogue.terms.version
        told = {name: value for name, value in run.values.items() if name != "foretold"}
        return [
            TermsAcceptance(
                portal_id=portal.id or 0,
                run_id=run.id,
                version=version,
                accepted_by=actor.email,
                accepted_at=now,
            ),
            Event(
                at=now,
                actor=actor.email,
                act="provision",
                portal_id=portal.id,
                run_id=run.id,
                instance=portal.instance,
                details={**told, "terms": version, "application": portal.application_id},
            ),
        ]

    def _require_administrator(self, portal_id: int, actor: Actor) -> None:
        with self._store.reading() as session:
            portal = _get(session, portal_id)
            slug, is_deleted = portal.instance, portal.state == "deleted"
        require_system_administrator(actor, self._directory.get(slug).instance)
        if is_deleted:
            raise Conflict(
                f"The portal {portal_id} was deleted; it only stays in the history. Choose another."
            )


def _new_portal(
    request: StartProvisioning, label: str, licence: Application, actor: Actor, now: datetime
) -> Portal:
    if request.instance is None or request.language is None or licence.id is None:
        raise ValueError("a request is judged before it is carried out")
    return Portal(
        application_id=licence.id,
        type=licence.type,
        name=names.check_name(request.name),
        subdomain=label,
        instance=request.instance,
        language=request.language,
        administrator=str(request.administrator),
        audience=str(request.audience),
        template=str(request.portal),
        state="configuring",
        verdict="getting-set-up",
        created_by=actor.email,
        created_at=now,
        changed_at=now,
        key=uuid4().hex,
    )


def _first_first(found: list[tuple[Check, PorticoError]]) -> PorticoError:
    def rank(entry: tuple[Check, PorticoError]) -> int:
        return -1 if entry[0].id in _FIRST else (1 if entry[0].id in _LAST else 0)

    ordered = [error for _, error in sorted(found, key=rank)]
    return ordered[0] if len(ordered) == 1 else SeveralErrors(ordered)


def _get(session: Session, portal_id: int) -> Portal:
    portal = find_row(session, Portal, portal_id)
    if portal is None:
        raise NotFound(f"There is no portal {portal_id}. Choose one that `portals list` shows.", field="id")
    return portal
