"""Part of the list from a place on: by key, so that the millionth page costs what the first does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.insight.inventory.cursors import Place
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


def walk(
    session: Session, order: Order, most: int, place: Place | None = None, *, is_back: bool = False
) -> list[Found]:
    """At most so many rows behind the place (None: from the beginning), or the last before it, in the list's order."""
    found: list[Found] = []
    numbers = list(range(len(order.parts)))
    for number in reversed(numbers) if is_back else numbers:
        if place is not None and (number > place.part if is_back else number < place.part):
            continue
        values = place.values if place is not None and place.part == number else None
        rows = _rows(
            session, order.parts[number], values, most - len(found), is_down=order.is_down != is_back
        )
        found += [Found(row[0], number, tuple(row[1:])) for row in rows]
        if len(found) >= most:
            break
    return found[::-1] if is_back else found


def every(session: Session, order: Order, most: int) -> Iterator[list[Found]]:
    """The whole list, so many rows at a time."""
    place = None
    while batch := walk(session, order, most, place):
        yield batch
        place = batch[-1].place(order.sort)


def load(session: Session, ids: Sequence[int]) -> list[Portal]:
    """The portals' rows in this order."""
    there: dict[int | None, Portal] = {}
    for start in range(0, len(ids), LOADED_AT_ONCE):
        query = select(Portal).where(col(Portal.id).in_(ids[start : start + LOADED_AT_ONCE]))
        there |= {row.id: row for row in session.exec(query).all()}
    return [there[one] for one in ids]


def _rows(
    session: Session, part: Part, values: tuple[Any, ...] | None, most: int, *, is_down: bool
) -> list[Any]:
    query = sa.select(col(Portal.id), *columns(part)).where(*part.predicate.clauses(), *part.extra)
    if values is not None:
        query = query.where(beyond(part, values, is_down=is_down))
    query = query.order_by(*by(part, is_down=is_down)).limit(most)
    return list(session.connection().execute(query).all())
