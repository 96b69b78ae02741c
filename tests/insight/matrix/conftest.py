"""The matrix of the project's own catalogue, and filters of every kind."""

import pytest
from hypothesis import strategies as st

from core.catalogue import load_catalogue
from core.insight.matrix import MOST_WEIGHT, Matrix, MatrixFilter, matrix_of
from tests.insight.matrix.generated import generated_catalogue

OWN = matrix_of(load_catalogue())
SMALL = matrix_of(generated_catalogue(12, 11))
WORDS = ("", "forum", "PORTAL", "needed by", "no such words", "ß")


@pytest.fixture(scope="session")
def matrix() -> Matrix:
    """R17: 26 features, five portals and two add-ons."""
    return OWN


def filters(matrix: Matrix = OWN) -> st.SearchStrategy[MatrixFilter]:
    """Any filter of that matrix."""
    portals = [column.slug for column in matrix.columns]
    features = [row.slug for row in matrix.rows]
    weight = st.tuples(st.sampled_from(features), st.integers(1, MOST_WEIGHT))
    return st.builds(
        MatrixFilter,
        audience=st.none() | st.sampled_from(sorted(matrix.audiences)),
        portals=_some(portals),
        add_ons=st.booleans(),
        groups=_some(matrix.groups),
        text=st.sampled_from(WORDS),
        only=st.sampled_from(("all", "differences", "common")),
        must_haves=_some(features),
        weights=st.lists(weight, max_size=5, unique_by=lambda pair: pair[0]).map(tuple),
    )


def _some(slugs: "tuple[str, ...] | list[str]") -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(list(slugs)), max_size=4, unique=True).map(tuple)
