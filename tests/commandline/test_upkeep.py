"""worker, migrate, doctor."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from core.bootstrap import Services
from core.storage.schema import OURS
from tests.commandline.conftest import AMELIE, Cli, request
from tests.paths import ROOT


def test_the_worker_ends_when_nothing_is_left_to_do(cli: Cli) -> None:
    cli("provision", *request(), "--accept-terms")
    answer = cli("worker", "--drain", "--json")
    assert (answer.code, answer.document) == (0, {"state": "drained"})
    assert cli("portals", "show", 1, "--json").document["portal"]["verdict"] == "healthy"
    assert "The worker has drained" in cli("worker", "--drain").err


def test_the_worker_is_content_when_a_run_failed(cli: Cli) -> None:
    cli("instances", "change", "contoso", "--administration-mode", "on", "--as", AMELIE)
    cli("provision", *request(), "--accept-terms", "--force")
    assert cli("worker", "--drain", "--json").code == 0
    assert cli("portals", "show", 1, "--json").document["runs"][0]["state"] == "failed"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "options", "code"),
    [(signal.SIGTERM, (), 0), (signal.SIGINT, (), 130), (signal.SIGTERM, ("--drain",), 130)],
)
def test_the_worker_stops_clean_when_told_to(
    cli: Cli, data_dir: Path, number: signal.Signals, options: tuple[str, ...], code: int
) -> None:
    if options:  # something that it can't finish
        cli("instances", "change", "contoso", "--delay", 600, "--as", AMELIE)
        cli("provision", *request(), "--accept-terms")
    worker = subprocess.Popen(
        [sys.executable, "-m", "core", "worker", *options],
        cwd=ROOT,
        env={**os.environ, "PORTICO_DATA_DIR": str(data_dir)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert worker.stderr is not None
    line = worker.stderr.readline()
    assert line.startswith("Worker "), line
    worker.send_signal(number)
    out, err = worker.communicate(timeout=60)
    assert (worker.returncode, out) == (code, "")
    assert "Traceback" not in err


@pytest.mark.slow
def test_the_wait_takes_over_when_the_worker_is_killed(cli: Cli, process: Cli, data_dir: Path) -> None:
    cli("instances", "change", "contoso", "--delay", "0.2", "--as", AMELIE)
    environment = {**os.environ, "PORTICO_DATA_DIR": str(data_dir)}
    with subprocess.Popen(
        [sys.executable, "-m", "core", "worker"], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stderr is not None
        worker.stderr.readline()
        with subprocess.Popen(
            [sys.executable, "-m", "core", "provision", *request(), "--accept-terms", "--wait", "--json"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as waiting:
            assert waiting.stderr is not None
            for line in waiting.stderr:
                if line.startswith("install-") and "done" in line:
                    break
            worker.kill()
            _, err = waiting.communicate(timeout=120)
            assert waiting.returncode == 0
    assert "running it here" in err
    assert process("portals", "show", 1, "--json").document["portal"]["verdict"] == "healthy"


def test_the_store_is_made_when_migrated_and_there_is_none(cli: Cli) -> None:
    assert cli("migrate", "--json").document == {"from": None, "to": OURS.head, "backup": None}
    assert cli("migrate", "--json").document == {"from": OURS.head, "to": OURS.head, "backup": None}
    assert "already" in cli("migrate").out
    assert cli("applications", "list", "--json").document["total"] == 13


def test_people_are_told_when_the_store_was_made(cli: Cli) -> None:
    assert f"The store is of version {OURS.head} now (before: none)." in cli("migrate").out


def test_the_copy_is_named_when_the_store_was_older(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def migrated(*_: object) -> dict[str, str]:
        return {"from": "0000", "to": "0001", "backup": "/backups/portico-0000.sqlite"}

    monkeypatch.setattr("core.storage.schema.migrate", migrated)
    answer = cli("migrate")
    assert "now (before: 0000)" in answer.out
    assert "/backups/portico-0000.sqlite" in answer.out


def test_the_way_out_is_told_when_the_store_is_newer(cli: Cli, services: Services, data_dir: Path) -> None:
    services.close()
    with sqlite3.connect(data_dir / "portico.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    for command in (("portals", "list"), ("migrate",)):
        answer = cli(*command, "--json")
        assert (answer.code, answer.error["code"]) == (1, "store-newer")
    answer = cli("doctor", "--json")
    wrong = [check["id"] for check in answer.document["checks"] if check["state"] == "wrong"]
    assert (answer.code, wrong) == (1, ["store-version"])


def test_every_finding_is_whole_when_the_doctor_looks(cli: Cli) -> None:
    cli("migrate")
    answer = cli("doctor", "--json")
    assert answer.code == 0
    checks = answer.document["checks"]
    assert {frozenset(check) for check in checks} == {frozenset({"id", "state", "message", "fix"})}
    assert all((check["fix"] is None) == (check["state"] == "fine") for check in checks)
    assert [check["id"] for check in checks] == [
        "data-directory", "store", "store-version", "store-writable", "store-journal", "engine", "platform",
        "instance-contoso", "instance-fabrikam", "instance-adventure-works", "host-url", "host-name", "host-port",
    ]  # fmt: skip
    assert "✓ Contoso answers." in cli("doctor").out
