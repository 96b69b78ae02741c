"""After the last solution is installed, the portal goes live by itself: a run from the sample data on (R25)."""

from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from core.catalogue import Catalogue
from core.provisioning.plan import plan_steps
from core.provisioning.runs import add_run
from core.storage.tables import Event, Installation, InstallationPortal, Portal, Run


def begin(
    session: Session, catalogue: Catalogue, instance: str, requested_by: str, now: datetime
) -> tuple[str, ...]:
    """Add a run for each portal of the instance that only waited for solutions which now stand; their ids.

    In the caller's transaction. A portal whose run is under way is left alone, so nobody is healed twice.
    """
    begun = []
    for portal in _waiting(session, instance):
        latest = session.exec(_latest(portal)).one()
        if latest.ended_at is None or (latest.error or {}).get("kind") != "refused":
            continue
        brought = _brought(session, portal)
        if brought is None:
            continue
        steps = plan_steps(catalogue, portal.template)
        has_website = portal.website_id is not None  # a demo's has none, and gets one now
        done = {
            s.position for s in steps if has_website and (s.kind == "create-website" or s.solution in brought)
        }
        values = latest.values | {"language": portal.language, "administrator": portal.administrator}
        run = add_run(
            session,
            catalogue,
            portal,
            kind="heal",
            requested_by=requested_by,
            values=values,
            now=now,
            based_on=latest,
            done=done,
        )
        portal.verdict, portal.changed_at = "getting-set-up", now
        session.add_all((portal, _event(run, portal, requested_by, now)))
        begun.append(run.id)
    return tuple(begun)


def _waiting(session: Session, instance: str) -> list[Portal]:
    query = select(Portal).where(
        col(Portal.instance) == instance,
        col(Portal.state) == "provisioned",
        col(Portal.verdict) == "failed",
    )
    return list(session.exec(query.order_by(col(Portal.id)).with_for_update()).all())


def _latest(portal: Portal) -> SelectOfScalar[Run]:
    query = select(Run).where(col(Run.portal_id) == portal.id)
    return query.order_by(col(Run.number).desc()).limit(1)


def _brought(session: Session, portal: Portal) -> frozenset[str] | None:
    """The solutions whose content the portal has; None while one that it asked for does not stand."""
    rows = session.exec(
        select(Installation.solution, Installation.state, InstallationPortal.content_at)
        .join(InstallationPortal, col(InstallationPortal.installation_id) == col(Installation.id))
        .where(col(InstallationPortal.portal_id) == portal.id)
    ).all()
    if not rows or any(state != "installed" for _, state, _ in rows):
        return None
    return frozenset(solution for solution, _, content_at in rows if content_at is not None)


def _event(run: Run, portal: Portal, by: str, now: datetime) -> Event:
    return Event(
        at=now,
        actor=by,
        act="heal",
        portal_id=portal.id,
        run_id=run.id,
        instance=portal.instance,
        details={"number": run.number, "from": run.from_position},
    )
