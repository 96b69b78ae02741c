"""Licences as people look at them (R4, R6): a page of the list, how many are free, and which would be taken."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func

from core.insight import summaries
from core.insight.models import ApplicationSummary, LicenceCounts
from core.portals.licences import count_free, first_free
from core.storage.store import LARGEST_KEY
from core.storage.tables import Application, Portal


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
    return LicenceCounts(total, count_free(session))


def on_offer(session: Session, wanted: int | None) -> tuple[tuple[ApplicationSummary, ...], dict[str, int]]:
    """The first free licence of each type, or the one that is wanted in its place; and how many are free of each."""
    free = count_free(session)
    ids = [first_free(session, type_) for type_ in free]
    if wanted is not None and 0 < wanted <= LARGEST_KEY:
        ids.append(wanted)
    query = _with_portals().where(col(Application.id).in_(ids), col(Application.portal_id).is_(None))
    rows = session.connection().execute(query).all()
    found = [summaries.application_summary(tuple(row), None) for row in rows]
    found.sort(key=lambda one: one.id == wanted)  # the one that is wanted comes last, and so stays
    by_type = {one.type: one for one in found}
    return tuple(by_type[type_] for type_ in free if type_ in by_type), free


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
