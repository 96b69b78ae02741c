"""What becomes of a portal after its submit: restart, change values and restart, cancel, delete (R21–R23)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from core.access import Actor, require_system_administrator
from core.catalogue import Catalogue
from core.directory.directory import Directory
from core.errors import Conflict, InvalidValue, NotFound, PorticoError, SeveralErrors
from core.platforms.port import Platform
from core.portals import names, subdomains
from core.portals.commands import StartProvisioning
from core.portals.operations import finished
from core.portals.part_of import ALONE, PartOf
from core.portals.preflight import PreflightChecks
from core.portals.restarts import (
    CHANGEABLE,
    given,
    going_on,
    is_refused,
    is_restartable,
    require_changeable,
    require_restartable,
    values_of,
    website_first,
)
from core.provisioning import installations
from core.provisioning.ending import cancel_unclaimed
from core.provisioning.runs import add_run
from core.storage import search_text
from core.storage.store import Store, find_row
from core.storage.tables import Application, CustomDomain, Event, Portal, ReleasedSubdomain, Run

__all__ = ["Change", "Deletion", "Lifecycle", "is_refused", "is_restartable"]

MAX_REASON = 500


@dataclass(frozen=True)
class Change:
    """One value of *Change Values and Restart Provisioning*, as shown before it starts (R23)."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Deletion:
    """What a deletion takes away and what it leaves, as shown before it is done."""

    has_website: bool
    subdomain: str
    subdomain_free_after_s: float
    domains: tuple[str, ...]
    application: int  # the licence, free at once
    solutions: int  # stay in the instance


class Lifecycle:
    """Commands on a portal that exists; each takes who acts."""

    def __init__(
        self,
        store: Store,
        catalogue: Catalogue,
        directory: Directory,
        platform: Platform,
        checks: PreflightChecks,
        nudge: Callable[[], None],
        pause: Callable[[float], None],
        name_purge_s: float,
    ) -> None:
        self._store = store
        self._catalogue = catalogue
        self._directory = directory
        self._platform = platform
        self._checks = checks
        self._nudge = nudge
        self._pause = pause
        self._name_purge_s = name_purge_s

    def restart(self, portal_id: int, actor: Actor, part_of: PartOf = ALONE) -> str:
        """*Restart Provisioning*: the next run, from the first unfinished step (R22); returns its id.

        A run that is under way is returned unchanged, but as a part of something larger it is a Conflict: that began it not.
        Raises Conflict where there is nothing to restart.
        """
        self._require_administrator(portal_id, actor)
        with self._store.writing() as session:
            portal, latest = self._held(session, portal_id)
            if latest.ended_at is None and part_of is ALONE:
                return latest.id
            require_restartable(portal.state, latest)
            first, done = going_on(session, latest, has_website=portal.website_id is not None)
            run = add_run(
                session,
                self._catalogue,
                portal,
                kind="restart",
                requested_by=actor.email,
                values=latest.values | {"name": portal.name},
                now=self._store.clock(),
                based_on=latest,
                done=done,
                website_first=first,
            )
            portal.state = "configuring" if portal.provisioned_at is None else portal.state
            self._begun(session, portal, run, actor, "restart", {"from": run.from_position, **part_of.note})
            part_of.record(session, run.id)
        self._nudge()
        return run.id

    def changes(self, portal_id: int, wanted: StartProvisioning) -> tuple[Change, ...]:
        """What would change, in the form's order; empty values stay as they are.

        Raises NotFound, InvalidValue for another instance, NameInvalid, SubdomainInvalid.
        """
        with self._store.reading() as session:
            before = values_of(_get(session, portal_id))
        after = given(wanted.values())
        if after.get("instance", before["instance"]) != before["instance"]:
            raise InvalidValue(
                "A portal's instance can't change. Delete the portal and provision a new one.",
                field="instance",
            )
        if "subdomain" in after:
            after["subdomain"] = names.check_subdomain(after["subdomain"])
        if "name" in after:
            after["name"] = names.check_name(after["name"])
        return tuple(
            Change(field, before[field], after[field])
            for field in CHANGEABLE
            if after.get(field, before[field]) != before[field]
        )

    def change_and_restart(
        self, portal_id: int, wanted: StartProvisioning, actor: Actor, *, force: bool = False
    ) -> str:
        """*Change Values and Restart Provisioning* (R23); returns the new run's id.

        The run starts afresh. Unless only name or administrator change, it first takes the old website's content away; with
        another subdomain the website itself, and the old subdomain is free after the purge time. The earlier attempts stay.
        Without any change this is a restart from the beginning. Raises what the preflight raises.
        """
        self._require_administrator(portal_id, actor)
        new = {change.field: change.after for change in self.changes(portal_id, wanted)}
        with self._store.reading() as session:
            portal, latest = _portal_and_latest(session, portal_id)
            require_changeable(portal, latest, new)
            values = values_of(portal) | new
        self._judge(StartProvisioning(**values), new, actor, force=force)
        try:
            with self._store.writing() as session:
                portal, latest = self._held(session, portal_id)
                require_changeable(portal, latest, new)
                run_id = self._apply(session, portal, latest, new, actor, force=force)
        except IntegrityError as error:
            if "uq_portal_subdomain" in str(error.orig):
                raise subdomains.taken(new["subdomain"]) from error
            raise
        self._nudge()
        return run_id

    def cancel(self, portal_id: int, actor: Actor) -> None:
        """Cancel the run that is under way; what it has done so far stands, and it can be restarted. Idempotent."""
        self._require_administrator(portal_id, actor)
        with self._store.writing() as session:
            portal, latest = self._held(session, portal_id)
            if latest.ended_at is not None:
                raise Conflict(
                    "No run of this portal is under way, so there is nothing to cancel.", field="id"
                )
            if latest.cancel_requested_at is not None:
                return
            now = self._store.clock()
            latest.cancel_requested_at = now
            session.add(latest)
            session.add(_event(now, actor, "cancel", portal, latest.id, {"number": latest.number}))
            if latest.state == "queued" and latest.executor_id is None:
                session.flush()
                cancel_unclaimed(session, latest, actor.email, now)
        self._nudge()

    def deletion(self, portal_id: int) -> Deletion:
        """What a deletion would take away, and what it would leave. Changes nothing."""
        with self._store.reading() as session:
            portal = _get(session, portal_id)
            asked = self._catalogue.portal(portal.template).solutions
            return Deletion(
                portal.website_id is not None,
                portal.subdomain,
                self._name_purge_s,
                _domains(session, portal_id),
                portal.application_id,
                len(asked),
            )

    def delete(self, portal_id: int, reason: str, actor: Actor) -> None:
        """Delete the portal's website; the portal stays in the history, its licence is free at once.

        Its subdomain is free again after the purge time, its custom domains at once; solutions stay in the instance.
        A run under way must be cancelled first. Idempotent. Raises InvalidValue without a reason.
        """
        if not reason.strip() or len(reason) > MAX_REASON:
            raise InvalidValue(
                f"Say why the portal is deleted, in up to {MAX_REASON} characters.", field="reason"
            )
        self._delete(portal_id, actor, "delete", {"reason": reason.strip()})

    def reset(self, portal_id: int, actor: Actor) -> None:
        """Reset the portal's application to Not Configured: `delete` without a reason. Idempotent."""
        self._delete(portal_id, actor, "reset", {})

    def _delete(self, portal_id: int, actor: Actor, act: str, why: dict[str, Any]) -> None:
        self._require_administrator(portal_id, actor)
        with self._store.reading() as session:
            portal, latest = _portal_and_latest(session, portal_id)
            if portal.state == "deleted":
                return
            _require_idle(latest)
            instance, website_id, key = portal.instance, portal.website_id, portal.key
        if website_id is not None:
            # The website first: repeated after a crash it is the same operation, and our row still offers it.
            begun = self._platform.delete_website(f"{key}:delete", instance, website_id)
            finished(self._platform, instance, begun, self._pause)
        with self._store.writing() as session:
            portal, latest = self._held(session, portal_id)
            if portal.state != "deleted":
                _require_idle(latest)
                self._mark_deleted(session, portal, actor, act, why)

    def _mark_deleted(
        self, session: Session, portal: Portal, actor: Actor, act: str, why: dict[str, Any]
    ) -> None:
        now = self._store.clock()
        portal.state, portal.verdict, portal.deleted_at, portal.changed_at = "deleted", None, now, now
        portal.website_id = None
        session.add_all((portal, self._released(portal, portal.subdomain, now)))
        details = {**why, "subdomain": portal.subdomain, "domains": list(_domains(session, portal.id or 0))}
        connection = session.connection()
        connection.execute(
            sa.update(Application).where(col(Application.portal_id) == portal.id).values(portal_id=None)
        )
        connection.execute(sa.delete(CustomDomain).where(col(CustomDomain.portal_id) == portal.id))
        search_text.refresh(session, portal.id or 0)
        session.add(_event(now, actor, act, portal, None, details))

    def _released(self, portal: Portal, subdomain: str, now: datetime) -> ReleasedSubdomain:
        free_at = now + timedelta(seconds=self._name_purge_s)
        return ReleasedSubdomain(subdomain=subdomain, portal_id=portal.id or 0, free_at=free_at)

    def _judge(self, request: StartProvisioning, new: dict[str, Any], actor: Actor, *, force: bool) -> None:
        """The preflight of what is new: the portal's own name and licence are its already."""
        own = {"application"} if "subdomain" in new else {"application", "subdomain-free"}
        found: list[PorticoError] = [
            judged.error
            for judged in self._checks.judge(replace(request, application=None), actor)
            if judged.error is not None
            and judged.check.id not in own
            and not (force and judged.check.is_forceable)
        ]
        if found:
            raise found[0] if len(found) == 1 else SeveralErrors(found)

    def _apply(
        self, session: Session, portal: Portal, latest: Run, new: dict[str, Any], actor: Actor, *, force: bool
    ) -> str:
        now = self._store.clock()
        if "subdomain" in new:
            self._store.queue_up(session, f"subdomain:{new['subdomain']}")
            subdomains.require_free_in_store(session, new["subdomain"], now)
            session.add(self._released(portal, portal.subdomain, now))
        before = values_of(portal)
        for field, value in new.items():
            setattr(portal, "template" if field == "portal" else field, value)
        if "portal" in new and portal.website_id is None:
            # With a website, the run's first step does it once that is empty.
            asked = self._catalogue.portal(portal.template).solutions
            installations.lost_content(session, portal.id or 0, but=asked)
        portal.state = "configuring"
        run = add_run(
            session,
            self._catalogue,
            portal,
            kind="change",
            requested_by=actor.email,
            values=values_of(portal) | {"force": force},
            now=now,
            based_on=latest,
            website_first=website_first(portal, new),
        )
        changed = {field: [before[field], value] for field, value in new.items()}
        self._begun(session, portal, run, actor, "change-and-restart", {"changes": changed})
        return run.id

    def _begun(
        self, session: Session, portal: Portal, run: Run, actor: Actor, act: str, details: dict[str, Any]
    ) -> None:
        portal.verdict, portal.changed_at = "getting-set-up", run.created_at
        session.add(portal)
        numbered = {"number": run.number, **details}
        session.add(_event(run.created_at, actor, act, portal, run.id, numbered))

    def _held(self, session: Session, portal_id: int) -> tuple[Portal, Run]:
        """The portal and its latest run, which nobody else changes before this transaction has ended."""
        self._store.queue_up(session, f"portal:{portal_id}")
        session.get(Portal, portal_id, with_for_update=True)
        portal, latest = _portal_and_latest(session, portal_id)
        session.refresh(latest, with_for_update=True)
        return portal, latest

    def _require_administrator(self, portal_id: int, actor: Actor) -> None:
        with self._store.reading() as session:
            slug = _get(session, portal_id).instance
        require_system_administrator(actor, self._directory.get(slug).instance)


def _require_idle(latest: Run) -> None:
    if latest.ended_at is None:
        raise Conflict("A run of this portal is under way. Cancel it first, then delete.", field="id")


def _domains(session: Session, portal_id: int) -> tuple[str, ...]:
    query = select(CustomDomain.domain).where(col(CustomDomain.portal_id) == portal_id)
    return tuple(session.exec(query.order_by(col(CustomDomain.domain))).all())


def _portal_and_latest(session: Session, portal_id: int) -> tuple[Portal, Run]:
    portal = _get(session, portal_id)
    query = select(Run).where(col(Run.portal_id) == portal_id).order_by(col(Run.number).desc()).limit(1)
    return portal, session.exec(query).one()


def _get(session: Session, portal_id: int) -> Portal:
    portal = find_row(session, Portal, portal_id)
    if portal is None:
        raise NotFound(f"There is no portal {portal_id}. `portals list` shows those there are.", field="id")
    return portal


def _event(
    at: datetime, actor: Actor, act: str, portal: Portal, run_id: str | None, details: dict[str, Any]
) -> Event:
    return Event(
        at=at,
        actor=actor.email,
        act=act,
        portal_id=portal.id,
        run_id=run_id,
        instance=portal.instance,
        details=details,
    )
