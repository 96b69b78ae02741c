"""The command: what it writes, when it refuses, and that the same seed gives the same."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from core.demo import Wanted
from core.demo.bulk import bulk
from core.errors import Conflict, InvalidValue
from core.settings import Settings
from core.storage.tables import Table
from tests.commandline.conftest import AMELIE, Cli, cli, request
from tests.demo.made import SMALL, all_rows, make, opened, select

__all__ = ["cli"]  # a fixture of the command line's

TINY = Wanted(portals=30, days=20, seed=7)


def test_the_rows_are_the_same_when_the_seed_is(tmp_path: Path) -> None:
    found: list[dict[str, list[tuple[object, ...]]]] = []
    for name in ("one", "two"):
        make(tmp_path / name, TINY)
        with opened(Settings(data_dir=tmp_path / name)) as services:
            every = all_rows(services)
            every.pop("instance_snapshot", None)  # the platform's own
            found.append(every)
    assert found[0].keys() == found[1].keys()
    for table, rows in found[0].items():
        assert rows == found[1][table], table


def test_the_estate_is_another_when_the_seed_is(tmp_path: Path) -> None:
    names = []
    for seed in (7, 8):
        folder = tmp_path / str(seed)
        make(folder, Wanted(30, 20, seed))
        with opened(Settings(data_dir=folder)) as services:
            names.append(select(services, "SELECT name FROM portal ORDER BY id"))
    assert names[0] != names[1]


def test_what_was_written_is_what_stands_there(settings_on_both: Settings) -> None:
    with opened(settings_on_both) as services:
        written = services.demo().make(SMALL)
        assert written.is_new
        with services.store.reading() as session:
            for table, number in written.rows.items():
                counted = session.connection().execute(
                    sa.select(sa.func.count()).select_from(Table.metadata.tables[table])
                )
                # Thirteen licences were there before.
                assert counted.scalar_one() == number + 13 * (table == "application"), table
        assert written.rows["portal"] == SMALL.portals
        assert written.rows["run"] == 3 * SMALL.portals
        mark = services.marks.demo()
        assert mark is not None
        assert (mark.portals, mark.days, mark.seed, mark.is_complete) == (160, 60, 1, True)
        assert mark.rows == written.rows


def test_both_databases_hold_the_same_demo(postgres_url: str, small: Path, tmp_path: Path) -> None:
    with (
        opened(Settings(data_dir=small)) as one,
        opened(Settings(data_dir=tmp_path, database_url=postgres_url)) as other,
    ):
        other.demo().make(SMALL)
        first, second = all_rows(one), all_rows(other)
        for table in first.keys() - {"store_mark", "instance_snapshot"}:
            assert first[table] == second[table], table


@pytest.mark.parametrize("kind", ["index", "trigger"])
def test_the_tables_are_as_ever_when_the_demo_is_made(small: Path, settings: Settings, kind: str) -> None:
    made = f"SELECT name, tbl_name, sql FROM sqlite_master WHERE type = '{kind}' ORDER BY name"
    with opened(Settings(data_dir=small)) as demo, opened(settings) as fresh:
        assert select(demo, made) == select(fresh, made)


def test_the_next_numbers_are_free_when_the_demo_is_made(settings_on_both: Settings) -> None:
    with opened(settings_on_both) as services:
        services.demo().make(TINY)
        with services.store.writing() as session:
            for table in ("application", "failure", "event"):
                row = Table.metadata.tables[table]
                highest = session.connection().execute(sa.select(sa.func.max(row.c.id))).scalar_one()
                values = {c.name: row.c[c.name] for c in row.columns if c.name != "id"}
                copied = sa.insert(row).from_select(
                    [*values], sa.select(*values.values()).where(row.c.id == highest, sa.true())
                )
                if table == "failure":
                    continue
                if table == "application":
                    copied = sa.insert(row).values(type="trial", created_at=services.clock())
                session.connection().execute(copied)
                assert (
                    session.connection().execute(sa.select(sa.func.max(row.c.id))).scalar_one() == highest + 1
                )


def test_a_demo_that_is_there_stays_when_it_is_asked_for_again(cli: Cli) -> None:
    options = ("--portals", 20, "--days", 10, "--seed", 3, "--json")
    first, again = cli("demo", *options), cli("demo", *options)
    assert (first.code, first.document["is_new"]) == (0, True)
    assert (again.code, again.document["is_new"]) == (0, False)
    assert again.document["rows"] == first.document["rows"]
    answer = cli("demo", "--portals", 21, "--json")
    assert (answer.code, answer.error["code"], answer.error["field"]) == (1, "conflict", "portals")
    assert "holds a demo already" in answer.error["message"]
    assert "20 portals" in cli("doctor").out
    assert cli("portals", "list", "--limit", 1, "--json").document["total"] == 20


def test_a_store_with_portals_is_left_alone(cli: Cli) -> None:
    cli("provision", *request(), "--accept-terms")
    answer = cli("demo", "--portals", 20, "--json")
    assert (answer.code, answer.error["code"]) == (1, "conflict")
    assert "PORTICO_DATA_DIR" in answer.error["message"]
    assert cli("portals", "list", "--as", AMELIE, "--json").document["total"] == 1


def test_a_demo_that_was_broken_off_says_how_to_start_over(
    cli: Cli, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def torn(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("core.demo.lives.Lives.add", torn)
        assert cli("demo", "--portals", 20).code == 130
    answer = cli("demo", "--portals", 20, "--json")
    assert answer.code == 1
    assert "broken off" in answer.error["message"]
    checks = {check["id"]: check for check in cli("doctor", "--json").document["checks"]}
    assert checks["demo"]["state"] == "wrong"
    with opened(settings) as services:
        mark = services.marks.demo()
    assert mark is not None
    assert not mark.is_complete


@pytest.mark.parametrize(("portals", "days"), [(0, 10), (10, 0), (10, 4000), (-1, 5), (10**8, 5)])
def test_sizes_that_make_no_sense_are_refused(settings: Settings, portals: int, days: int) -> None:
    with opened(settings) as services:
        with pytest.raises(InvalidValue):
            services.demo().make(Wanted(portals, days, 1))
        assert services.marks.demo() is None


def test_nobody_makes_a_demo_where_no_instance_can_be_added(settings: Settings) -> None:
    from dataclasses import replace

    with opened(settings) as services, pytest.raises(Conflict, match="local"):
        replace(services.demo(), administration=None).make(TINY)


def test_nothing_of_a_batch_stays_when_one_row_is_wrong(settings_on_both: Settings) -> None:
    from core.demo.batch import Batch

    with opened(settings_on_both) as services:
        batch = Batch()
        batch.add("released_subdomain", "free", 404, "2026-01-01 00:00:00.000000")  # of no portal
        with pytest.raises(Exception, match=r"(?i)foreign key"), bulk(services.store) as writer:
            writer.write(batch)
        assert select(services, "SELECT count(*) FROM released_subdomain") == [(0,)]
