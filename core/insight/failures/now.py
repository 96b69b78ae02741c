"""What is broken now, from the rows that say so: refused installations, and portals and imports whose last run broke."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from core.insight.failures.models import Failure, FailureFilter
from core.insight.installation_models import PortalName
from core.insight.naming import display_name
from core.provisioning.queries import imports_under_way
from core.storage.failure_tables import Failure as Kept
from core.storage.tables import Installation, InstallationPortal, Portal, Run

Key = tuple[str, str]  # instance, solution
# Columns, not objects: there can be thousands, and the page groups them anew at every run.
_INSTALLATION: Any = sa.inspect(Installation).local_table
_PORTAL: Any = (
    col(Portal.id).label("portal_id"),
    *(getattr(Portal, name) for name in ("name", "state", "instance", "template", "language")),
)
_RUN: Any = (
    col(Run.id).label("run_id"),
    *(getattr(Run, name) for name in ("ended_at", "created_at", "error")),
)


def refused(
    session: Session, wanted: FailureFilter, visible: frozenset[str] | None, most: int
) -> list[Failure]:
    """The installations that stand as Install Failed (R25), the latest first."""
    query = sa.select(_INSTALLATION).where(col(Installation.state) == "install-failed")
    query = _matching(query, wanted, visible, col(Installation.instance))
    if wanted.solutions:
        query = query.where(col(Installation.solution).in_(wanted.solutions))
    if wanted.causes:
        query = query.where(sa.func.coalesce(col(Installation.cause), "unknown").in_(wanted.causes))
    query = query.order_by(col(Installation.ended_at).desc()).limit(most)
    rows = session.connection().execute(query).all()
    portals = waiting_portals(session, [row.id for row in rows])
    coming = imports_under_way(session, {row.instance for row in rows})
    tried = _attempts(session, rows)
    found = [_of_installation(row, portals.get(row.id, _NOBODY), coming, tried) for row in rows]
    return [one for one in found if _fits(one, wanted)]


def broken_portals(
    session: Session, wanted: FailureFilter, visible: frozenset[str] | None, most: int
) -> list[Failure]:
    """The portals whose latest run broke (R21), the latest first."""
    latest = select(func.max(Run.number)).where(col(Run.portal_id) == Portal.id).correlate(Portal)
    # From what is open, the latest first: by the portals' own indexes every failed portal would be read.
    is_failed = func.coalesce(Portal.verdict, "") == "failed"
    stands = func.coalesce(Portal.state, "").in_(("provisioning-failed", "provisioned"))
    query = (
        sa.select(*_PORTAL, *_RUN)
        .select_from(Kept)
        .join(Run, col(Run.id) == col(Kept.run_id))
        .join(Portal, col(Portal.id) == col(Run.portal_id))
        .where(_broke(), col(Kept.healed_at).is_(None), is_failed, stands)
        .where(col(Run.number) == latest.scalar_subquery())
    )
    query = _matching(query, wanted, visible, col(Kept.instance))
    if wanted.portals:
        query = query.where(col(Kept.template).in_(wanted.portals))
    rows = session.connection().execute(query.order_by(col(Kept.last_at).desc()).limit(most)).all()
    tries = _broken_in_a_row(session, [row.portal_id for row in rows])
    found = [_of_portal(row, *tries.get(row.portal_id, (1, row.ended_at))) for row in rows]
    return [one for one in found if _fits(one, wanted)]


def broken_imports(
    session: Session, wanted: FailureFilter, visible: frozenset[str] | None, most: int
) -> list[Failure]:
    """The installs and retries that broke and left something waiting, the latest first."""
    query = (
        select(Run, Installation)
        .join(Installation, col(Installation.run_id) == col(Run.id))
        .join(Kept, (col(Kept.run_id) == col(Run.id)) & _broke())
        .where(col(Run.portal_id).is_(None), col(Installation.state) == "waiting")
    )
    query = _matching(query, wanted, visible, col(Run.instance))
    by_run: dict[str, tuple[Run, list[Installation]]] = {}
    for run, row in session.exec(query.order_by(col(Run.ended_at).desc()).limit(most)).all():
        by_run.setdefault(run.id, (run, []))[1].append(row)
    portals = waiting_portals(session, [row.id or 0 for _, rows in by_run.values() for row in rows])
    coming = imports_under_way(session, {run.instance for run, _ in by_run.values()})
    found = [_of_import(run, rows, portals, coming) for run, rows in by_run.values()]
    return [one for one in found if _fits(one, wanted)]


@dataclass(frozen=True)
class Waiting:
    """The portals that asked for an installation and are not deleted, the first first; and the template of that one."""

    portals: tuple[int, ...] = ()
    template: str | None = None


_NOBODY = Waiting()


def waiting_portals(session: Session, ids: Collection[int]) -> Mapping[int, Waiting]:
    """By installation, who waits for it. By number only: many thousands can wait for one."""
    query: Any = (
        sa.select(col(InstallationPortal.installation_id), col(InstallationPortal.portal_id))
        .join(Portal, col(Portal.id) == col(InstallationPortal.portal_id))
        .where(col(InstallationPortal.installation_id).in_(ids), col(Portal.state) != "deleted")
        .order_by(col(InstallationPortal.asked_at), col(Portal.id))
    )
    found: dict[int, list[int]] = defaultdict(list)
    for installation_id, portal_id in session.connection().execute(query).all():
        found[installation_id].append(portal_id)
    first = {portals[0] for portals in found.values()}
    templates = dict(session.exec(select(Portal.id, Portal.template).where(col(Portal.id).in_(first))).all())
    return {one: Waiting(tuple(portals), templates[portals[0]]) for one, portals in found.items()}


def _matching(query: Any, wanted: FailureFilter, visible: frozenset[str] | None, instance: Any) -> Any:
    if visible is not None:
        query = query.where(instance.in_(visible))
    return query.where(instance.in_(wanted.instances)) if wanted.instances else query


def _broke() -> Any:
    return col(Kept.kind) == "run"


def _fits(failure: Failure, wanted: FailureFilter) -> bool:
    return (
        (not wanted.portals or failure.template in wanted.portals)
        and (not wanted.solutions or failure.solution in wanted.solutions)
        and (not wanted.causes or failure.cause in wanted.causes)
        and (not wanted.languages or failure.language in wanted.languages)
        and (not wanted.versions or failure.version in wanted.versions)
        and (wanted.failed_after is None or failure.failed_at >= wanted.failed_after)
        and (wanted.failed_before is None or failure.failed_at < wanted.failed_before)
    )


def _attempts(session: Session, rows: Sequence[Any]) -> dict[Key, tuple[int, datetime]]:
    """How often each was refused since it last stood there, and when first."""
    query = select(Kept.instance, Kept.solution, Kept.attempts, Kept.failed_at).where(
        col(Kept.kind) == "installation",
        col(Kept.healed_at).is_(None),
        col(Kept.instance).in_({row.instance for row in rows}),
        col(Kept.solution).in_({row.solution for row in rows}),
    )
    return {(i, str(solution)): (attempts, at) for i, solution, attempts, at in session.exec(query)}


def _broken_in_a_row(session: Session, ids: Collection[int]) -> dict[int, tuple[int, datetime]]:
    """By portal, how many runs broke since one last went through, and when first."""
    query: Any = (
        sa.select(col(Kept.portal_id), func.count(), func.min(col(Kept.failed_at)))
        .where(col(Kept.portal_id).in_(ids), _broke(), col(Kept.healed_at).is_(None))
        .group_by(col(Kept.portal_id))
    )
    return {portal_id: (number, first) for portal_id, number, first in session.connection().execute(query)}


def _of_installation(
    row: Any,
    waiting: Waiting,
    coming: Mapping[Key, str],
    tried: Mapping[Key, tuple[int, datetime]],
) -> Failure:
    last_at = row.ended_at or row.created_at
    attempts, first = tried.get((row.instance, row.solution), (max(row.attempts, 1), last_at))
    return Failure(
        kind="installation",
        key=str(row.id),
        instance=row.instance,
        solution=row.solution,
        template=waiting.template,
        language=row.language,
        version=row.version,
        cause=row.cause or "unknown",
        error=row.error or {},
        failed_at=first,
        last_at=last_at,
        attempts=attempts,
        portals=waiting.portals,
        installations=(row.id,),
        knock_on_of=row.knock_on_of,
        is_under_way=(row.instance, row.solution) in coming,
    )


def _of_portal(row: Any, attempts: int, first: datetime | None) -> Failure:
    error = row.error or {}
    last_at = row.ended_at or row.created_at
    step = str(error.get("step", ""))
    return Failure(
        kind="run",
        key=row.run_id,
        instance=row.instance,
        solution=step.removeprefix("install-") if step.startswith("install-") else None,
        template=row.template,
        language=row.language,
        version=None,
        cause=str(error.get("cause") or "unknown"),
        error=error,
        failed_at=first or last_at,
        last_at=last_at,
        attempts=attempts,
        portals=(row.portal_id,),
        portal=PortalName(row.portal_id, display_name(row.name, row.state)),
    )


def _of_import(
    run: Run,
    rows: Sequence[Installation],
    portals: Mapping[int, Waiting],
    coming: Mapping[Key, str],
) -> Failure:
    error = run.error or {}
    last_at = run.ended_at or run.created_at
    step = str(error.get("step", ""))
    at = next((row for row in rows if step == f"install-{row.solution}"), rows[0])
    waiting = [portals.get(row.id or 0, _NOBODY) for row in rows]
    return Failure(
        kind="run",
        key=run.id,
        instance=run.instance,
        solution=at.solution,
        template=next((one.template for one in waiting if one.portals), None),
        language=at.language,
        version=at.version,
        cause=str(error.get("cause") or "unknown"),
        error=error,
        failed_at=last_at,
        last_at=last_at,
        attempts=1,
        portals=tuple(dict.fromkeys(id_ for one in waiting for id_ in one.portals)),
        installations=tuple(row.id or 0 for row in rows),
        is_under_way=any((run.instance, row.solution) in coming for row in rows),
    )
