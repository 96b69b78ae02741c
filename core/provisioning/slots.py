"""One import at a time in an instance: a slot a row, taken and given back by compare and set."""

import asyncio
from collections import defaultdict

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from core.storage.store import Store
from core.storage.tables import ImportSlot


def take(store: Store, instance: str, holder: str) -> bool:
    """Take the instance's slot for the holder; True also where the holder has it already (idempotent)."""
    with store.writing() as session:
        table = sa.inspect(ImportSlot).local_table
        insert = (sqlite.insert if store.is_sqlite else postgresql.insert)(table)
        values = {"instance": instance, "holder": holder, "taken_at": store.clock()}
        session.connection().execute(insert.values(**values).on_conflict_do_nothing())
        found = session.exec(select(ImportSlot.holder).where(col(ImportSlot.instance) == instance)).one()
        return found == holder


def give_back(session: Session, holder: str) -> None:
    """Give back whatever the holder holds; nothing where it holds nothing (idempotent)."""
    session.connection().execute(sa.delete(ImportSlot).where(col(ImportSlot.holder) == holder))


class SlotBell:
    """Wakes those who wait in this process for an instance's slot, in the order in which they came.

    Another process can't ring it: a waiter also looks again by itself after a while.
    """

    def __init__(self) -> None:
        self._waiters: dict[str, list[asyncio.Event]] = defaultdict(list)

    async def wait(self, instance: str, at_most_s: float) -> None:
        """Wait for the bell of an instance, or for that long."""
        bell = asyncio.Event()
        self._waiters[instance].append(bell)
        try:
            await asyncio.wait_for(bell.wait(), at_most_s)
        except TimeoutError:
            pass  # look again: the slot may have been given back by another process
        finally:
            self._waiters[instance].remove(bell)
            if not self._waiters[instance]:
                del self._waiters[instance]

    def ring(self, instance: str) -> None:
        """Wake the one who has waited longest."""
        for bell in self._waiters.get(instance, ()):
            if not bell.is_set():
                bell.set()
                return
