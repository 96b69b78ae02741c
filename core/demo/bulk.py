"""Many rows at once into the store: prepared statements on SQLite, COPY on PostgreSQL; a batch is one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from core.demo.batch import COLUMNS, Batch
from core.storage.store import Store

# Of the writer's connection only: more of the indexes in memory, the write-ahead log taken over in larger bites. Both leave
# what a crash leaves as it is.
_CACHE_KIB, _PAGES_AT_ONCE = 400_000, 20_000


class Bulk(Protocol):
    """Writes batches."""

    def write(self, batch: Batch) -> None:
        """All rows of the batch, in one transaction."""


@contextmanager
def bulk(store: Store) -> Iterator[Bulk]:
    """A writer on a connection of its own."""
    connection = store.engine.raw_connection()
    try:
        yield _Sqlite(connection) if store.is_sqlite else _Postgresql(connection)
    finally:
        connection.detach()  # its settings are not for others
        connection.close()


class _Sqlite:
    def __init__(self, connection: Any) -> None:
        self._connection = connection
        for pragma in (f"cache_size=-{_CACHE_KIB}", f"wal_autocheckpoint={_PAGES_AT_ONCE}"):
            connection.cursor().execute(f"PRAGMA {pragma}")

    def write(self, batch: Batch) -> None:
        cursor = self._connection.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        try:
            for table, rows in batch:
                columns = COLUMNS[table]
                names, marks = _quoted(columns), ", ".join("?" * len(columns))
                cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)  # noqa: S608 - our own tables
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        cursor.execute("COMMIT")


class _Postgresql:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def write(self, batch: Batch) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute("SET LOCAL TIME ZONE 'UTC'")
            for table, rows in batch:
                with cursor.copy(f'COPY "{table}" ({_quoted(COLUMNS[table])}) FROM STDIN') as copy:
                    for row in rows:
                        copy.write_row(row)
        self._connection.commit()


def _quoted(columns: Any) -> str:
    return ", ".join(f'"{name}"' for name in columns)
