"""Must-haves: all of them met first, then by how many are missing, each one named."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import NotFound
from core.insight.matrix import Matrix, MatrixFilter, View, view_of
from core.insight.matrix.combination import smallest_combination
from core.insight.matrix.ranking import ranking_of
from tests.insight.matrix.conftest import OWN, SMALL, filters


def _ranking(matrix: Matrix, *must_haves: str, **more: object) -> list[tuple[str, list[str]]]:
    wanted = MatrixFilter(must_haves=must_haves, **more)  # type: ignore[arg-type]  # by name
    places = ranking_of(view_of(matrix, wanted)).places
    return [(place.column.slug, [row.slug for row in place.missing]) for place in places]


def test_those_that_meet_all_come_first_when_ranked(matrix: Matrix) -> None:
    assert _ranking(matrix, "forums", "blogs") == [
        ("community", []),
        ("customer-self-service", ["blogs"]),
        ("employee-self-service", ["blogs"]),
        ("partner", ["forums", "blogs"]),
        ("custom", ["forums", "blogs"]),
    ]


@given(st.data())
def test_a_ranking_is_monotone_when_a_must_have_comes_in(data: st.DataObject) -> None:
    matrix = data.draw(st.sampled_from((OWN, SMALL)))
    wanted = data.draw(filters(matrix))
    added = data.draw(st.sampled_from([row.slug for row in matrix.rows if row.slug not in wanted.must_haves]))
    before = ranking_of(view_of(matrix, wanted))
    after = ranking_of(view_of(matrix, replace(wanted, must_haves=(*wanted.must_haves, added))))
    missing = {place.column.slug: len(place.missing) for place in before.places}
    order = [place.column.slug for place in after.places]
    for place in after.places:
        has_it = place.column.slug in matrix.row(added).dots
        assert len(place.missing) == missing[place.column.slug] + (not has_it)
    # Who has it stays before everyone whom it was before.
    earlier = [place.column.slug for place in before.places]
    for one, other in combinations(earlier, 2):
        if one in matrix.row(added).dots:
            assert order.index(one) < order.index(other)


@given(filters(SMALL))
def test_places_follow_missing_then_points_then_the_table_when_ranked(wanted: MatrixFilter) -> None:
    view = view_of(SMALL, wanted)
    places = ranking_of(view).places
    order = {column.slug: position for position, column in enumerate(view.columns)}
    keys = [(len(place.missing), -place.points, order[place.column.slug]) for place in places]
    assert keys == sorted(keys)
    assert {place.column for place in places} == set(view.columns)


def test_a_must_have_with_a_solution_is_met_and_says_so_when_ranked(matrix: Matrix) -> None:
    # R16
    wanted = MatrixFilter(must_haves=("field-service-integration",), add_ons=True)
    places = ranking_of(view_of(matrix, wanted)).meeting
    needing = {place.column.slug: [solution for _, solution in place.needing] for place in places}
    assert needing == {
        "partner": ["FieldService"],
        "partner-project-service": ["FieldService"],
        "partner-field-service": [],
    }


def test_the_least_that_does_is_named_when_several_do(matrix: Matrix) -> None:
    ranking = ranking_of(view_of(matrix, MatrixFilter(must_haves=("knowledge-management",))))
    assert [place.column.slug for place in ranking.meeting] == [
        "customer-self-service",
        "partner",
        "employee-self-service",
        "community",
    ]
    assert ranking.least is not None
    assert ranking.least.slug == "partner"  # 16 features
    assert ranking.combination is None


def test_a_combination_is_named_when_no_portal_has_all(matrix: Matrix) -> None:
    ranking = ranking_of(view_of(matrix, MatrixFilter(must_haves=("ideas", "faceted-search"))))
    assert not ranking.meeting
    assert ranking.least is None
    assert ranking.combination is not None
    assert [column.slug for column in ranking.combination.columns] == ["customer-self-service", "community"]


def test_what_nobody_has_is_named_when_the_filters_leave_nobody_with_it(matrix: Matrix) -> None:
    wanted = MatrixFilter(must_haves=("ideas", "forums"), audience="employee")
    ranking = ranking_of(view_of(matrix, wanted))
    assert [row.slug for row in ranking.unmet] == ["ideas"]
    assert ranking.combination is None


def test_an_unknown_must_have_is_refused_when_ranked(matrix: Matrix) -> None:
    with pytest.raises(NotFound) as refused:
        _ranking(matrix, "telepathy")
    assert refused.value.field == "must-have"


@given(filters(SMALL), st.lists(st.sampled_from([row.slug for row in SMALL.rows]), min_size=1, max_size=12))
def test_no_smaller_combination_does_when_one_is_named(wanted: MatrixFilter, must: list[str]) -> None:
    view = view_of(SMALL, replace(wanted, must_haves=tuple(dict.fromkeys(must))))
    rows = ranking_of(view).must_haves
    found = smallest_combination(view, rows)
    sizes = [size for size in range(1, len(view.columns) + 1) if _some_cover(view, must, size)]
    assert (found is None) == (not sizes)
    if found is not None:
        assert found.is_smallest
        assert len(found.columns) == sizes[0]
        assert all(row.dots & {column.slug for column in found.columns} for row in rows)


def _some_cover(view: View, must: list[str], size: int) -> bool:
    features = [view.matrix.features_of(column.slug) for column in view.columns]
    return any(set(must) <= frozenset[str]().union(*chosen) for chosen in combinations(features, size))
