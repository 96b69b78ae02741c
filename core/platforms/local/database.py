"""SQLite files, opened with care: a transaction a call, few connections for many instances and threads."""

import sqlite3
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from core.errors import PlatformUnreachable, StoreError, StoreNewer, StoreOlder
from core.platforms.local.schema import SCHEMA_VERSION

BUSY_TIMEOUT_S = 30.0
IDLE_MAX = 64


class Databases:
    """Lends connections, each to one borrower at a time; at most `idle_max` of them lie open unused."""

    def __init__(self, idle_max: int = IDLE_MAX) -> None:
        self._idle: OrderedDict[int, tuple[Path, sqlite3.Connection]] = OrderedDict()
        self._idle_max = idle_max
        self._lock = Lock()

    @contextmanager
    def reading(self, path: Path) -> Iterator[sqlite3.Connection]:
        """A transaction that only reads, over one snapshot."""
        with self._transaction(path, "BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self, path: Path) -> Iterator[sqlite3.Connection]:
        """A transaction that writes: committed at the end, rolled back by an error. Waits for other writers.

        Raises PlatformUnreachable when others have held the file for longer than the busy timeout.
        """
        with self._transaction(path, "BEGIN IMMEDIATE") as connection:
            yield connection

    def close(self) -> None:
        """Close every idle connection."""
        with self._lock:
            connections = [connection for _, connection in self._idle.values()]
            self._idle.clear()
        for connection in connections:
            connection.close()

    @contextmanager
    def _transaction(self, path: Path, begin: str) -> Iterator[sqlite3.Connection]:
        connection = self._borrow(path)
        try:
            _execute(connection, begin)
            yield connection
            _execute(connection, "COMMIT")
        except BaseException:  # whatever ended it, also an interrupt: nothing of it may stay
            connection.close()
            raise
        self._give_back(path, connection)

    def _borrow(self, path: Path) -> sqlite3.Connection:
        with self._lock:
            # The one that was used last: the others may grow old and go.
            for number in reversed(self._idle):
                if self._idle[number][0] == path:
                    return self._idle.pop(number)[1]
        return open_database(path)

    def _give_back(self, path: Path, connection: sqlite3.Connection) -> None:
        with self._lock:
            self._idle[id(connection)] = (path, connection)
            oldest = self._idle.popitem(last=False)[1][1] if len(self._idle) > self._idle_max else None
        if oldest is not None:
            oldest.close()


def open_database(path: Path) -> sqlite3.Connection:
    """A connection to a file that was made before; raises StoreError for a missing or unfit one."""
    if not path.exists():
        raise StoreError(f"The local platform's file {path.name} is missing. Restore it from a backup.")
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=rw",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,  # we say BEGIN ourselves
        check_same_thread=False,  # lent to one borrower at a time
    )
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")
        _check_version(path, connection)
    except BaseException:  # also an interrupt: no open file is left behind
        connection.close()
        raise
    return connection


def make_database(path: Path, schema: str) -> sqlite3.Connection:
    """A new file with these tables, in WAL mode; whatever was there under the name is replaced."""
    for leftover in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        leftover.unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.executescript(f"BEGIN; {schema} PRAGMA user_version={SCHEMA_VERSION}; COMMIT;")
    return connection


def _check_version(path: Path, connection: sqlite3.Connection) -> None:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version < SCHEMA_VERSION:
        raise StoreOlder(
            f"The local platform's file {path.name} is of an earlier version. Move it away; it is made anew."
        )
    if version > SCHEMA_VERSION:
        raise StoreNewer(f"The local platform's file {path.name} is of a later version. Update Portico.")


def _execute(connection: sqlite3.Connection, statement: str) -> None:
    try:
        connection.execute(statement)
    except sqlite3.OperationalError as error:
        # The lower byte; the rest says more exactly why.
        if error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise
        raise PlatformUnreachable(
            "The local platform did not answer in time: others were writing. Try again."
        ) from error
