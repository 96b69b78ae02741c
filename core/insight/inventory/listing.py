"""Part of the list from a place on: by key, so that the millionth page costs what the first does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.insight.inventory.cursors import Place
from core.insight.inventory.planning import Way
from core.insight.inventory.sorting import Order, Part, beyond, by, columns
from core.storage.tables import Portal

LOADED_AT_ONCE = 500


@dataclass(frozen=True)
class Found:
    """A row of the list: its id, and its place."""

    id: int
    part: int
    values: tuple[Any, ...]

    def place(self, sort: str, *, is_before: bool = False) -> Place:
        """Right behind it, or right before it."""
        return Place(sort, self.part, self.values, is_before)


class Figures(Protocol):
    """Knows which way to a part's rows is the shortest."""

    def way(self, order: Order, part: Part, most: int) -> Way:
        """The way to the first so many rows."""


def walk(
    session: Session,
    order: Order,
    most: int,
    place: Place | None = None,
    *,
    is_back: bool = False,
    figures: Figures | None = None,
) -> list[Found]:
    """At most so many rows behind the place (None: from the beginning), or the last before it, in the list's order.

    Without `figures` the database finds its way itself.
    """
    found: list[Found] = []
    numbers = list(range(len(order.parts)))
    for number in reversed(numbers) if is_back else numbers:
        if place is not None and (number > place.part if is_back else number < place.part):
            continue
        values = place.values if place is not None and place.part == number else None
        part, left = order.parts[number], most - len(found)
        way = Way((part.predicate,), None) if figures is None else figures.way(order, part, left)
        rows = _rows(session, part, way, values, left, is_down=order.is_down != is_back)
        found += [Found(row[0], number, tuple(row[1:])) for row in rows]
        if len(found) >= most:
            break
    return found[::-1] if is_back else found


def load(session: Session, ids: Sequence[int]) -> list[Portal]:
    """The portals' rows in this order."""
    there: dict[int | None, Portal] = {}
    for start in range(0, len(ids), LOADED_AT_ONCE):
        query = select(Portal).where(col(Portal.id).in_(ids[start : start + LOADED_AT_ONCE]))
        there |= {row.id: row for row in session.exec(query).all()}
    return [there[one] for one in ids]


def _rows(
    session: Session, part: Part, way: Way, values: tuple[Any, ...] | None, most: int, *, is_down: bool
) -> list[Any]:
    is_indexed = not way.is_gathered
    found: list[Any] = []
    for branch in way.branches:
        query = sa.select(col(Portal.id), *columns(part)).where(*branch.clauses(way.driven_by), *part.extra)
        if values is not None:
            query = query.where(beyond(part, values, is_down=is_down, is_indexed=is_indexed))
        query = query.order_by(*by(part, is_down=is_down, is_indexed=is_indexed)).limit(most)
        found += session.connection().execute(query).all()
    if len(way.branches) > 1:
        found.sort(key=lambda row: tuple(row[1:]), reverse=is_down)
    return found[:most]
