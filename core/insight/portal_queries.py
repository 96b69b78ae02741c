"""Lists of portals: one predicate for what is shown, counted and exported."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from core.errors import InvalidValue
from core.insight.history import history_of
from core.insight.models import PortalFilter
from core.insight.verdicts import pace
from core.storage.tables import Portal, Run

COLUMNS: dict[str, Any] = {
    "id": Portal.id,
    "name": Portal.name,
    "state": Portal.state,
    "verdict": Portal.verdict,
    "subdomain": Portal.subdomain,
    "type": Portal.type,
    "instance": Portal.instance,
    "language": Portal.language,
    "administrator": Portal.administrator,
    "audience": Portal.audience,
    "portal": Portal.template,
    "created_at": Portal.created_at,
    "provisioned_at": Portal.provisioned_at,
}
FACETS = ("state", "verdict", "instance", "portal", "audience", "language", "type")


@dataclass(frozen=True)
class Pace:
    """The portals under way that are slower than their kind, by id."""

    slow: frozenset[int]
    stuck: frozenset[int]


def paces(session: Session, now: datetime) -> Pace:
    """Which of the portals under way are slow, and which stuck."""
    runs = session.exec(select(Run).where(col(Run.ended_at).is_(None))).all()
    histories = {template: history_of(session, template) for template in {run.template for run in runs}}
    found = [(run.portal_id, pace(run, histories[run.template], now)) for run in runs]
    return Pace(frozenset(i for i, p in found if p == "slow"), frozenset(i for i, p in found if p == "stuck"))


def where(wanted: PortalFilter, visible: frozenset[str] | None, pace_: Pace) -> list[Any]:
    """The predicate: every clause must hold."""
    clauses: list[Any] = []
    if visible is not None:
        clauses.append(col(Portal.instance).in_(visible))
    if wanted.states:
        clauses.append(col(Portal.state).in_(wanted.states))
    if wanted.instances:
        clauses.append(col(Portal.instance).in_(wanted.instances))
    if wanted.portals:
        clauses.append(col(Portal.template).in_(wanted.portals))
    if wanted.verdicts:
        clauses.append(verdict_expression(pace_).in_(wanted.verdicts))
    if wanted.search.strip():
        clauses.append(_matches(wanted.search.strip()))
    return clauses


def verdict_expression(pace_: Pace) -> Any:
    """The verdict as SQL: the one kept, but slow or stuck where the run's pace says so."""
    whens = [
        (col(Portal.id).in_(ids), name) for ids, name in ((pace_.stuck, "stuck"), (pace_.slow, "slow")) if ids
    ]
    kept = sa.case((col(Portal.state) == "deleted", None), else_=col(Portal.verdict))
    return sa.case(*whens, else_=kept) if whens else kept


def ordered(query: SelectOfScalar[Portal], sort: str) -> SelectOfScalar[Portal]:
    """Sorted by a field, `-field` downwards; ties by id. Raises InvalidValue for an unknown field."""
    name = sort.removeprefix("-")
    if name not in COLUMNS:
        raise InvalidValue(
            f"Portals can't be sorted by '{name}'. Choose one of: {', '.join(COLUMNS)}.", field="sort"
        )
    key = sa.func.lower(COLUMNS[name]) if name == "name" else COLUMNS[name]
    order: Iterable[Any] = (
        (key.desc(), col(Portal.id).desc()) if sort.startswith("-") else (key.asc(), col(Portal.id).asc())
    )
    return query.order_by(*order)


def _matches(text: str) -> Any:
    escaped = text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    columns = (Portal.name, Portal.subdomain, Portal.administrator)
    return sa.or_(*(sa.func.lower(column).like(f"%{escaped}%", escape="\\") for column in columns))
