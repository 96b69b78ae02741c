"""Faults of Portico's own."""

from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from core.commandline.faults import as_error, write
from core.errors import NotFound


@pytest.fixture(autouse=True)
def _in_its_own_place(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> None:
    monkeypatch.setenv("PORTICO_DATA_DIR", str(data_dir))


def test_an_error_stays_itself_when_it_is_one_of_ours() -> None:
    error = NotFound("There is none.")
    assert as_error(error) is error


def test_the_path_is_named_when_a_file_can_not_be_used(data_dir: Path) -> None:
    error = as_error(PermissionError(13, "Permission denied", "somewhere.txt"))
    assert error.code == "file-not-usable"
    assert error.message.startswith("somewhere.txt can't be used: Permission denied.")
    assert Path(error.details["file"]).parent == data_dir / "errors"


def test_no_file_is_named_when_none_could_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    monkeypatch.setenv("PORTICO_DATA_DIR", str(blocked))
    error = as_error(ZeroDivisionError())
    assert (error.code, error.details) == ("unexpected", {})
    assert "nowhere" in error.message


def test_an_argument_is_meant_when_it_is_no_text() -> None:
    with pytest.raises(UnicodeEncodeError) as caught:
        "\udcff".encode()
    assert as_error(caught.value).code == "invalid-value"


def test_each_fault_has_a_file_of_its_own_when_several_happen() -> None:
    assert write(ZeroDivisionError()) != write(ZeroDivisionError())


def test_the_doctor_is_advised_when_the_database_fails() -> None:
    error = as_error(OperationalError("SELECT 1", {}, Exception("disk I/O error")))
    assert error.code == "store-error"
    assert "core doctor" in error.message
