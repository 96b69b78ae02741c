"""The schema's version: made where there is none, checked at every opening, migrated on request."""

import fcntl
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

from core.errors import StoreError, StoreNewer, StoreOlder
from core.storage.store import Store

# The newest migration under core/storage/migrations/versions; a test holds the two together.
VERSIONS = ("0001",)
HEAD = VERSIONS[-1]
Fill = Callable[[Connection], None]
_ADVISORY_LOCK = 7_062_017


def version_of(store: Store) -> str | None:
    """The version that the store has; None where it is missing or empty. Makes nothing."""
    database = sa.make_url(store.url).database
    if store.is_sqlite and not (database and Path(database).exists()):
        return None
    with store.reading() as session:
        connection = session.connection()
        names = set(sa.inspect(connection).get_table_names())
        if "alembic_version" in names:
            found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
            return None if found is None else str(found)
        if names & {"portal", "run", "application"}:
            raise StoreError(
                "The store holds tables of another program under Portico's names. Give PORTICO_DATABASE_URL an empty one."
            )
        return None


def open_store(store: Store, fill: Fill | None = None) -> None:
    """Make a missing or empty store, under a lock, and `fill` it in the same transaction; refuse one of another version.

    Raises StoreOlder, StoreNewer.
    """
    found = version_of(store)
    if found is None:
        with migration_lock(store):
            found = version_of(store)
            if found is None:
                upgrade(store, fill)
                return
    check_version(found)


def check_version(found: str) -> None:
    """Raise unless the version is this console's."""
    if found == HEAD:
        return
    if found in VERSIONS:
        raise StoreOlder(
            f"The store is of version {found}, this Portico needs {HEAD}. Run `python -m core migrate` "
            "(it makes a backup copy first), then start again."
        )
    raise StoreNewer(
        f"The store is of version {found}, which is newer than this Portico ({HEAD}). Update Portico, or restore a backup."
    )


def migrate(store: Store, backups: Path, fill: Fill | None = None) -> dict[str, str | None]:
    """Bring the store to this version, after a backup copy of a SQLite file; idempotent.

    Returns from, to and backup (the copy's path, None where nothing was there to copy or the database is PostgreSQL).
    """
    with migration_lock(store):
        found = version_of(store)
        if found == HEAD:
            return {"from": found, "to": HEAD, "backup": None}
        if found is not None and found not in VERSIONS:
            check_version(found)
        copy = backup_copy(store, backups, found) if found is not None else None
        upgrade(store, fill if found is None else None)
        return {"from": found, "to": HEAD, "backup": None if copy is None else str(copy)}


def backup_copy(store: Store, backups: Path, version: str) -> Path | None:
    """A copy of the SQLite file as of now, beside the data; None on PostgreSQL (use its own dump)."""
    database = sa.make_url(store.url).database
    if not store.is_sqlite or database is None:
        return None
    backups.mkdir(parents=True, exist_ok=True)
    target = backups / f"portico-{version}-{store.clock():%Y%m%dT%H%M%SZ}.sqlite"
    with sqlite3.connect(database) as source, sqlite3.connect(target) as copy:
        source.backup(copy)
    source.close()
    copy.close()
    return target


def upgrade(store: Store, fill: Fill | None = None, to: str = "head") -> None:
    """Run the migrations and then `fill`, in one transaction; the caller holds the lock."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)
        if fill is not None:
            fill(connection)


@contextmanager
def migration_lock(store: Store) -> Iterator[None]:
    """One process at a time makes or migrates a store."""
    if store.is_sqlite:
        database = sa.make_url(store.url).database
        assert database is not None
        lock = Path(f"{database}.lock")
        lock.parent.mkdir(parents=True, exist_ok=True)
        with lock.open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        return
    with store.engine.connect() as connection:
        _advisory(connection, "pg_advisory_lock")
        try:
            yield
        finally:
            _advisory(connection, "pg_advisory_unlock")


def _advisory(connection: Connection, function: str) -> None:
    connection.execute(sa.text(f"SELECT {function}(:key)"), {"key": _ADVISORY_LOCK})
    connection.commit()
