"""The file of `provision --file`: a CSV with the options' names as columns."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.commandline.errors import NotANumber
from core.errors import InvalidValue, NotFound, PorticoError
from core.portals.commands import StartProvisioning

REQUIRED = ("name", "subdomain", "instance", "language", "administrator", "audience", "portal")
OPTIONAL = ("application",)
MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Row:
    """A row of the file, counted from 1 below the header: what it asks for, or why it can't be read."""

    number: int
    request: StartProvisioning | None = None
    error: PorticoError | None = None


def read(path: Path) -> tuple[Row, ...]:
    """The rows. UTF-8, with or without a byte order mark; commas, or semicolons as some spreadsheets write.

    Empty lines count for nothing. Raises NotFound or InvalidValue (field `file`) where the file as a whole is
    not usable.
    """
    lines = _lines(_text(path))
    columns = _columns(next(lines, None))
    return tuple(_row(number, columns, cells) for number, cells in enumerate(lines, start=1))


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _wrong(f"{path} is larger than {MAX_BYTES // 2**20} MiB. Split it.")
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {path}. Check the path.", field="file") from error
    except OSError as error:
        raise _wrong(f"{path} can't be read: {error.strerror}. Check the path and your rights.") from error
    except UnicodeDecodeError as error:
        raise _wrong(f"{path} is no UTF-8 (byte {error.start + 1}). Save it as CSV in UTF-8.") from error


def _lines(text: str) -> Iterator[list[str]]:
    header = text.partition("\n")[0]
    delimiter = ";" if ";" in header and "," not in header else ","
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            if any(cell.strip() for cell in cells):
                yield cells
    except csv.Error as error:
        raise _wrong(f"The file is no CSV: {error}. Save it as CSV in UTF-8.") from error


def _columns(header: list[str] | None) -> list[str]:
    columns = [column.strip().lower() for column in header or ()]
    missing = [column for column in REQUIRED if column not in columns]
    unknown = [column for column in columns if column not in REQUIRED + OPTIONAL]
    doubled = sorted({column for column in columns if columns.count(column) > 1} - set(unknown))
    parts = [
        f"{what}: {', '.join(repr(column) for column in found)}"
        for what, found in (("missing", missing), ("unknown", unknown), ("there twice", doubled))
        if found
    ]
    if parts:
        raise InvalidValue(
            f"The file's columns are not those of a request ({'; '.join(parts)}). Make its first line "
            f"{','.join(REQUIRED)}, and {OPTIONAL[0]} if you like.",
            field="file",
            details={"missing": missing, "unknown": unknown, "doubled": doubled},
        )
    return columns


def _row(number: int, columns: list[str], cells: list[str]) -> Row:
    try:
        return Row(number, _request(columns, cells))
    except PorticoError as error:
        return Row(number, error=error)


def _request(columns: list[str], cells: list[str]) -> StartProvisioning:
    if len(cells) != len(columns):
        raise _wrong(
            f"The row has {len(cells)} cells where the header has {len(columns)} columns. Mend the row."
        )
    values = dict(zip(columns, (cell.strip() for cell in cells), strict=True))
    return StartProvisioning(
        name=values["name"],
        subdomain=values["subdomain"],
        instance=values["instance"] or None,
        language=_number("language", values["language"]),
        administrator=values["administrator"] or None,
        audience=values["audience"] or None,
        portal=values["portal"] or None,
        application=_number("application", values.get("application", "")),
    )


def _number(column: str, text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise NotANumber(f"{text[:40]!r} is no number, and {column} needs one.", field=column)
    return int(text[:20])


def _wrong(message: str) -> InvalidValue:
    return InvalidValue(message, field="file")
