"""The project's own diagnoser; or what is wrong with its records, for whoever can show everything else."""

from functools import cache, lru_cache

from core.diagnosis import reading
from core.diagnosis.diagnoser import Diagnoser, Diagnosis
from core.errors import DataError

Stamp = tuple[tuple[str, int, int], ...]


@cache
def load_diagnoser() -> Diagnoser:
    """The project's own diagnoser, made once a process; raises DataError where a record is wrong."""
    records, version = reading.load_records(reading.FOLDER)
    return Diagnoser(records, version)


def find_diagnoser() -> Diagnoser | DataError:
    """The same, or the fault of a record. A faulty folder is read anew only once a file in it has changed."""
    return _tried(_stamp())


def diagnose(text: str | bytes, *, code_hex: str | None = None) -> Diagnosis:
    """The cause of the message, by the project's own records; raises DataError where one is wrong."""
    return load_diagnoser().diagnose(text, code_hex=code_hex)


@lru_cache(maxsize=1)
def _tried(stamp: Stamp) -> Diagnoser | DataError:  # noqa: ARG001 - what the answer is kept for
    try:
        return load_diagnoser()
    except DataError as error:
        return error


def _stamp() -> Stamp:
    found = ((str(path), path.stat()) for path in sorted(reading.FOLDER.glob("*")))
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in found)
