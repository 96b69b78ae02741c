"""A command line in this process, on a store of its own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.bootstrap import Services, build_services
from core.commandline.program import run
from core.settings import Settings
from tests.paths import ROOT

ADMIN = "admin@portico.example"
AMELIE = "amelie.laurent@contoso.example"
PRIYA = "priya.sharma@contoso.example"
NADIA = "nadia.haddad@fabrikam.example"


@dataclass(frozen=True)
class Answer:
    """What a command gave."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as the one JSON document that it must be."""
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        """The error of the document; it always has its four parts."""
        error: dict[str, Any] = self.document["error"]
        assert set(error) == {"code", "message", "field", "details"}
        return error


Cli = Callable[..., Answer]
BeginWith = Callable[[Callable[[], None]], None]


@pytest.fixture
def cli(data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs a command in this process."""
    monkeypatch.setenv("PORTICO_DATA_DIR", str(data_dir))

    def call(*arguments: object) -> Answer:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return call


@pytest.fixture
def process(data_dir: Path) -> Cli:
    """Runs a command in a process of its own."""

    def call(*arguments: object, **environment: str) -> Answer:
        done = subprocess.run(
            [sys.executable, "-m", "core", *map(str, arguments)],
            cwd=ROOT,
            env={**os.environ, "PORTICO_DATA_DIR": str(data_dir), **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    """The services of the same store, to look behind the commands."""
    built = build_services(settings)
    yield built
    built.close()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the data of stories that were told before is kept."""
    return tmp_path_factory.mktemp("made")


@pytest.fixture
def begin_with(data_dir: Path, made: Path) -> BeginWith:
    """`begin_with(tell)`: what the commands of `tell` make; they run once, each further test gets a copy."""

    def begin(tell: Callable[[], None]) -> None:
        kept = made / f"{tell.__module__}.{tell.__qualname__}"
        if kept.exists():
            shutil.copytree(kept, data_dir, dirs_exist_ok=True)
        else:
            tell()
            shutil.copytree(data_dir, kept)

    return begin


def request(subdomain: object = "aide", **changed: object) -> list[str]:
    """The options of a request that is in order."""
    values: dict[str, object] = {
        "name": "Aide",
        "subdomain": subdomain,
        "instance": "contoso",
        "language": 1036,
        "administrator": AMELIE,
        "audience": "customer",
        "portal": "customer-self-service",
        "as_": AMELIE,
    } | changed
    return [
        part
        for name, value in values.items()
        if value is not None
        for part in (f"--{name.rstrip('_')}", str(value))
    ]
