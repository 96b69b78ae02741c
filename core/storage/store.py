"""The store's connections: one transaction a service call, on SQLite or PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, event
from sqlmodel import Session

from core.clock import Clock, utc_now
from core.errors import StoreError
from core.storage import search_text as _search_text  # noqa: F401 - listens wherever there is a store
from core.storage.columns import FOLD
from core.storage.tables import Table

BUSY_TIMEOUT_MS = 30_000
LARGEST_KEY = 2**31 - 1
_T = TypeVar("_T", bound=Table)


def make_engine(url: str, **options: Any) -> Engine:
    """An engine for the URL; on SQLite every transaction of a writer begins IMMEDIATE.

    SQLite: WAL, synchronous NORMAL, foreign keys, a busy timeout of 30 s.
    """
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_pre_ping=True, **options)
    database = sa.make_url(url).database
    if database:
        _make_folder(Path(database).parent)
    engine = sa.create_engine(
        url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}, **options
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def make_workflow_engine(url: str) -> Engine:
    """An engine for the workflow library's SQLite file; it says BEGIN IMMEDIATE where that needs it."""
    engine = sa.create_engine(
        url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
    )

    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = "IMMEDIATE"
        _set_pragmas(connection)

    event.listen(engine, "connect", prepare)
    return engine


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The store's folder {folder} can't be made: {error.strerror}. Give PORTICO_DATA_DIR another one."
        ) from error


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    connection.create_function(FOLD, 1, _fold, deterministic=True)
    _set_pragmas(connection)


def _fold(text: str | None) -> str | None:
    return None if text is None else text.lower()


def _set_pragmas(connection: Any) -> None:
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A reader that begins IMMEDIATE would wait for every writer; a writer that begins DEFERRED can fail
    # half-way with "database is locked", whatever the timeout.
    is_read = connection.get_execution_options().get("portico_read", False)
    connection.exec_driver_sql("BEGIN" if is_read else "BEGIN IMMEDIATE")


class Store:
    """The store of one URL. `reading` and `writing` give a session that lives for one transaction."""

    def __init__(self, url: str, clock: Clock = utc_now) -> None:
        self.url = url
        self.clock = clock
        pool = {} if url.startswith("sqlite") else {"pool_size": 10, "max_overflow": 20}
        self.engine = make_engine(url, **pool)
        # One snapshot a reading session on both: a SQLite transaction is one by itself.
        snapshot = (
            {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        )
        self._read_engine = self.engine.execution_options(portico_read=True, **snapshot)

    @property
    def is_sqlite(self) -> bool:
        """Whether the store is a file on this machine."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads, over one snapshot."""
        with Session(self._read_engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session in one transaction: committed at the end, rolled back by an error."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def now(self, session: Session) -> datetime:
        """The time that all processes on this store share: the database's on PostgreSQL, ours on SQLite."""
        if self.is_sqlite:
            return self.clock()
        answer: datetime = session.connection().execute(sa.select(sa.func.clock_timestamp())).scalar_one()
        return answer

    def queue_up(self, session: Session, name: str) -> None:
        """From here to the end of the transaction nobody else is past here with this name.

        SQLite's writers stand in one queue from the beginning of a transaction.
        """
        connection = session.connection()
        if not self.is_sqlite:
            key = sa.func.hashtextextended(name, 0)
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def find_row(session: Session, table: type[_T], key: int) -> _T | None:
    """The row of that number, if there is one; a number that no row can have is none."""
    return session.get(table, key) if 0 < key <= LARGEST_KEY else None
