"""Licences as people look at them (R4, R6): a page of the list, how many are free, and which would be taken."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func

from core.insight import summaries
from core.insight.models import ApplicationSummary, LicenceCounts
from core.portals.licences import TYPES
from core.storage.store import LARGEST_KEY
from core.storage.tables import Application, Portal

_FREE = col(Application.portal_id).is_(None)


def some(
    session: Session,
    visible: frozenset[str] | None,
    *,
    limit: int | None,
    offset: int,
    ids: Collection[int] | None,
) -> tuple[ApplicationSummary, ...]:
    """The licences in order, or those of these ids; a portal in an instance that is not visible is not named."""
    query = _with_portals().order_by(col(Application.id)).limit(limit).offset(offset)
    if ids is not None:
        query = query.where(col(Application.id).in_(ids))
    rows = session.connection().execute(query).all()
    return tuple(summaries.application_summary(tuple(row), visible) for row in rows)


def counts(session: Session) -> LicenceCounts:
    """How many there are, and how many of each type are free."""
    total = session.connection().execute(sa.select(func.count()).select_from(Application)).scalar_one()
    return LicenceCounts(total, _free(session))


def on_offer(session: Session, wanted: int | None) -> tuple[tuple[ApplicationSummary, ...], dict[str, int]]:
    """The first free licence of each type, or the one that is wanted in its place; and how many are free of each."""
    free = _free(session)
    found: dict[str, ApplicationSummary] = {}
    for type_ in free:
        query = _with_portals().where(_FREE, col(Application.type) == type_)
        first = session.connection().execute(query.order_by(col(Application.id)).limit(1)).first()
        if first is not None:
            found[type_] = summaries.application_summary(tuple(first), None)
    if wanted is not None and 0 < wanted <= LARGEST_KEY:
        named = (
            session.connection().execute(_with_portals().where(_FREE, col(Application.id) == wanted)).first()
        )
        if named is not None:
            found[named.type] = summaries.application_summary(tuple(named), None)
    return tuple(found.values()), free


def _free(session: Session) -> dict[str, int]:
    """By type, how many are free, where any is; by their own index."""
    found = {}
    for type_ in TYPES:
        query = sa.select(func.count()).select_from(Application).where(_FREE, col(Application.type) == type_)
        found[type_] = int(session.connection().execute(query).scalar_one())
    return {type_: number for type_, number in found.items() if number}


def _with_portals() -> Any:
    return sa.select(
        col(Application.id),
        col(Application.type),
        col(Application.created_at),
        col(Application.portal_id),
        col(Portal.name),
        col(Portal.state),
        col(Portal.instance),
    ).outerjoin(Portal, col(Portal.id) == col(Application.portal_id))
