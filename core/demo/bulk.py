"""Many rows at once into the store: prepared statements on SQLite, COPY on PostgreSQL; a batch is one transaction.

Meanwhile the tables that grow most have neither indexes nor triggers: these are made again at the end, all in one transaction,
which is a matter of seconds where keeping them row by row takes minutes. A store that was left in between says so (its mark).
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol, Self

from core.demo.batch import COLUMNS, Batch
from core.storage.store import Store

# Of the writer's connection only: more of what is sorted in memory, the write-ahead log taken over in larger bites. Neither
# changes what a crash leaves.
_PRAGMAS = ("cache_size=-400000", "wal_autocheckpoint=20000", "threads=2", "temp_store=MEMORY")
_BARE = ("portal", "run", "event", "failure", "application", "terms_acceptance", "installation_portal")
_LISTED = ", ".join(f"'{table}'" for table in _BARE)
_SEARCH = "portal_search"


class Bulk(Protocol):
    """Writes batches."""

    def write(self, batch: Batch) -> None:
        """All rows of the batch, in one transaction."""

    def dress(self) -> None:
        """Make indexes and triggers again, and what the triggers would have kept but the counts; once, at the end."""


@contextmanager
def bulk(store: Store) -> Iterator[Bulk]:
    """A writer on a connection of its own; the tables are bare from here to `dress`."""
    connection = store.engine.raw_connection()
    try:
        yield _Sqlite(connection) if store.is_sqlite else _Postgresql(connection)
    finally:
        connection.detach()  # its settings are not for others
        connection.close()


class Ahead:
    """Writes one batch while the next is made; what went wrong is raised by the next call, or at the end of the block."""

    def __init__(self, write: Callable[[Batch], None]) -> None:
        self._write = write
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="demo")
        self._latest: Future[None] | None = None

    def __enter__(self) -> Self:
        """The writer."""
        return self

    def write(self, batch: Batch) -> None:
        """Begin to write the batch, when the one before is written."""
        self._wait()
        self._latest = self._pool.submit(self._write, batch)

    def __exit__(self, *_: object) -> None:
        """Wait for what is under way."""
        try:
            self._wait()
        finally:
            self._pool.shutdown()

    def _wait(self) -> None:
        latest, self._latest = self._latest, None
        if latest is not None:
            latest.result()


class _Sqlite:
    def __init__(self, connection: Any) -> None:
        self._cursor = connection.cursor()
        for pragma in _PRAGMAS:
            self._cursor.execute(f"PRAGMA {pragma}")
        made = (
            "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') "  # noqa: S608 - our own tables
            f"AND tbl_name IN ({_LISTED}) AND sql IS NOT NULL ORDER BY rowid"
        )
        found = self._cursor.execute(made).fetchall()
        self._made = [sql for _, _, sql in found]
        self._run([f'DROP {kind} "{name}"' for kind, name, _ in found])

    def write(self, batch: Batch) -> None:
        with self._transaction():
            for table, rows in batch:
                columns = COLUMNS[table]
                names, marks = _quoted(columns), ", ".join("?" * len(columns))
                self._cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)  # noqa: S608 - our own tables

    def dress(self) -> None:
        is_searched = "SELECT 1 FROM sqlite_master WHERE name = ?"
        found = self._cursor.execute(is_searched, (_SEARCH,)).fetchone()
        rebuilt = [f"INSERT INTO {_SEARCH} ({_SEARCH}) VALUES ('rebuild')"] if found else []  # noqa: S608 - a constant
        self._run([*self._made, *rebuilt])

    def _run(self, statements: Sequence[str]) -> None:
        with self._transaction():
            for statement in statements:
                self._cursor.execute(statement)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._cursor.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._cursor.execute("ROLLBACK")
            raise
        self._cursor.execute("COMMIT")


class _Postgresql:
    def __init__(self, connection: Any) -> None:
        self._connection = connection
        made = (
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() "  # noqa: S608 - our own tables
            f"AND tablename IN ({_LISTED}) AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        )
        with connection.cursor() as cursor:
            found = cursor.execute(made).fetchall()
        self._made = [definition for _, definition in found]
        self._run([*[f'DROP INDEX "{name}"' for name, _ in found], *_triggers("DISABLE")])

    def write(self, batch: Batch) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute("SET LOCAL TIME ZONE 'UTC'")
            for table, rows in batch:
                with cursor.copy(f'COPY "{table}" ({_quoted(COLUMNS[table])}) FROM STDIN') as copy:
                    for row in rows:
                        copy.write_row(row)
        self._connection.commit()

    def dress(self) -> None:
        self._run(["SET LOCAL maintenance_work_mem = '256MB'", *self._made, *_triggers("ENABLE")])

    def _run(self, statements: Sequence[str]) -> None:
        with self._connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        self._connection.commit()


def _triggers(what: str) -> list[str]:
    return [f'ALTER TABLE "{table}" {what} TRIGGER USER' for table in _BARE]


def _quoted(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)
