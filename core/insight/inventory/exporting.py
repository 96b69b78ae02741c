"""Portals as files, written as they are read: CSV, Excel, Parquet. A million rows take the memory of a few thousand."""

import csv
import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Literal, get_args

from core.errors import InvalidValue
from core.insight.inventory.models import InventoryRow

Kind = Literal["csv", "xlsx", "parquet"]
KINDS: tuple[str, ...] = get_args(Kind)
# By name: what it is called in the file's head, and of which type it is.
COLUMNS: Mapping[str, tuple[str, type]] = {
    "id": ("Id", int),
    "display_name": ("Name", str),
    "state": ("State", str),
    "verdict": ("Verdict", str),
    "subdomain": ("Subdomain", str),
    "url": ("URL", str),
    "type": ("Type", str),
    "instance": ("Instance", str),
    "language": ("Language", int),
    "administrator": ("Administrator", str),
    "audience": ("Audience", str),
    "portal": ("Portal", str),
    "created_by": ("Owner", str),
    "created_at": ("Created (UTC)", datetime),
    "provisioned_at": ("Provisioned (UTC)", datetime),
    "changed_at": ("Changed (UTC)", datetime),
    "package_version": ("Package version", str),
    "last_run_at": ("Last run (UTC)", datetime),
    "has_failed": ("Ever failed", bool),
    "last_cause": ("Last cause", str),
    "last_error": ("Last error", str),
    "trial_days_left": ("Trial days left", int),
}
ROWS_A_GROUP = 10_000
_ROWS_A_PART, _PART = 500, 64 * 1024
_WIDTH = 20
ROWS_A_SHEET = 1_048_575  # Excel's, but for the head
# A spreadsheet takes a text that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(
    kind: str, rows: Iterable[InventoryRow], file: BinaryIO, columns: Sequence[str] | None = None
) -> int:
    """Write the rows with these columns (None: all) and return how many there were. Raises InvalidValue."""
    return deque(_steps(kind, rows, file, _checked(kind, columns)), maxlen=1).pop()


def stream(kind: str, rows: Iterable[InventoryRow], columns: Sequence[str] | None = None) -> Iterator[bytes]:
    """The same file in parts, each as soon as it is written. Raises InvalidValue at once.

    Of an Excel file nothing can be read before its end: it comes by way of the disk.
    """
    names = _checked(kind, columns)
    return _from_disk(rows, names) if kind == "xlsx" else _as_written(kind, rows, names)


def _as_written(kind: str, rows: Iterable[InventoryRow], names: tuple[str, ...]) -> Iterator[bytes]:
    parts = _Parts()
    for _ in _steps(kind, rows, parts, names):
        yield parts.taken()
    yield parts.taken()


def _from_disk(rows: Iterable[InventoryRow], names: tuple[str, ...]) -> Iterator[bytes]:
    with TemporaryFile() as file:
        write("xlsx", rows, file, names)
        file.seek(0)
        while part := file.read(_PART):
            yield part


class _Parts(io.RawIOBase):
    """A file that is only written, and given away as it grows."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._size

    def write(self, part: Any, /) -> int:
        self._parts.append(bytes(part))
        self._size += len(part)
        return len(part)

    def taken(self) -> bytes:
        """What was written since it was asked for last."""
        parts, self._parts = self._parts, []
        return b"".join(parts)


def _checked(kind: str, columns: Sequence[str] | None) -> tuple[str, ...]:
    names = tuple(COLUMNS) if columns is None else tuple(dict.fromkeys(columns))
    unknown = next((name for name in names if name not in COLUMNS), None)
    if unknown is not None or not names:
        raise InvalidValue(
            f"There is no column '{unknown or ''}'. Choose of: {', '.join(COLUMNS)}.", field="columns"
        )
    if kind not in KINDS:
        raise InvalidValue(
            f"Portals can't be exported as '{kind[:20]}'. Choose one of: {', '.join(KINDS)}.", field="file"
        )
    return names


def _steps(kind: str, rows: Iterable[InventoryRow], file: Any, names: tuple[str, ...]) -> Iterator[int]:
    """Write, and tell now and then how many rows there were so far; at the end, of all."""
    writers: dict[str, Callable[[Iterator[list[Any]], tuple[str, ...], Any], Iterator[int]]]
    writers = {"csv": _write_csv, "xlsx": _write_workbook, "parquet": _write_parquet}
    return writers[kind]((([getattr(row, name) for name in names]) for row in rows), names, file)


def _write_csv(rows: Iterator[list[Any]], names: tuple[str, ...], file: Any) -> Iterator[int]:
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([COLUMNS[name][0] for name in names])
    number = 0
    for row in rows:
        writer.writerow([_as_text(value) for value in row])
        number += 1
        if number % _ROWS_A_PART == 0:
            yield number
    text.detach()
    yield number


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text


def _write_workbook(rows: Iterator[list[Any]], names: tuple[str, ...], file: Any) -> Iterator[int]:
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "remove_timezone": True,
        "default_date_format": "yyyy-mm-dd hh:mm:ss",
    }
    book = xlsxwriter.Workbook(file, options)
    bold = book.add_format({"bold": True})
    number = 0
    while number % ROWS_A_SHEET == 0:
        written = _fill(book.add_worksheet(), islice(rows, ROWS_A_SHEET), names, bold)
        number += written
        if not written:
            break
    book.close()
    yield number


def _fill(sheet: Any, rows: Iterable[list[Any]], names: tuple[str, ...], bold: Any) -> int:
    sheet.set_column(0, len(names) - 1, _WIDTH)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, [COLUMNS[name][0] for name in names], bold)
    number = 0
    for number, row in enumerate(rows, 1):
        sheet.write_row(number, 0, row)
    return number


def _write_parquet(rows: Iterator[list[Any]], names: tuple[str, ...], file: Any) -> Iterator[int]:
    import pyarrow as pa
    from pyarrow import parquet

    types = {str: pa.string(), int: pa.int64(), bool: pa.bool_(), datetime: pa.timestamp("us", "UTC")}
    schema = pa.schema([(name, types[COLUMNS[name][1]]) for name in names])
    number = 0
    with parquet.ParquetWriter(file, schema) as writer:
        while group := list(islice(rows, ROWS_A_GROUP)):
            values = [list(column) for column in zip(*group, strict=True)]
            arrays = [pa.array(column, field.type) for column, field in zip(values, schema, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            number += len(group)
            yield number
    yield number
