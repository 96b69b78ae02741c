"""The matrix against the packages: a portal has what a solution delivers exactly where its package brings it."""

import shutil
from pathlib import Path

import pytest

from core.bootstrap import SOLUTIONS
from core.catalogue import load_catalogue
from core.errors import DataError
from core.insight.matrix import Matrix
from core.solutions.library import PackageLibrary
from tests.paths import DATA


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> PackageLibrary:
    return PackageLibrary(SOLUTIONS, tmp_path_factory.mktemp("uploads"))


def test_each_dot_of_a_solution_is_in_a_package_when_compared(
    matrix: Matrix, library: PackageLibrary
) -> None:
    # R17: covers the features that a solution delivers; its package's own manifest has that name.
    packages = {column.slug: load_catalogue().content_solutions(column.slug) for column in matrix.columns}
    rows = [row for row in matrix.rows if row.delivered.solution is not None]
    assert len(rows) == 13
    for row in rows:
        solution = str(row.delivered.solution)
        assert library.manifest(solution).unique_name == solution
        assert {slug for slug, brought in packages.items() if solution in brought} == row.dots


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("  - community\n", "", "lacks community, whose package brings MicrosoftForums"),
        ("  - community\n", "  - community\n  - custom\n", "has custom, whose package does not bring"),
    ],
)
def test_the_catalogue_is_refused_when_a_dot_and_a_package_disagree(
    tmp_path: Path, before: str, after: str, reason: str
) -> None:
    # R17: `make check` fails here, and whatever reads the catalogue does.
    folder = Path(shutil.copytree(DATA / "catalogue", tmp_path / "catalogue"))
    file = folder / "features" / "forums.yaml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(DataError, match=reason):
        load_catalogue(folder)
