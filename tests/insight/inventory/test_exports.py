"""Portals as files: what is in them, and how much is read at once."""

import csv
import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from pyarrow import parquet

from core.errors import InvalidValue
from core.insight.inventory import COLUMNS, KINDS, exporting, inventory
from core.insight.inventory.models import InventoryRow
from core.insight.models import PortalFilter
from tests.insight.inventory import estate
from tests.insight.rows import add_portal
from tests.portals.world import ADMIN, NADIA, World

EVERY = PortalFilter()


def exported(world: World, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    number = world.services.inventory.export(kind, options.pop("wanted", EVERY), ADMIN, file, **options)
    assert not file.closed
    assert number == world.services.inventory.page(EVERY, ADMIN).total or "wanted" not in options
    return file.getvalue()


def as_csv(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_every_portal_is_in_the_file_once_when_read_in_batches(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    estate.fill(world, 20)
    monkeypatch.setattr(inventory, "BATCH", 7)
    ids = world.services.inventory.ids(EVERY, ADMIN, 100)
    assert [int(row["Id"]) for row in as_csv(exported(world, "csv"))] == list(ids)
    assert parquet.read_table(io.BytesIO(exported(world, "parquet")))["id"].to_pylist() == list(ids)


@pytest.mark.parametrize(("kind", "first"), [("csv", 500), ("parquet", 10_000), ("xlsx", 10_001)])
def test_the_parts_are_the_file_when_it_is_streamed(world: World, kind: str, first: int) -> None:
    add_portal(world, "help")
    (row,) = world.services.inventory.rows(EVERY, ADMIN)
    number = 10_001
    asked = 0

    def rows() -> Iterator[InventoryRow]:
        nonlocal asked
        for _ in range(number):
            asked += 1
            yield row

    parts = exporting.stream(kind, rows())
    data = next(parts)
    assert data
    assert asked == first
    data += b"".join(parts)
    file = io.BytesIO()
    assert exporting.write(kind, rows(), file) == number
    whole = file.getvalue()
    if kind == "xlsx":  # the time that it was made is in it
        data, whole = (
            zipfile.ZipFile(io.BytesIO(one)).read("xl/worksheets/sheet1.xml") for one in (data, whole)
        )
    assert data == whole


def test_it_is_refused_before_anything_is_read_when_there_is_no_such_file() -> None:
    with pytest.raises(InvalidValue, match="can't be exported as 'pdf'"):
        exporting.stream("pdf", iter(()))


def test_columns_are_those_chosen_in_their_order(world: World) -> None:
    add_portal(world, "help", name="Hilfe")
    (row,) = as_csv(exported(world, "csv", columns=["subdomain", "display_name"]))
    assert list(row.items()) == [("Subdomain", "help"), ("Name", "Hilfe-Configuring")]
    with pytest.raises(InvalidValue, match="no column 'colour'"):
        exported(world, "csv", columns=["colour"])
    with pytest.raises(InvalidValue, match="csv, xlsx, parquet"):
        exported(world, "pdf")


def test_formula_is_text_when_a_name_looks_like_one(world: World) -> None:
    add_portal(world, "help", name='=HYPERLINK("http://x")', state="provisioned", verdict="healthy")
    (row,) = as_csv(exported(world, "csv"))
    assert row["Name"] == '\'=HYPERLINK("http://x")'
    with zipfile.ZipFile(io.BytesIO(exported(world, "xlsx"))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "HYPERLINK" in sheet


def test_types_are_kept_when_the_file_has_them(world: World) -> None:
    add_portal(world, "help", has_failed=True, type="trial")
    (row,) = parquet.read_table(io.BytesIO(exported(world, "parquet"))).to_pylist()
    assert list(row) == list(COLUMNS)
    assert (row["has_failed"], row["trial_days_left"], row["provisioned_at"]) == (True, 30, None)
    assert row["created_at"] == world.clock.now


def test_a_sheet_more_is_begun_when_one_is_full(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "ROWS_A_SHEET", 2)
    for number, sheets in ((0, 1), (1, 1), (2, 2), (3, 2)):
        if number:
            add_portal(world, f"p-{number}")
        with zipfile.ZipFile(io.BytesIO(exported(world, "xlsx"))) as book:
            assert sum(name.startswith("xl/worksheets/sheet") for name in book.namelist()) == sheets


@pytest.mark.parametrize("kind", KINDS)
def test_file_has_a_head_when_nothing_matches(world: World, kind: str) -> None:
    file = io.BytesIO()
    assert world.services.inventory.export(kind, EVERY, NADIA, file) == 0
    assert file.getvalue()
