"""The schema's version: made where there is none, checked at every opening, migrated on request."""

import fcntl
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from core.errors import StoreError, StoreNewer, StoreOlder
from core.storage.store import Store


@dataclass(frozen=True)
class Migrations:
    """A folder of Alembic's, and its versions, oldest first."""

    folder: Path
    versions: tuple[str, ...]

    @property
    def head(self) -> str:
        """The newest version."""
        return self.versions[-1]


# A test holds the two together.
OURS = Migrations(Path(__file__).parent / "migrations", ("0001", "0002", "0003", "0004", "0005", "0006"))
Fill = Callable[[Connection], None]
_ADVISORY_LOCK = 7_062_017
_VERSION_TABLE = "alembic_version"
_OUR_TABLES = frozenset({"portal", "run", "application"})


def version_of(store: Store) -> str | None:
    """The version that the store has; None where it is missing or empty. Makes nothing.

    Raises StoreError where it does not answer, is no database, or is another program's.
    """
    if store.is_sqlite and not _file_of(store).exists():
        return None
    try:
        return _read_version(store)
    except DatabaseError as error:
        where = sa.make_url(store.url).render_as_string(hide_password=True)
        raise StoreError(
            f"The store at {where} can't be opened. Check that its database runs and is Portico's.",
            details={"reason": str(error.orig)},
        ) from error


def _read_version(store: Store) -> str | None:
    with store.reading() as session:
        connection = session.connection()
        names = set(sa.inspect(connection).get_table_names())
        if _VERSION_TABLE in names:
            found = connection.execute(sa.text(f"SELECT version_num FROM {_VERSION_TABLE}")).scalar()  # noqa: S608 - a constant
        else:
            found = None
    # Either all of ours are there with a version, or nothing is: they are made in one transaction.
    if found is None and not names & _OUR_TABLES:
        return None
    if found is None or not names >= _OUR_TABLES:
        raise StoreError(
            "The store holds tables of another program under Portico's names. "
            "Give PORTICO_DATABASE_URL an empty database."
        )
    return str(found)


def open_store(store: Store, fill: Fill | None = None, migrations: Migrations = OURS) -> None:
    """Make a missing or empty store, under a lock, and `fill` it in the same transaction.

    Raises StoreOlder, StoreNewer for one of another version, StoreError where it can't be opened.
    """
    found = version_of(store)
    if found is None:
        with migration_lock(store):
            found = version_of(store)
            if found is None:
                upgrade(store, fill, migrations=migrations)
                return
    check_version(found, migrations)


def check_version(found: str, migrations: Migrations = OURS) -> None:
    """Raise StoreOlder or StoreNewer unless the version is this console's."""
    if found == migrations.head:
        return
    if found in migrations.versions:
        raise StoreOlder(
            f"The store is of version {found}, this Portico needs {migrations.head}. "
            "Run `python -m core migrate` (it makes a backup copy first), then start again."
        )
    raise StoreNewer(
        f"The store is of version {found}, which is newer than this Portico ({migrations.head}). "
        "Update Portico, or restore a backup."
    )


def migrate(
    store: Store, backups: Path, fill: Fill | None = None, migrations: Migrations = OURS
) -> dict[str, str | None]:
    """Bring the store to this version, after a backup copy of a SQLite file; idempotent.

    Returns from, to and backup (the copy's path; None where there was nothing to copy, and on PostgreSQL).
    """
    with migration_lock(store):
        found = version_of(store)
        if found == migrations.head:
            return {"from": found, "to": found, "backup": None}
        if found is not None and found not in migrations.versions:
            check_version(found, migrations)
        copy = backup_copy(store, backups, found) if found is not None else None
        upgrade(store, fill if found is None else None, migrations=migrations)
        return {"from": found, "to": migrations.head, "backup": None if copy is None else str(copy)}


def backup_copy(store: Store, backups: Path, version: str) -> Path | None:
    """A copy of the SQLite file as of now, beside the data; None on PostgreSQL (use its own dump)."""
    if not store.is_sqlite:
        return None
    backups.mkdir(parents=True, exist_ok=True)
    target = backups / f"portico-{version}-{store.clock():%Y%m%dT%H%M%S.%fZ}.sqlite"
    with closing(sqlite3.connect(_file_of(store))) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    return target


def upgrade(store: Store, fill: Fill | None = None, to: str = "head", migrations: Migrations = OURS) -> None:
    """Run the migrations and then `fill`, in one transaction; the caller holds the lock."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations.folder).replace("%", "%%"))
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)
        if fill is not None:
            fill(connection)


@contextmanager
def migration_lock(store: Store) -> Iterator[None]:
    """One process at a time makes or migrates a store."""
    if store.is_sqlite:
        with Path(f"{_file_of(store)}.lock").open("w") as handle:
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


def _file_of(store: Store) -> Path:
    return Path(sa.make_url(store.url).database or "")
