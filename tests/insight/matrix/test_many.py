"""Many portals more: 200 features and 60 portals are answered like 26 and five."""

import pytest

from core.insight.matrix import Matrix, MatrixFilter, matrix_of, view_of
from core.insight.matrix.answers import answer_lines
from core.insight.matrix.exports import as_csv
from core.insight.matrix.likeness import likeness_of
from core.insight.matrix.ranking import ranking_of
from core.insight.matrix.wording import headline
from tests.insight.matrix.generated import generated_catalogue


@pytest.fixture(scope="module")
def many() -> Matrix:
    return matrix_of(generated_catalogue(200, 60))


def test_everything_is_answered_when_there_are_many_portals(many: Matrix) -> None:
    wanted = MatrixFilter(
        add_ons=True,
        must_haves=tuple(f"feature-{number}" for number in range(1, 13)),
        weights=tuple((f"feature-{number}", number % 10 + 1) for number in range(100, 140)),
    )
    view = view_of(many, wanted)
    ranking = ranking_of(view)
    assert (len(view.columns), len(view.rows)) == (60, 200)
    assert headline(view, ranking)
    assert answer_lines(view, ranking)
    assert len(as_csv(view).splitlines()) == 201
    assert len(likeness_of(view).values) == 60


def test_a_combination_is_found_in_time_when_every_feature_is_a_must(many: Matrix) -> None:
    view = view_of(many, MatrixFilter(must_haves=tuple(row.slug for row in many.rows)))
    ranking = ranking_of(view)
    assert ranking.combination is not None
    chosen = {column.slug for column in ranking.combination.columns}
    assert all(row.dots & chosen for row in many.rows)
    if not ranking.combination.is_smallest:
        assert "A smaller combination may exist." in answer_lines(view, ranking)[0]
