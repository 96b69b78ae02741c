"""One import at a time in an instance: a slot a row, taken and given back by compare and set."""

import asyncio
from collections import defaultdict, deque
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from core.storage.store import Store
from core.storage.tables import ImportSlot

FIRST_LOOKS_S = 1.0  # how often the first in line looks: another process can't ring our bell
OTHERS_LOOK_S = 10.0


def take(store: Store, instance: str, holder: str) -> bool:
    """Take the instance's slot for the holder; True also where the holder has it already (idempotent)."""
    query = select(ImportSlot.holder).where(col(ImportSlot.instance) == instance)
    with store.reading() as session:
        found = session.exec(query).first()
    if found is not None:
        return found == holder
    with store.writing() as session:
        insert: Any = sqlite.insert if store.is_sqlite else postgresql.insert
        values = {"instance": instance, "holder": holder, "taken_at": store.clock()}
        session.connection().execute(insert(ImportSlot).values(**values).on_conflict_do_nothing())
        return session.exec(query).first() == holder


def give_back(session: Session, holder: str) -> None:
    """Give back whatever the holder holds; nothing where it holds nothing (idempotent)."""
    session.connection().execute(sa.delete(ImportSlot).where(col(ImportSlot.holder) == holder))


class Line:
    """Those who wait in this process for the slot of an instance, in the order in which they came.

    Only the first looks often: a thousand runs that wait for one instance don't ask the store a thousand times a second.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Place]] = defaultdict(deque)

    def join(self, instance: str) -> "Place":
        """A place at the end; it must be left again."""
        place = Place()
        self._waiting[instance].append(place)
        return place

    def leave(self, instance: str, place: "Place") -> None:
        """Give the place up, with the slot or without; the next is the first now."""
        line = self._waiting[instance]
        line.remove(place)
        if not line:
            del self._waiting[instance]
        self.ring(instance)

    def is_first(self, instance: str, place: "Place") -> bool:
        """Whether it is this one's turn to try for the slot."""
        return self._waiting[instance][0] is place

    async def wait(self, instance: str, place: "Place") -> None:
        """Wait until it is worth looking again."""
        look_s = FIRST_LOOKS_S if self.is_first(instance, place) else OTHERS_LOOK_S
        with suppress(TimeoutError):
            await asyncio.wait_for(place.bell.wait(), look_s)
        place.bell.clear()

    def ring(self, instance: str) -> None:
        """The slot may be free: wake the first in line."""
        line = self._waiting.get(instance)
        if line:
            line[0].bell.set()


class Place:
    """A place in the line."""

    def __init__(self) -> None:
        self.bell = asyncio.Event()
