"""How many match, in all and by value."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func

from core.insight.inventory.predicate import FACETS, Predicate
from core.storage.tables import Portal


def counted(session: Session, matching: Predicate, facet: str) -> dict[str, int]:
    """How many of the portals that match have each value of the facet; those without one stand under ''."""
    value: Any = col(FACETS[facet][2])
    if facet == "verdict" and matching.paced:
        value = sa.case(
            {one.id: one.verdict for one in matching.paced.values()}, value=col(Portal.id), else_=value
        )
    query = sa.select(value, func.count()).select_from(Portal).where(*matching.clauses()).group_by(value)
    found = session.connection().execute(query).all()
    return {"" if one is None else str(one): number for one, number in found}
