import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import StatementError
from sqlmodel import Session, col, select

from core.errors import StoreError
from core.settings import Settings
from core.storage.columns import folded
from core.storage.store import BUSY_TIMEOUT_MS, Store, find_row, make_workflow_engine
from core.storage.tables import Application, Event
from tests.portals.world import World
from tests.storage.racing import race

AT = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
COUNT_UP = """
import sys
from datetime import UTC, datetime
from sqlmodel import col, func, select
from core.storage.store import Store
from core.storage.tables import Application, Event

def body(number):
    store = Store(sys.argv[1])
    for _ in range(25):
        with store.writing() as session:
            store.queue_up(session, "the count")
            highest = session.exec(select(func.max(Event.portal_id))).one() or 0
            at = datetime.now(UTC)
            session.add(Event(at=at, actor="a", act="count", portal_id=highest + 1, details={}))
    store.close()
"""


def note(session: Session, act: str, at: datetime = AT) -> None:
    session.add(Event(at=at, actor="a@contoso.example", act=act, details={"é": [1, None]}))


def acts(store: Store) -> list[str]:
    with store.reading() as session:
        return list(session.exec(select(Event.act).order_by(col(Event.id))).all())


def test_everything_is_kept_when_a_writing_session_ends(world_on_both: World) -> None:
    with world_on_both.store.writing() as session:
        note(session, "one")
        session.flush()
        note(session, "two")
    assert acts(world_on_both.store) == ["one", "two"]


def test_nothing_is_kept_when_a_writing_session_breaks(world_on_both: World) -> None:
    def breaks() -> None:
        with world_on_both.store.writing() as session:
            note(session, "one")
            session.flush()
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        breaks()
    assert acts(world_on_both.store) == []


def test_rows_can_be_read_when_their_writing_session_is_over(world_on_both: World) -> None:
    with world_on_both.store.writing() as session:
        row = session.get_one(Application, 1)
    assert row.type == "production"


def test_a_reading_session_sees_one_moment_when_others_write(world_on_both: World) -> None:
    store = world_on_both.store
    count = sa.select(sa.func.count()).select_from(Event)
    with store.reading() as session:
        before = session.connection().execute(count).scalar_one()
        with store.writing() as other:
            note(other, "meanwhile")
        assert session.connection().execute(count).scalar_one() == before == 0
    assert acts(store) == ["meanwhile"]


def test_nothing_is_kept_when_a_reading_session_writes(world_on_both: World) -> None:
    try:
        with world_on_both.store.reading() as session:
            note(session, "by mistake")
            session.flush()
    except sa.exc.DBAPIError:  # PostgreSQL says so at once
        pass
    assert acts(world_on_both.store) == []


def test_a_reader_does_not_wait_when_a_writer_is_at_work(world_on_both: World) -> None:
    with world_on_both.store.writing() as session:
        note(session, "unfinished")
        session.flush()
        assert acts(world_on_both.store) == []


@pytest.mark.parametrize("offset_h", [0, 5.5, -8])
def test_time_comes_back_in_utc_when_it_was_given_in_any_zone(world_on_both: World, offset_h: float) -> None:
    given = AT.astimezone(timezone(timedelta(hours=offset_h)))
    with world_on_both.store.writing() as session:
        note(session, "timed", given)
    with world_on_both.store.reading() as session:
        found = session.exec(select(Event.at)).one()
        matching = session.exec(select(Event.act).where(col(Event.at) == given)).all()
    assert (found, found.tzinfo) == (AT, UTC)
    assert matching == ["timed"]


def test_time_without_a_zone_is_refused(world_on_both: World) -> None:
    with pytest.raises(StatementError, match="without a zone"), world_on_both.store.writing() as session:
        note(session, "timed", AT.replace(tzinfo=None))


def test_json_comes_back_as_it_was_given(world_on_both: World) -> None:
    with world_on_both.store.writing() as session:
        note(session, "kept")
    with world_on_both.store.reading() as session:
        assert session.exec(select(Event.details)).one() == {"é": [1, None]}


def test_pragmas_are_set_on_every_connection(world: World) -> None:
    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    with world.store.engine.connect() as one, world.store.engine.connect() as two:
        del two  # a second connection of the pool, not the one that made the store
        found = [one.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]
    assert found == ["wal", 1, 1, BUSY_TIMEOUT_MS]


def test_workflow_engine_keeps_its_own_transactions_with_the_same_pragmas(tmp_path: Path) -> None:
    engine = make_workflow_engine(f"sqlite:///{tmp_path / 'workflows.sqlite'}")
    with engine.connect() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        assert driver.isolation_level == "IMMEDIATE"
    engine.dispose()
    assert found == ["wal", 1, 1, BUSY_TIMEOUT_MS]


def test_a_writer_holds_the_file_from_its_beginning(world: World) -> None:
    file = sa.make_url(world.store.url).database
    with (
        world.store.writing() as session,
        closing(sqlite3.connect(str(file), timeout=0, isolation_level=None)) as other,
    ):
        session.connection()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")


def test_no_count_is_lost_when_two_processes_write(world_on_both: World) -> None:
    race(COUNT_UP, world_on_both.store.url, processes=2)
    with world_on_both.store.reading() as session:
        counted = session.exec(select(Event.portal_id).order_by(col(Event.portal_id))).all()
    assert list(counted) == list(range(1, 51))


def test_second_waits_when_a_name_is_queued_for(world_on_both: World) -> None:
    store, passed = world_on_both.store, threading.Event()

    def second() -> None:
        with store.writing() as session:
            store.queue_up(session, "help")
            passed.set()

    waiting = threading.Thread(target=second)
    with store.writing() as session:
        store.queue_up(session, "help")
        waiting.start()
        assert not passed.wait(0.2)
    waiting.join()
    assert passed.is_set()


def test_text_is_folded_in_every_script(world_on_both: World) -> None:
    given = ("ÉCOLE Ünïon", "ヘルプ", "ПОМОЩЬ", None)
    with world_on_both.store.reading() as session:
        query = sa.select(*(folded(sa.literal(text, sa.String)) for text in given))
        found: tuple[str | None, ...] = tuple(session.connection().execute(query).one())
    assert found == ("école ünïon", "ヘルプ", "помощь", None)


def test_no_row_is_found_when_no_row_can_have_the_number(world_on_both: World) -> None:
    with world_on_both.store.reading() as session:
        assert find_row(session, Application, 1) is not None
        for number in (0, -1, 99, 2**31, 2**63, 10**30):
            assert find_row(session, Application, number) is None


def test_time_is_that_of_all_processes(world_on_both: World) -> None:
    store = world_on_both.store
    with store.reading() as session:
        now = store.now(session)
    assert now.tzinfo is not None
    assert (now == world_on_both.clock.now) is store.is_sqlite


def test_folder_is_made_when_it_is_missing(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "a b" / "50 % ?#é")
    store = Store(settings.store_url)
    with store.engine.connect():
        pass
    store.close()
    assert (settings.data_dir / "portico.sqlite").exists()


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"file/data can't be made.*Give PORTICO_DATA_DIR"):
        Store(Settings(data_dir=tmp_path / "file" / "data").store_url)
