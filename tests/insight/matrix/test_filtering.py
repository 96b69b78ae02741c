"""What is shown: filters combine, in any order (R15)."""

from dataclasses import replace
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.insight.matrix import Matrix, MatrixFilter, view_of
from core.insight.matrix.filtering import everything, helps, is_shown, steps_of
from tests.insight.matrix.conftest import OWN, SMALL, filters

FIVE = ["customer-self-service", "partner", "employee-self-service", "community", "custom"]


def _slugs(matrix: Matrix, **wanted: object) -> list[str]:
    return [column.slug for column in view_of(matrix, MatrixFilter(**wanted)).columns]  # type: ignore[arg-type]  # by name


def _rows(matrix: Matrix, **wanted: object) -> list[str]:
    return [row.slug for row in view_of(matrix, MatrixFilter(**wanted)).rows]  # type: ignore[arg-type]  # by name


@given(st.data())
def test_nothing_changes_when_filters_come_in_another_order(data: st.DataObject) -> None:
    matrix = data.draw(st.sampled_from((OWN, SMALL)))
    wanted = data.draw(filters(matrix))
    steps = data.draw(st.permutations(steps_of(wanted)))
    in_that_order = reduce(lambda left, step: step(left), steps, everything(matrix))
    view = view_of(matrix, wanted)
    assert in_that_order.portals == view.slugs
    shown = {
        row.slug
        for row in matrix.rows
        if row.slug in in_that_order.features and is_shown(row, in_that_order.portals, in_that_order.only)
    }
    assert {row.slug for row in view.rows} == (shown if in_that_order.portals else set())


@given(filters(), filters())
def test_a_filter_only_takes_away_when_another_is_there_already(
    one: MatrixFilter, more: MatrixFilter
) -> None:
    wider = replace(one, groups=(), text="", only="all")
    narrower = replace(wider, groups=more.groups, text=more.text, only=more.only)
    assert set(view_of(OWN, narrower).rows) <= set(view_of(OWN, wider).rows)
    assert view_of(OWN, narrower).columns == view_of(OWN, wider).columns


@given(filters())
def test_rows_differ_or_are_common_or_nobodys_when_all_are_split(wanted: MatrixFilter) -> None:
    views = {only: view_of(OWN, replace(wanted, only=only)) for only in ("all", "differences", "common")}
    shown = {only: set(view.rows) for only, view in views.items()}
    nobodys = {row for row in shown["all"] if not row.dots & views["all"].slugs}
    assert shown["differences"] | shown["common"] | nobodys == shown["all"]
    assert not shown["differences"] & shown["common"]
    for only, view in views.items():
        assert len(view.hidden_rows) == len(shown["all"]) - len(shown[only])


@given(filters())
def test_counts_add_up_when_taken_by_row_and_by_column(wanted: MatrixFilter) -> None:
    view = view_of(OWN, wanted)
    assert sum(view.in_column(c.slug) for c in view.columns) == sum(view.in_row(row) for row in view.rows)
    assert [row for _, rows in view.groups for row in rows].__len__() == len(view.rows)


def test_the_five_are_shown_when_nothing_is_chosen(matrix: Matrix) -> None:
    view = view_of(matrix, MatrixFilter())
    assert [column.slug for column in view.columns] == FIVE
    assert len(view.rows) == 26
    assert sum(view.in_column(slug) for slug in FIVE) == 88


def test_all_seven_are_shown_when_add_ons_are_wanted(matrix: Matrix) -> None:
    assert _slugs(matrix, add_ons=True) == [*FIVE, "partner-project-service", "partner-field-service"]


# R15
@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        ("partner", ["customer-self-service", "partner", "community", "custom"]),
        ("customer", ["customer-self-service", "community", "custom"]),
        ("employee", ["employee-self-service"]),
    ],
)
def test_only_portals_on_offer_are_shown_when_an_audience_is_chosen(
    matrix: Matrix, audience: str, expected: list[str]
) -> None:
    assert _slugs(matrix, audience=audience) == expected


def test_nothing_is_shown_when_filters_leave_no_portal(matrix: Matrix) -> None:
    view = view_of(matrix, MatrixFilter(audience="employee", portals=("partner",), only="common"))
    assert (view.columns, view.rows, view.hidden_rows) == ((), (), ())


def test_equal_rows_are_hidden_when_only_differences_are_wanted(matrix: Matrix) -> None:
    pair = ("customer-self-service", "community")
    assert _rows(matrix, portals=pair, only="differences") == [
        "faceted-search",
        "profile-management",
        "subscribe-to-forum-thread",
        "ideas",
        "blogs",
    ]
    assert len(_rows(matrix, portals=pair, only="common")) == 17


def test_names_and_explanations_are_searched_when_words_are_given(matrix: Matrix) -> None:
    assert _rows(matrix, text="FORUM thread") == ["forums", "subscribe-to-forum-thread"]
    assert "ideas" in _rows(matrix, text="product teams")


@given(filters())
def test_what_helps_shows_so_many_rows_when_it_is_taken_away(wanted: MatrixFilter) -> None:
    view = view_of(OWN, wanted)
    found = helps(view)
    assert list(found.values()) == sorted(found.values(), reverse=True)
    for part, rows in found.items():
        without = replace(wanted, **{part: getattr(MatrixFilter(), part)})
        assert without != wanted
        assert len(view_of(OWN, without).rows) == rows > 0
