"""The project's own diagnoser, or the fault of its records."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.diagnosis import Diagnoser, find_diagnoser, load_diagnoser, reading
from core.errors import DataError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the records, which count as the project's own."""
    copy = tmp_path / "diagnosis"
    shutil.copytree(reading.FOLDER, copy)
    monkeypatch.setattr(reading, "FOLDER", copy)
    load_diagnoser.cache_clear()
    yield copy
    load_diagnoser.cache_clear()


def test_the_diagnoser_is_found_when_the_records_are_right(folder: Path) -> None:
    assert folder.is_dir()
    assert find_diagnoser() is load_diagnoser()


def test_the_fault_is_found_until_it_is_mended_when_a_record_is_wrong(folder: Path) -> None:
    file = folder / "timeout.yaml"
    good = file.read_text(encoding="utf-8")
    file.write_text(good.replace("title:", "titel:"), encoding="utf-8")
    found = find_diagnoser()
    assert isinstance(found, DataError)
    assert found.details["file"] == "diagnosis/timeout.yaml"
    assert find_diagnoser() is found  # not read anew
    file.write_text(good, encoding="utf-8")
    assert isinstance(find_diagnoser(), Diagnoser)
