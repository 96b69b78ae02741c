"""The records of data/diagnosis/, read and checked, with the version of the rules."""

import hashlib
from pathlib import Path

from core.catalogue.reading import WHOLE_FILE, make, parse_yaml, read_text, shown
from core.diagnosis.records import UNKNOWN, Record
from core.errors import DataError
from core.settings import ROOT

FOLDER = ROOT / "data" / "diagnosis"
_VERSION_LENGTH = 12


def load_records(folder: Path = FOLDER) -> tuple[tuple[Record, ...], str]:
    """The records, by id, and their version: a hash of all the files. Raises DataError (file, key, reason)."""
    paths = sorted(path for path in folder.glob("*") if not path.name.startswith("."))
    digest = hashlib.sha256()
    records = []
    for path in paths:
        file = shown(path, folder)
        text = read_text(path, file)
        digest.update(f"{path.name}\0{text}\0".encode())
        records.append(_record(path, file, text))
    _check(records, folder)
    return tuple(records), digest.hexdigest()[:_VERSION_LENGTH]


def _record(path: Path, file: str, text: str) -> Record:
    if path.suffix != ".yaml":
        raise DataError(file, WHOLE_FILE, "is no cause's record: its name should end in .yaml")
    raw = parse_yaml(text, file)
    if isinstance(raw, dict) and "id" in raw:
        raise DataError(file, "id", "is the file's name and not written in it")
    return make(Record, {**raw, "id": path.stem} if isinstance(raw, dict) else raw, file)


def _check(records: list[Record], folder: Path) -> None:
    known = {record.id for record in records} | {"*"}
    if UNKNOWN not in known:
        raise DataError(f"{folder.name}/{UNKNOWN}.yaml", WHOLE_FILE, "is missing")
    for record in records:
        file = f"{folder.name}/{record.id}.yaml"
        if (record.setting is not None) != (record.id == UNKNOWN):
            raise DataError(file, "setting", f"stands in {UNKNOWN}.yaml, and only there")
        for other in record.recognise.yields_to:
            if other not in known:
                raise DataError(file, "recognise.yields_to", f"{other} is no cause")
