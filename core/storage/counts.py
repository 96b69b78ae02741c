"""The counts kept beside the portals: folding the changes that triggers wrote into them, so that they stay few.

`PortalCount` and `PortalCountChange` are exact together at any time; a folding changes neither sum, only where it stands.
"""

from collections import Counter
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlmodel import col

from core.storage.inventory_tables import PortalCount, PortalCountChange
from core.storage.store import BUSY_TIMEOUT_MS, Store

DIMENSIONS = ("state", "verdict", "instance", "template", "audience", "language", "type", "has_failed")
FOLD_AT = 1000  # changes that a reader adds up by itself
_MOST = 20_000  # at once: others wait for the store meanwhile
_LOCK = "portal-count"


def fold(store: Store) -> int:
    """Fold the oldest changes into the counts, unless somebody else is writing; returns how many.

    Never waits: whoever reads next can do it as well. In one transaction: a crash leaves it as it was.
    """
    with store.engine.connect() as connection:
        try:
            with _not_waiting(connection, store), connection.begin():
                return _fold(connection, store) if _is_ours(connection, store) else 0
        except OperationalError:  # SQLite: another writer has the store
            return 0


def fold_all(store: Store) -> int:
    """Fold every change there is: after a great many portals were written at once."""
    folded = 0
    while number := fold(store):
        folded += number
    return folded


class _not_waiting:  # noqa: N801 - a context, read as one
    """SQLite refuses at once where another connection writes, instead of waiting for it."""

    def __init__(self, connection: Connection, store: Store) -> None:
        self._raw: Any = connection.connection.dbapi_connection if store.is_sqlite else None

    def __enter__(self) -> None:
        if self._raw is not None:
            self._raw.execute("PRAGMA busy_timeout=0")

    def __exit__(self, *_: object) -> None:
        if self._raw is not None:
            self._raw.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")


def _is_ours(connection: Connection, store: Store) -> bool:
    if store.is_sqlite:
        return True
    key = sa.func.hashtextextended(_LOCK, 0)
    return bool(connection.execute(sa.select(sa.func.pg_try_advisory_xact_lock(key))).scalar_one())


def _fold(connection: Connection, store: Store) -> int:
    columns: list[Any] = [getattr(PortalCountChange, name) for name in (*DIMENSIONS, "portals")]
    oldest = sa.select(col(PortalCountChange.id)).order_by(col(PortalCountChange.id)).limit(_MOST)
    # Those that are deleted are those that are added up, whatever others commit meanwhile.
    taken = connection.execute(
        sa.delete(PortalCountChange).where(col(PortalCountChange.id).in_(oldest)).returning(*columns)
    ).all()
    sums: Counter[tuple[Any, ...]] = Counter()
    for *values, portals in taken:
        sums[tuple(values)] += portals
    changed = {values: number for values, number in sums.items() if number}
    if changed:
        _add(connection, store, changed)
    return len(taken)


def _add(connection: Connection, store: Store, changed: dict[tuple[Any, ...], int]) -> None:
    latest = connection.execute(sa.select(sa.func.max(PortalCount.epoch))).scalar_one() or 0
    rows = [
        {**dict(zip(DIMENSIONS, values, strict=True)), "portals": number, "epoch": latest + 1}
        for values, number in changed.items()
    ]
    insert = (sqlite.insert if store.is_sqlite else postgresql.insert)(PortalCount)
    added = {
        "portals": col(PortalCount.portals) + insert.excluded.portals,
        "epoch": insert.excluded.epoch,
    }
    connection.execute(insert.on_conflict_do_update(index_elements=DIMENSIONS, set_=added), rows)
