"""What `doctor` finds."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from core.bootstrap import Services
from core.commandline.doctor import examine
from core.commandline.findings import Finding
from core.errors import StoreOlder
from core.provisioning import leases
from core.storage.tables import Executor
from tests.commandline.conftest import ADMIN, AMELIE, Cli, request


@pytest.fixture(autouse=True)
def _in_its_own_place(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> None:
    monkeypatch.setenv("PORTICO_DATA_DIR", str(data_dir))


def _found() -> dict[str, Finding]:
    return {finding.id: finding for finding in examine()}


def test_nothing_is_made_when_there_is_no_store(data_dir: Path) -> None:
    found = _found()
    assert found["store"].state == "fine"
    assert "not made yet" in found["store"].message
    assert "engine" not in found
    assert list(data_dir.glob("portico.sqlite")) == []


def test_the_data_directory_is_wrong_when_it_can_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    monkeypatch.setenv("PORTICO_DATA_DIR", str(blocked))
    found = _found()
    assert found["data-directory"].state == "wrong"
    assert "store" not in found


@pytest.mark.parametrize("url", ["postgresql://somebody:secret@127.0.0.1:1/nothing"])
def test_the_store_is_wrong_when_it_does_not_answer(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("PORTICO_DATABASE_URL", url)
    finding = _found()["store"]
    assert finding.state == "wrong"
    assert "secret" not in finding.message
    assert "PORTICO_DATABASE_URL" in (finding.fix or "")


def test_the_store_is_wrong_when_it_is_no_database(data_dir: Path) -> None:
    (data_dir / "portico.sqlite").write_text("no database at all, by far", encoding="utf-8")
    assert _found()["store"].state == "wrong"


def test_the_engine_is_warned_of_when_runs_wait_for_it(cli: Cli, services: Services) -> None:
    assert _found()["engine"].message == "Nobody runs the engine, and nothing waits for it."
    cli("provision", *request(), "--accept-terms")
    waiting = _found()["engine"]
    assert (waiting.state, "worker" in (waiting.fix or "")) == ("warning", True)
    leases.register(services.store)
    assert _found()["engine"] == Finding(
        "engine", "fine", "1 runs the engine; 1 runs are under way or queued."
    )


def test_the_machines_are_wrong_when_a_worker_runs_elsewhere(services: Services) -> None:
    executor = leases.register(services.store)
    with services.store.writing() as session:
        row = session.get_one(Executor, executor)
        row.machine = "elsewhere/"
        session.add(row)
    finding = _found()["engine-machines"]
    assert finding.state == "wrong"
    assert "elsewhere" in finding.message


def test_a_lost_engine_is_warned_of_when_its_runs_wait(cli: Cli, services: Services) -> None:
    cli("provision", *request(), "--accept-terms")
    executor = leases.register(services.store)
    with services.store.writing() as session:
        row = session.get_one(Executor, executor)
        row.machine, row.renewed_at = "elsewhere/", row.renewed_at - timedelta(hours=1)
        session.add(row)
    assert _found()["engine-lost"].state == "warning"


def test_the_instance_is_wrong_when_it_is_silent_and_warned_of_when_it_imports_nothing(cli: Cli) -> None:
    cli("instances", "change", "contoso", "--reachable", "no", "--as", ADMIN)
    cli("instances", "change", "fabrikam", "--administration-mode", "on", "--as", ADMIN)
    found = _found()
    assert [found[f"instance-{slug}"].state for slug in ("contoso", "fabrikam", "adventure-works")] == [
        "wrong", "warning", "fine",
    ]  # fmt: skip
    answer = cli("doctor")
    assert answer.code == 1
    assert "✗ contoso does not answer" in answer.out
    cli("instances", "change", "contoso", "--reachable", "yes", "--as", AMELIE)


def test_the_platform_is_wrong_when_its_files_are_gone(cli: Cli, data_dir: Path) -> None:
    cli("instances", "list")
    (data_dir / "local" / "instances" / "contoso.sqlite").unlink()
    assert _found()["instance-contoso"].state == "wrong"


def test_the_files_are_wrong_when_they_are_damaged(cli: Cli, data_dir: Path) -> None:
    cli("instances", "list")
    for file in (data_dir / "local" / "instances").glob("contoso.sqlite*"):
        file.write_bytes(b"damaged" * 1000)
    assert _found()["instance-contoso"].state == "wrong"
    for file in (data_dir / "local").glob("tenant.sqlite*"):
        file.write_bytes(b"damaged" * 1000)
    assert _found()["platform"].state == "wrong"


def test_the_store_is_wrong_when_somebody_holds_it_locked(
    cli: Cli, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("migrate")
    monkeypatch.setattr("core.storage.store.BUSY_TIMEOUT_MS", 1)
    with closing(sqlite3.connect(data_dir / "portico.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        found = _found()
    assert found["store-writable"].state == "wrong"
    assert "locked" in found["store-writable"].message
    assert "engine" not in found


def test_the_journal_is_warned_of_when_readers_wait_for_writers(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("migrate")
    monkeypatch.setattr(
        "core.storage.store._set_pragmas", lambda connection: connection.execute("PRAGMA journal_mode=DELETE")
    )
    assert _found()["store-journal"].state == "warning"


def test_migrate_is_advised_when_the_store_is_older(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli("migrate")

    def older(_found: str) -> None:
        raise StoreOlder("The store is of an earlier version.")

    monkeypatch.setattr("core.storage.schema.check_version", older)
    finding = _found()["store-version"]
    assert finding.state == "wrong"
    assert "core migrate" in (finding.fix or "")
