import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlmodel import select

from core.bootstrap import fill_store
from core.errors import StoreError, StoreNewer, StoreOlder
from core.settings import Settings
from core.storage import failure_tables, inventory_tables, notice_tables, schema
from core.storage.schema import OURS, Migrations
from core.storage.store import Store
from core.storage.tables import Application, Table
from tests.contract.tenant import MovableClock
from tests.storage.racing import race

# Their tables are among those that the migrations must make.
MODULES = (failure_tables, inventory_tables, notice_tables)
LATER = '''
"""A column more."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "9999", "0006"
def upgrade():
    op.add_column("portal", sa.Column("colour", sa.String()))
'''
PORTAL = """
INSERT INTO portal (id, application_id, type, name, subdomain, instance, language, administrator, audience, template, state,
  created_by, created_at, changed_at, key)
VALUES (1, 1, 'production', 'Contoso Hilfe ÄÖÜ', 'contoso-hilfe', 'contoso', 1031, 'admin@contoso.example', 'customer',
  'community', 'configuring', 'admin@contoso.example', :at, :at, 'k')
"""
OPEN_IT = """
import sys
import alembic.command
from datetime import UTC, datetime
from sqlalchemy import insert
from core.portals.licences import sample_tenant
from core.storage import failure_tables, inventory_tables, notice_tables, schema
from core.storage.store import Store
from core.storage.tables import Application

def body(number):
    store = Store(sys.argv[1])
    schema.open_store(store, lambda c: c.execute(insert(Application), sample_tenant(datetime.now(UTC))))
    store.close()
"""


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    store = Store(store_url, MovableClock())
    yield store
    store.close()


@pytest.fixture
def later(tmp_path: Path) -> Migrations:
    """The migrations of a Portico to come."""
    folder = tmp_path / "later 100%" / "migrations"
    (folder / "versions").mkdir(parents=True)
    for path in OURS.folder.rglob("*.py"):
        (folder / path.relative_to(OURS.folder)).write_bytes(path.read_bytes())
    (folder / "versions" / "v9999_a_column.py").write_text(LATER)
    return Migrations(folder, (*OURS.versions, "9999"))


def fill(connection: Connection) -> None:
    fill_store(MovableClock())(connection)


def licences(store: Store) -> dict[str, int]:
    with store.reading() as session:
        found = session.exec(select(Application.type)).all()
    return {kind: found.count(kind) for kind in sorted(set(found))}


def columns(store: Store, table: str) -> set[str]:
    return {column["name"] for column in sa.inspect(store.engine).get_columns(table)}


def test_versions_are_those_of_the_migrations() -> None:
    config = Config()
    config.set_main_option("script_location", str(OURS.folder))
    script = ScriptDirectory.from_config(config)
    assert script.get_heads() == [OURS.head]
    assert [revision.revision for revision in script.walk_revisions()][::-1] == list(OURS.versions)


# SQLite tells nothing about an index on an expression; test_constraints shows that it holds.
@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_migrations_make_exactly_the_tables_when_store_is_new(store: Store) -> None:
    schema.open_store(store)
    with store.engine.connect() as connection:
        # What is kept for the search: a virtual table on SQLite, an index by an extension on PostgreSQL.
        ours = {"include_name": lambda name, *_: "portal_search" not in str(name)}
        context = MigrationContext.configure(connection, opts={"compare_type": True, **ours})
        assert compare_metadata(context, Table.metadata) == []


def test_first_version_is_brought_up_with_its_portals_counted_when_migrated(
    store: Store, tmp_path: Path
) -> None:
    with schema.migration_lock(store):
        schema.upgrade(store, fill, to="0001")
    with store.engine.begin() as connection:
        connection.execute(sa.text(PORTAL), {"at": MovableClock()()})
    schema.migrate(store, tmp_path / "backups")
    with store.engine.begin() as connection:
        counted = connection.execute(sa.text("SELECT state, verdict, portals FROM portal_count")).all()
        searched = connection.execute(sa.text("SELECT search_text FROM portal")).scalar_one()
        connection.execute(sa.text("UPDATE portal SET state = 'provisioned', name = 'Other'"))
        changes = connection.execute(
            sa.text("SELECT state, portals FROM portal_count_change ORDER BY id")
        ).all()
    assert counted == [("configuring", "", 1)]
    assert searched == "contoso hilfe äöü\ncontoso-hilfe\nadmin@contoso.example"
    assert changes == [("configuring", -1), ("provisioned", 1)]


def test_store_is_made_and_filled_once_when_missing(store: Store) -> None:
    assert schema.version_of(store) is None
    schema.open_store(store, fill)
    schema.open_store(store, fill)
    assert schema.version_of(store) == OURS.head
    assert licences(store) == {"production": 10, "trial": 3}


def test_store_is_made_when_file_is_empty(settings: Settings) -> None:
    file = settings.data_dir / "portico.sqlite"
    file.touch()
    store = Store(settings.store_url)
    schema.open_store(store, fill)
    assert sum(licences(store).values()) == 13
    store.close()


def test_nothing_is_made_when_version_is_asked(settings: Settings) -> None:
    store = Store(settings.store_url)
    assert schema.version_of(store) is None
    assert list(settings.data_dir.iterdir()) == []
    store.close()


def test_nothing_stands_when_making_breaks_half_way(store: Store) -> None:
    def breaks(connection: Connection) -> None:
        fill(connection)
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        schema.open_store(store, breaks)
    assert schema.version_of(store) is None
    schema.open_store(store, fill)
    assert sum(licences(store).values()) == 13


def test_licences_stand_once_when_eight_processes_open_at_once(store: Store) -> None:
    race(OPEN_IT, store.url, processes=8)
    assert licences(store) == {"production": 10, "trial": 3}


def test_older_store_is_refused_until_migrated_when_portico_is_newer(
    store: Store, later: Migrations, tmp_path: Path
) -> None:
    schema.open_store(store, fill)
    with pytest.raises(StoreOlder, match="python -m core migrate"):
        schema.open_store(store, fill, later)

    done = schema.migrate(store, tmp_path / "backups", fill, later)

    assert (done["from"], done["to"]) == (OURS.head, "9999")
    assert "colour" in columns(store, "portal")
    assert sum(licences(store).values()) == 13  # nothing was filled in again
    schema.open_store(store, fill, later)
    assert schema.migrate(store, tmp_path / "backups", fill, later) == {
        "from": "9999",
        "to": "9999",
        "backup": None,
    }


def test_backup_holds_what_stood_before_when_sqlite_is_migrated(
    settings: Settings, later: Migrations, tmp_path: Path
) -> None:
    store = Store(settings.store_url, MovableClock())
    schema.open_store(store, fill)
    with store.writing() as session:
        session.add(Application(type="trial", created_at=store.clock()))
    done = schema.migrate(store, tmp_path / "backups", None, later)
    store.close()
    assert done["backup"] == str(tmp_path / "backups" / f"portico-{OURS.head}-20261123T090000.000000Z.sqlite")
    copy = Store(f"sqlite:///{done['backup']}")
    assert schema.version_of(copy) == OURS.head
    assert licences(copy) == {"production": 10, "trial": 4}  # also what only stood in the log yet
    assert "colour" not in columns(copy, "portal")
    copy.close()


def test_no_backup_is_named_when_postgres_is_migrated(
    postgres_url: str, settings: Settings, later: Migrations, tmp_path: Path
) -> None:
    store = Store(Settings(data_dir=settings.data_dir, database_url=postgres_url).store_url)
    schema.open_store(store)
    assert schema.migrate(store, tmp_path / "backups", None, later)["backup"] is None
    store.close()


def test_migrate_makes_and_fills_the_store_when_missing(store: Store, tmp_path: Path) -> None:
    done = schema.migrate(store, tmp_path / "backups", fill)
    assert done == {"from": None, "to": OURS.head, "backup": None}
    assert sum(licences(store).values()) == 13


def test_newer_store_is_refused_and_left_alone(store: Store, later: Migrations, tmp_path: Path) -> None:
    schema.open_store(store, None, later)
    for attempt in (
        lambda: schema.open_store(store),
        lambda: schema.migrate(store, tmp_path / "backups"),
    ):
        with pytest.raises(StoreNewer, match="Update Portico"):
            attempt()
    assert schema.version_of(store) == "9999"
    assert not (tmp_path / "backups").exists()


@pytest.mark.parametrize(
    "tables",
    [
        ["CREATE TABLE portal (colour TEXT)"],
        ["CREATE TABLE alembic_version (version_num TEXT)", "INSERT INTO alembic_version VALUES ('8b5c')"],
        ["CREATE TABLE alembic_version (version_num TEXT)", "CREATE TABLE run (id TEXT)"],
    ],
    ids=["a table of ours", "another program's migrations", "a table without a version"],
)
def test_foreign_store_is_refused_when_names_collide(store: Store, tables: list[str]) -> None:
    with store.engine.begin() as connection:
        for statement in tables:
            connection.execute(sa.text(statement))
    with pytest.raises(StoreError, match="another program") as caught:
        schema.open_store(store, fill)
    assert caught.value.code == "store-error"


def test_store_is_made_beside_the_tables_of_others(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE customers (id INTEGER)"))
    schema.open_store(store, fill)
    assert sum(licences(store).values()) == 13


def test_store_is_refused_when_file_is_no_database(settings: Settings) -> None:
    (settings.data_dir / "portico.sqlite").write_bytes(b"Dear diary, " * 500)
    store = Store(settings.store_url)
    with pytest.raises(StoreError, match=r"can't be opened.*Check"):
        schema.open_store(store)
    store.close()


def test_password_is_not_told_when_postgres_does_not_answer() -> None:
    store = Store("postgresql+psycopg://portico:s3cret@127.0.0.1:1/portico")
    with pytest.raises(StoreError, match=r"can't be opened.*Check") as caught:
        schema.open_store(store)
    assert "s3cret" not in str(caught.value.as_dict())
    store.close()


def test_backup_is_readable_while_others_write(settings: Settings, tmp_path: Path) -> None:
    store = Store(settings.store_url, MovableClock())
    schema.open_store(store, fill)
    with store.writing() as session:
        session.add(Application(type="trial", created_at=store.clock()))
        session.flush()
        copy = schema.backup_copy(store, tmp_path / "backups", "0001")
    store.close()
    with closing(sqlite3.connect(str(copy))) as connection:
        assert connection.execute("SELECT count(*) FROM application").fetchone() == (13,)


def test_lock_is_given_back_when_postgres_is_migrated(postgres_url: str, settings: Settings) -> None:
    store = Store(Settings(data_dir=settings.data_dir, database_url=postgres_url).store_url)
    with schema.migration_lock(store), store.engine.connect() as other:
        taken = other.execute(sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"))
        assert taken.scalar_one() == 1
    with store.engine.connect() as other:
        left = other.execute(sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"))
        assert left.scalar_one() == 0
    store.close()
