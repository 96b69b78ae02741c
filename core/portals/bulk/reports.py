"""What came of an item, reported once: by compare and set, in the transaction of the item's own effect."""

from collections.abc import Sequence
from typing import Any, Literal

import sqlalchemy as sa
from sqlmodel import Session, col

from core.portals.bulk.rows import handfuls
from core.storage.inventory_tables import BulkItem
from core.storage.store import Store

Ended = Literal["done", "refused", "failed", "skipped"]


class ReportedAlready(Exception):
    """Another process reported the item, or it was cancelled: its effect must not happen here."""


def hold(store: Store, session: Session, bulk_id: int) -> None:
    """Whoever reports many items, or cancels, does so one after another: two at once could wait for each other's rows."""
    store.queue_up(session, f"bulk:{bulk_id}")


def report(
    store: Store,
    session: Session,
    bulk_id: int,
    positions: Sequence[int],
    state: Ended,
    outcome: str,
    run_id: str | None = None,
) -> None:
    """These items came to this end; all of them must be waiting, or ReportedAlready undoes the transaction."""
    values: dict[str, Any] = {"state": state, "outcome": outcome, "run_id": run_id, "ended_at": store.clock()}
    for some in handfuls(positions):
        changed = session.connection().execute(
            sa.update(BulkItem)
            .where(col(BulkItem.bulk_id) == bulk_id, col(BulkItem.position).in_(some))
            .where(col(BulkItem.state) == "waiting")
            .values(values)
        )
        if changed.rowcount != len(some):
            raise ReportedAlready
