"""What becomes of a portal after its submit: restart, change values and restart, cancel, delete (R21–R23)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from core.access import Actor, require_system_administrator
from core.catalogue import Catalogue
from core.directory.directory import Directory
from core.errors import (
    Conflict,
    InvalidValue,
    NotFound,
    PlatformRefused,
    PorticoError,
    SeveralErrors,
    UrlImmutable,
)
from core.platforms.port import Operation, Platform
from core.portals import names, subdomains
from core.portals.commands import StartProvisioning
from core.portals.preflight import PreflightChecks
from core.provisioning.ending import cancel_unclaimed
from core.provisioning.plan import WebsiteFirst
from core.provisioning.runs import add_run
from core.storage.store import Store
from core.storage.tables import Application, Event, Portal, ReleasedSubdomain, Run, RunStep

POLL_S = 0.1
MAX_REASON = 500
# What only the name and the administrator touch: the website and its content can stay.
LIGHT_CHANGES = frozenset({"name", "administrator"})
CHANGEABLE = frozenset({"name", "subdomain", "language", "administrator", "audience", "portal"})


@dataclass(frozen=True)
class Change:
    """One value of *Change Values and Restart Provisioning*, as shown before it starts (R23)."""

    field: str
    before: Any
    after: Any


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

    def restart(self, portal_id: int, actor: Actor) -> str:
        """*Restart Provisioning*: the next run, from the first unfinished step (R22); returns its id.

        A run that is under way is returned unchanged. Raises Conflict where there is nothing to restart.
        """
        self._require_administrator(portal_id, actor)
        with self._store.writing() as session:
            portal, latest = _portal_and_latest(session, portal_id)
            if latest.ended_at is None:
                return latest.id
            _require_restartable(portal, latest)
            run = add_run(
                session,
                self._catalogue,
                portal,
                kind="restart",
                requested_by=actor.email,
                values=latest.values | {"name": portal.name},
                now=self._store.clock(),
                based_on=latest,
                done=_done(session, latest),
            )
            portal.state = "configuring" if portal.provisioned_at is None else portal.state
            self._begun(
                session, portal, run, actor, "restart", {"number": run.number, "from": run.from_position}
            )
            run_id = run.id
        self._nudge()
        return run_id

    def changes(self, portal_id: int, wanted: StartProvisioning) -> tuple[Change, ...]:
        """What would change, in the form's order; empty values stay as they are."""
        with self._store.reading() as session:
            before = _values(_get(session, portal_id))
        after = {key: value for key, value in wanted.values().items() if value not in (None, "")}
        if "instance" in after and after["instance"] != before["instance"]:
            raise InvalidValue(
                "A portal's instance can't change. Delete the portal and provision a new one.",
                field="instance",
            )
        if "subdomain" in after:
            after["subdomain"] = names.check_subdomain(after["subdomain"])
        return tuple(
            Change(k, before[k], after[k])
            for k in before
            if k in CHANGEABLE and after.get(k, before[k]) != before[k]
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
        changed = self.changes(portal_id, wanted)
        new = {change.field: change.after for change in changed}
        with self._store.reading() as session:
            portal, latest = _portal_and_latest(session, portal_id)
            _require_changeable(portal, latest, new)
            values = _values(portal) | new
        self._judge(StartProvisioning(**values), {change.field for change in changed}, actor, force=force)
        try:
            with self._store.writing() as session:
                portal, latest = _portal_and_latest(session, portal_id)
                _require_changeable(portal, latest, new)
                run_id = self._apply(session, portal, latest, new, actor, force=force)
        except IntegrityError as error:
            if "uq_portal_subdomain" in str(error.orig):
                raise subdomains.taken(new["subdomain"]) from error
            raise
        self._nudge()
        return run_id

    def cancel(self, portal_id: int, actor: Actor) -> None:
        """Cancel the run that is under way; what it has done so far stands, and it can be restarted."""
        self._require_administrator(portal_id, actor)
        with self._store.writing() as session:
            portal, latest = _portal_and_latest(session, portal_id)
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

    def delete(self, portal_id: int, reason: str, actor: Actor) -> None:
        """Delete the portal's website; the portal stays in the history, its licence is free at once.

        Its subdomain is free again after the purge time. A run under way must be cancelled first. Idempotent.
        """
        self._require_administrator(portal_id, actor)
        if len(reason) > MAX_REASON:
            raise InvalidValue(
                f"The reason has {len(reason)} characters; {MAX_REASON} are the most. Shorten it.",
                field="reason",
            )
        with self._store.reading() as session:
            portal, latest = _portal_and_latest(session, portal_id)
            if portal.state == "deleted":
                return
            if latest.ended_at is None:
                raise Conflict("A run of this portal is under way. Cancel it first, then delete.", field="id")
            instance, website_id, key = portal.instance, portal.website_id, portal.key
        if website_id is not None:
            self._finish(self._platform.delete_website(f"{key}:delete", instance, website_id), instance)
        with self._store.writing() as session:
            self._mark_deleted(session, _get(session, portal_id), reason, actor)

    def _mark_deleted(self, session: Session, portal: Portal, reason: str, actor: Actor) -> None:
        if portal.state == "deleted":
            return
        now = self._store.clock()
        portal.state, portal.verdict, portal.deleted_at, portal.changed_at = "deleted", None, now, now
        session.add(portal)
        session.add(self._released(portal, portal.subdomain, now))
        session.connection().execute(
            sa.update(Application).where(col(Application.portal_id) == portal.id).values(portal_id=None)
        )
        session.add(
            _event(now, actor, "delete", portal, None, {"reason": reason, "subdomain": portal.subdomain})
        )

    def _released(self, portal: Portal, subdomain: str, now: datetime) -> ReleasedSubdomain:
        free_at = now + timedelta(seconds=self._name_purge_s)
        return ReleasedSubdomain(subdomain=subdomain, portal_id=portal.id or 0, free_at=free_at)

    def _judge(self, request: StartProvisioning, changed: set[str], actor: Actor, *, force: bool) -> None:
        """The preflight of what is new: the portal's own name and licence are its already."""
        own = {"application"} | ({"subdomain-free"} if "subdomain" not in changed else set())
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
            subdomains.require_free_in_store(session, new["subdomain"], now)
            session.add(self._released(portal, portal.subdomain, now))
        before = _values(portal)
        for field, value in new.items():
            setattr(portal, "template" if field == "portal" else field, value)
        portal.state, portal.verdict, portal.changed_at = "configuring", "getting-set-up", now
        session.add(portal)
        run = add_run(
            session,
            self._catalogue,
            portal,
            kind="change",
            requested_by=actor.email,
            values=_values(portal) | {"force": force},
            now=now,
            based_on=latest,
            website_first=_website_first(portal, new),
        )
        changed = {field: [before[field], value] for field, value in new.items()}
        self._begun(
            session, portal, run, actor, "change-and-restart", {"number": run.number, "changes": changed}
        )
        return run.id

    def _begun(
        self, session: Session, portal: Portal, run: Run, actor: Actor, act: str, details: dict[str, Any]
    ) -> None:
        portal.verdict, portal.changed_at = "getting-set-up", run.created_at
        session.add(portal)
        session.add(_event(run.created_at, actor, act, portal, run.id, details))

    def _finish(self, operation: Operation, instance: str) -> None:
        while not operation.has_ended:
            self._pause(POLL_S)
            operation = self._platform.operation(instance, operation.key)
        if operation.fault is not None:
            raise PlatformRefused(
                f"The platform refused ({operation.fault.code_hex}): {operation.fault.text}"
            )

    def _require_administrator(self, portal_id: int, actor: Actor) -> None:
        with self._store.reading() as session:
            slug = _get(session, portal_id).instance
        require_system_administrator(actor, self._directory.get(slug).instance)


def is_refused(run: Run) -> bool:
    """Whether the run failed only because the platform refused solutions: retry (R25) is offered, not a restart."""
    return run.state == "failed" and (run.error or {}).get("kind") == "refused"


def is_restartable(portal_state: str, run: Run) -> bool:
    """Whether R22 is offered: the latest run broke or was cancelled."""
    return portal_state != "deleted" and run.state in ("failed", "cancelled") and not is_refused(run)


def _require_restartable(portal: Portal, latest: Run) -> None:
    if portal.state == "deleted":
        raise Conflict("The portal was deleted. Provision a new one.", field="id")
    if latest.ended_at is None:
        raise Conflict("A run of this portal is under way. Wait for its end, or cancel it first.", field="id")
    if latest.state == "succeeded":
        raise Conflict("The portal is provisioned, so there is nothing to restart.", field="id")
    if is_refused(latest):
        raise Conflict(
            "The process went through; solutions are Install Failed. Retry these in Solution Management.",
            field="id",
        )


def _require_changeable(portal: Portal, latest: Run, new: Mapping[str, Any]) -> None:
    if portal.provisioned_at is not None and "subdomain" in new:
        raise UrlImmutable(
            f"The URL of a provisioned portal never changes; '{portal.subdomain}' stays. Add a custom domain instead."
        )
    _require_restartable(portal, latest)
    if portal.provisioned_at is not None:
        raise Conflict("The portal is provisioned: restart it with the values that it has.", field="id")


def _website_first(portal: Portal, new: Mapping[str, Any]) -> WebsiteFirst | None:
    """What becomes of the old website before the fresh start (R23)."""
    if portal.website_id is None or set(new) <= LIGHT_CHANGES:
        return None
    return "delete-website" if "subdomain" in new else "clear-website"


def _done(session: Session, run: Run) -> frozenset[int]:
    """The steps before the first unfinished one, by position."""
    rows = session.exec(
        select(RunStep.position, RunStep.state)
        .where(col(RunStep.run_id) == run.id)
        .order_by(col(RunStep.position))
    ).all()
    return frozenset(position for position, _ in takewhile(lambda row: row[1] == "done", rows))


def _portal_and_latest(session: Session, portal_id: int) -> tuple[Portal, Run]:
    portal = _get(session, portal_id)
    query = select(Run).where(col(Run.portal_id) == portal_id).order_by(col(Run.number).desc()).limit(1)
    return portal, session.exec(query).one()


def _get(session: Session, portal_id: int) -> Portal:
    portal = session.get(Portal, portal_id)
    if portal is None:
        raise NotFound(f"There is no portal {portal_id}. `portals list` shows those there are.", field="id")
    return portal


def _values(portal: Portal) -> dict[str, Any]:
    return {
        "name": portal.name,
        "subdomain": portal.subdomain,
        "instance": portal.instance,
        "language": portal.language,
        "administrator": portal.administrator,
        "audience": portal.audience,
        "portal": portal.template,
    }


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
