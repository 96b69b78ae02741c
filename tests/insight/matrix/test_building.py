"""The matrix from the catalogue, cell by cell (R16, R17)."""

import pytest

from core.insight.matrix import Matrix
from core.insight.matrix.building import gains
from core.insight.matrix.models import Cell
from tests.catalogue.seed import seed_table
from tests.catalogue.test_matrix import CELLS, COLUMNS, MATRIX

ADD_ONS = ("partner-project-service", "partner-field-service")
PROJECT, FIELD = "project-service-automation-integration", "field-service-integration"


def _cell(matrix: Matrix, name: str, portal: str) -> Cell:
    return next(row for row in matrix.rows if row.name == name).cell(portal)


@pytest.mark.parametrize(("name", "portal", "dot"), CELLS)
def test_cell_is_as_the_literal_says_when_the_matrix_is_made(
    matrix: Matrix, name: str, portal: str, dot: bool
) -> None:
    # R17
    assert _cell(matrix, name, portal).has is dot


def test_every_cell_is_as_the_seed_says_when_it_is_at_hand(matrix: Matrix) -> None:
    # R17
    portals, rows = seed_table()
    columns = [column for column in matrix.columns if not column.is_add_on]
    assert portals == [column.name for column in columns]
    ours = {row.name: [row.cell(column.slug).has for column in columns] for row in matrix.rows}
    assert list(ours.items()) == list(rows.items())
    assert sum(map(len, ours.values())) == 130


def test_the_columns_are_the_five_and_the_add_ons_when_the_matrix_is_made(matrix: Matrix) -> None:
    # R16, R17
    assert [column.slug for column in matrix.columns] == [*(slug for slug, _ in COLUMNS), *ADD_ONS]
    assert [column.slug for column in matrix.columns if column.is_add_on] == list(ADD_ONS)
    assert [row.name for row in matrix.rows] == list(MATRIX)


# R16: a dot that says so; an add-on's own integration is always there.
@pytest.mark.parametrize(
    ("feature", "portal", "cell"),
    [
        (PROJECT, "partner", Cell(True, "ProjectService")),
        (FIELD, "partner", Cell(True, "FieldService")),
        (PROJECT, "partner-project-service", Cell(True)),
        (FIELD, "partner-project-service", Cell(True, "FieldService")),
        (PROJECT, "partner-field-service", Cell(True, "ProjectService")),
        (FIELD, "partner-field-service", Cell(True)),
        (PROJECT, "community", Cell(False)),
        ("theming", "partner", Cell(True)),
    ],
)
def test_a_cell_says_with_which_solution_when_it_takes_one(
    matrix: Matrix, feature: str, portal: str, cell: Cell
) -> None:
    assert matrix.row(feature).cell(portal) == cell


def test_an_add_on_adds_its_own_integration_when_asked(matrix: Matrix) -> None:
    # R16
    found = {
        gain.add_on.slug: (gain.base.slug, [row.slug for row in gain.features]) for gain in gains(matrix)
    }
    assert found == {
        "partner-project-service": ("partner", [PROJECT]),
        "partner-field-service": ("partner", [FIELD]),
    }


def test_a_portal_names_its_audiences_when_asked(matrix: Matrix) -> None:
    # R15
    assert {column.slug: column.audiences for column in matrix.columns} == {
        "customer-self-service": ("partner", "customer"),
        "partner": ("partner",),
        "employee-self-service": ("employee",),
        "community": ("partner", "customer"),
        "custom": ("partner", "customer"),
        "partner-project-service": ("partner",),
        "partner-field-service": ("partner",),
    }
