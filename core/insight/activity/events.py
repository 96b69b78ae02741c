"""The latest of what everybody did, where the reader may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.access import Actor
from core.directory.directory import Directory
from core.insight.naming import display_name
from core.storage.store import Store
from core.storage.tables import Event, Portal

VISIBILITY_AGE_S = 30
# How far back is looked: a filter that matches nothing must not read everything that ever happened.
LOOKED_THROUGH = 50_000


@dataclass(frozen=True)
class EventFilter:
    """Which events: every field that is given must match."""

    acts: tuple[str, ...] = ()
    instance: str = ""
    actor: str = ""


@dataclass(frozen=True)
class ActivityEvent:
    """Somebody did something."""

    id: int
    at: datetime
    actor: str
    act: str
    instance: str | None
    portal_id: int | None
    portal: str | None
    details: dict[str, Any]


@dataclass(frozen=True)
class EventPage:
    """Some events, the latest first; `older` is where the next page begins, None where there is none."""

    items: tuple[ActivityEvent, ...]
    older: int | None


class LatestEvents:
    """Reads events by their number, from the latest back."""

    def __init__(self, store: Store, directory: Directory) -> None:
        self._store = store
        self._directory = directory

    def page(
        self, wanted: EventFilter, actor: Actor, *, before: int | None = None, limit: int = 50
    ) -> EventPage:
        """The latest events that match, up to 50,000 back: in the instances that the actor sees, and their own."""
        visible = self._directory.visible(actor, VISIBILITY_AGE_S)
        with self._store.reading() as session:
            latest = session.exec(select(sa.func.max(Event.id))).one() or 0
            start = latest + 1 if before is None else before
            clauses = [col(Event.id) < start, col(Event.id) > latest - LOOKED_THROUGH]
            clauses += _clauses(wanted, actor, visible)
            query = (
                select(Event, Portal.name, Portal.state)
                .outerjoin(Portal, col(Portal.id) == col(Event.portal_id))
                .where(*clauses)
                .order_by(col(Event.id).desc())
                .limit(limit + 1)
            )
            rows = session.exec(query).all()
        items = tuple(_event(*row, visible) for row in rows[:limit])
        return EventPage(items, items[-1].id if len(rows) > limit else None)

    def actors(self, actor: Actor) -> Sequence[str]:
        """Who did something lately, as far as the actor may see it."""
        return self._different(col(Event.actor), actor)

    def acts(self, actor: Actor) -> Sequence[str]:
        """What was done lately, as far as the actor may see it."""
        return self._different(col(Event.act), actor)

    def _different(self, column: Any, actor: Actor) -> Sequence[str]:
        visible = self._directory.visible(actor, VISIBILITY_AGE_S)
        with self._store.reading() as session:
            return _values(session, column, _clauses(EventFilter(), actor, visible))


def _values(session: Session, column: Any, clauses: Sequence[sa.ColumnElement[bool]]) -> Sequence[str]:
    latest = session.exec(select(sa.func.max(Event.id))).one() or 0
    query = sa.select(column).where(col(Event.id) > latest - LOOKED_THROUGH, *clauses).distinct()
    return sorted(str(value) for (value,) in session.connection().execute(query))


def _clauses(
    wanted: EventFilter, actor: Actor, visible: frozenset[str] | None
) -> list[sa.ColumnElement[bool]]:
    clauses: list[sa.ColumnElement[bool]] = []
    if visible is not None:
        own = sa.func.lower(col(Event.actor)) == actor.email.casefold()
        clauses.append(col(Event.instance).in_(visible) | own)
    if wanted.acts:
        clauses.append(col(Event.act).in_(wanted.acts))
    if wanted.instance:
        clauses.append(col(Event.instance) == wanted.instance)
    if wanted.actor:
        clauses.append(col(Event.actor) == wanted.actor)
    return clauses


def _event(row: Event, name: str | None, state: str | None, visible: frozenset[str] | None) -> ActivityEvent:
    """The event; of one's own in an instance that one does not see any more, only what was done."""
    is_seen = visible is None or row.instance is None or row.instance in visible
    return ActivityEvent(
        id=row.id or 0,
        at=row.at,
        actor=row.actor,
        act=row.act,
        instance=row.instance,
        portal_id=row.portal_id,
        portal=None if name is None or not is_seen else display_name(name, state or ""),
        details=dict(row.details) if is_seen else {},
    )
