"""What is exported is what is on the screen."""

import csv
import io
import zipfile
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring
from hypothesis import given, settings

from core.catalogue import load_catalogue
from core.insight.matrix import Matrix, MatrixFilter, View, view_of
from core.insight.matrix.exports import as_csv, as_document, as_markdown
from core.insight.matrix.ranking import ranking_of
from core.insight.matrix.workbook import as_workbook
from tests.catalogue.seed import seed_table
from tests.insight.matrix.conftest import OWN, filters

_CELL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def _dots(view: View) -> dict[str, list[bool]]:
    return {row.name: [column.slug in row.dots for column in view.columns] for row in view.rows}


def _of_csv(text: str) -> tuple[list[str], dict[str, list[bool]]]:
    head, *rows = csv.reader(io.StringIO(text))
    return head, {name: [cell == "•" for cell in cells] for name, *cells in rows}


def _of_markdown(text: str) -> tuple[list[str], dict[str, list[bool]]]:
    lines = [line for line in text.splitlines() if line.startswith("|")]
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return head, {name: [cell == "•" for cell in cells] for name, *cells in rows}


def _of_workbook(data: bytes) -> list[list[str]]:
    """The first sheet, cell by cell."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        texts = ["".join(item.itertext()) for item in fromstring(archive.read("xl/sharedStrings.xml"))]
        sheet = fromstring(archive.read("xl/worksheets/sheet1.xml"))
    return [[_text(cell, texts) for cell in row] for row in sheet.iter(f"{_CELL}row")]


def _text(cell: Element, texts: list[str]) -> str:
    value = cell.find(f"{_CELL}v")
    if value is None or value.text is None:
        return ""
    return texts[int(value.text)] if cell.get("t") == "s" else value.text


@given(filters())
def test_every_export_has_the_cells_of_the_screen_when_written(wanted: MatrixFilter) -> None:
    view = view_of(OWN, wanted)
    names = ["Feature", *(column.name for column in view.columns)]
    assert _of_csv(as_csv(view)) == (names, _dots(view))
    assert _of_markdown(as_markdown(view)) == (names, _dots(view))
    document = as_document(view, ranking_of(view))
    assert document["portals"] == [column.slug for column in view.columns]
    assert {
        f["name"]: [slug in f["portals"] for slug in document["portals"]] for f in document["features"]
    } == _dots(view)


@given(filters())
@settings(max_examples=15)
def test_a_workbook_has_the_cells_of_the_screen_when_read_back(wanted: MatrixFilter) -> None:
    view = view_of(OWN, wanted)
    head, *rows = _of_workbook(as_workbook(view))
    assert head == ["Feature", "Group", *(column.name for column in view.columns), "Portals"]
    body = rows[: len(view.rows)]
    assert {row[0]: [cell.startswith("•") for cell in row[2 : 2 + len(view.columns)]] for row in body} == (
        _dots(view) if view.rows else {}
    )
    assert [int(float(row[-1])) for row in body] == [view.in_row(row) for row in view.rows]


def test_a_workbook_says_with_which_solution_and_never_runs_a_formula_when_opened(matrix: Matrix) -> None:
    data = as_workbook(view_of(matrix, MatrixFilter(must_haves=("ideas", "forums"))))
    rows = _of_workbook(data)
    assert "• with Field Service" in {cell for row in rows for cell in row}
    assert any(cell.startswith("Community meets both") for row in rows for cell in row)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_markdown_is_the_seeds_table_when_it_is_at_hand(matrix: Matrix) -> None:
    # R17
    portals, rows = seed_table()
    assert _of_markdown(as_markdown(view_of(matrix, MatrixFilter()))) == (["Feature", *portals], rows)


def test_markdown_says_which_dots_wait_for_a_solution_when_some_do(matrix: Matrix) -> None:
    # R16
    text = as_markdown(view_of(matrix, MatrixFilter(portals=("partner",))))
    assert "With the solution Field Service only: Field Service Integration (Partner Portal)." in text
    assert "only:" not in as_markdown(view_of(matrix, MatrixFilter(portals=("community",))))


def test_the_document_has_a_ranking_only_when_there_are_must_haves(matrix: Matrix) -> None:
    view = view_of(matrix, MatrixFilter())
    assert set(as_document(view, ranking_of(view))) == {"portals", "features"}
    assert [feature["name"] for feature in as_document(view, None)["features"]] == [
        feature.name for feature in load_catalogue().features
    ]
    view = view_of(matrix, MatrixFilter(must_haves=("blogs",)))
    assert as_document(view, ranking_of(view))["ranking"][:2] == [
        {"portal": "community", "missing": []},
        {"portal": "customer-self-service", "missing": ["Blogs"]},
    ]
