"""Portals as a bulk action reads them: many at once, and no more of each than it needs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col

from core.portals import installation_rows
from core.storage.tables import Installation, InstallationPortal, Portal, Run

AT_ONCE = 500
T = TypeVar("T")


@dataclass(frozen=True)
class Subject:
    """A portal of the list."""

    id: int
    name: str
    subdomain: str
    instance: str
    language: int
    state: str


@dataclass(frozen=True)
class Latest:
    """A portal's latest run."""

    state: str
    ended_at: datetime | None
    error: dict[str, Any] | None


def handfuls(things: Sequence[T], size: int = AT_ONCE) -> Iterator[Sequence[T]]:
    """The things in order, so many at a time."""
    return (things[start : start + size] for start in range(0, len(things), size))


def subjects(session: Session, portal_ids: Sequence[int]) -> dict[int, Subject]:
    """The portals of these ids; one that is not there is not among them."""
    query = sa.select(
        col(Portal.id),
        col(Portal.name),
        col(Portal.subdomain),
        col(Portal.instance),
        col(Portal.language),
        col(Portal.state),
    )
    found: dict[int, Subject] = {}
    for some in handfuls(portal_ids):
        for key, name, subdomain, instance, language, state in session.connection().execute(
            query.where(col(Portal.id).in_(some))
        ):
            portal_id = int(key or 0)
            found[portal_id] = Subject(portal_id, name, subdomain, instance, language, state)
    return found


def latest_runs(session: Session, portal_ids: Sequence[int]) -> dict[int, Latest]:
    """Each portal's latest run."""
    found: dict[int, Latest] = {}
    for some in handfuls(portal_ids):
        last = (
            sa.select(col(Run.portal_id), sa.func.max(col(Run.number)).label("number"))
            .where(col(Run.portal_id).in_(some))
            .group_by(col(Run.portal_id))
            .subquery()
        )
        query = sa.select(col(Run.portal_id), col(Run.state), col(Run.ended_at), col(Run.error)).join(
            last, (col(Run.portal_id) == last.c.portal_id) & (col(Run.number) == last.c.number)
        )
        found |= {row[0]: Latest(*row[1:]) for row in session.connection().execute(query)}
    return found


def failed_installations(
    session: Session, portal_ids: Sequence[int], but: frozenset[int] | None = None
) -> dict[int, dict[int, tuple[str, str]]]:
    """By portal, the failed installations behind it: their ids, each with its instance and solution.

    With `but`, only those among these ids.
    """
    found: dict[int, dict[int, tuple[str, str]]] = {}
    for some in handfuls(portal_ids):
        query = (
            sa.select(
                col(InstallationPortal.portal_id),
                col(Installation.id),
                col(Installation.instance),
                col(Installation.solution),
            )
            .join(Installation, col(Installation.id) == col(InstallationPortal.installation_id))
            .outerjoin(Run, col(Run.id) == col(Installation.run_id))
            .where(col(InstallationPortal.portal_id).in_(some), installation_rows.is_failed())
            .order_by(col(Installation.id))
        )
        for portal_id, one, instance, solution in session.connection().execute(query):
            if but is None or one in but:
                found.setdefault(portal_id, {})[int(one or 0)] = (instance, solution)
    return found
