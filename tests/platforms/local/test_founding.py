import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from core.errors import StoreNewer, StoreOlder
from core.platforms.local import LocalPlatform
from core.platforms.local import founding as founding_module
from core.platforms.port import SYSTEM_ADMINISTRATOR, User
from tests.paths import ROOT

READ = """
import sys
from pathlib import Path
from core.platforms.local import LocalPlatform
platform = LocalPlatform(Path(sys.argv[1]))
print(sys.stdin.readline().strip(), len(platform.instance("fabrikam").solutions), *platform.instance_slugs())
"""


def start(script: str, arguments: Sequence[str]) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_files_are_made_once_when_several_processes_come_at_once(tmp_path: Path) -> None:
    processes = [start(READ, [str(tmp_path)]) for _ in range(4)]
    answers = [process.communicate("go\n", timeout=60)[0] for process in processes]
    assert answers == ["go 2 contoso fabrikam adventure-works\n"] * 4
    assert not list((tmp_path / "local").glob("*.making"))


def test_files_are_made_whole_when_the_first_attempt_was_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    real = founding_module.make_instance
    made = 0

    def killed_at_the_second(*arguments: object) -> None:
        nonlocal made
        real(*arguments)  # type: ignore[arg-type] # passed on as they came
        made += 1
        if made == 2:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(founding_module, "make_instance", killed_at_the_second)
        with pytest.raises(Killed):
            LocalPlatform(tmp_path).instance_slugs()
    assert len(LocalPlatform(tmp_path).instance("fabrikam").solutions) == 2


def test_nothing_is_written_when_only_made(tmp_path: Path) -> None:
    LocalPlatform(tmp_path / "data")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(("version", "error"), [(0, StoreOlder), (99, StoreNewer)])
def test_files_of_another_version_are_refused(tmp_path: Path, version: int, error: type[Exception]) -> None:
    first = LocalPlatform(tmp_path)
    first.instance_slugs()
    first.close()
    with sqlite3.connect(tmp_path / "local" / "tenant.sqlite") as connection:
        connection.execute(f"PRAGMA user_version={version}")
    connection.close()
    with pytest.raises(error):
        LocalPlatform(tmp_path).instance_slugs()


def test_instance_is_added_by_one_when_two_processes_add_it(tmp_path: Path) -> None:
    script = """
import sys
from pathlib import Path
from core.errors import Conflict
from core.platforms.local import LocalPlatform
from core.platforms.port import User
user = User(sys.argv[2], "Somebody", ("System Administrator",), "read-write", 1033)
try:
    LocalPlatform(Path(sys.argv[1])).add_instance("annex", "Annex", 1033, user)
    print("added")
except Conflict:
    print("refused")
"""
    LocalPlatform(tmp_path).instance_slugs()
    processes = [start(script, [str(tmp_path), f"a{n}@annex.example"]) for n in range(3)]
    answers = [process.communicate(timeout=60)[0].strip() for process in processes]
    assert sorted(answers) == ["added", "refused", "refused"]
    winner = answers.index("added")
    assert LocalPlatform(tmp_path).instance("annex").users[0].email == f"a{winner}@annex.example"


def test_few_files_are_open_when_there_are_many_instances(tmp_path: Path) -> None:
    platform = LocalPlatform(tmp_path)
    user = User("a@many.example", "A", (SYSTEM_ADMINISTRATOR,), "read-write", 1033)
    for number in range(100):
        platform.add_instance(f"many-{number}", f"Many {number}", 1033, user)
    for slug in platform.instance_slugs():
        platform.instance(slug)
    assert len(platform._databases._idle) <= 64
    platform.close()
    assert len(platform.instance_slugs()) == 103
