"""Weights: who wins, why, and the smallest change that makes another win; held against trying every change."""

from dataclasses import replace

from hypothesis import given

from core.insight.matrix import MOST_WEIGHT, Matrix, MatrixFilter, view_of
from core.insight.matrix.answers import change_sentence, why
from core.insight.matrix.ranking import ranking_of
from core.insight.matrix.weighing import Verdict, verdict_of
from tests.insight.matrix.conftest import SMALL, filters


def _verdict(matrix: Matrix, weights: dict[str, int], *must_haves: str) -> Verdict:
    view = view_of(matrix, MatrixFilter(weights=tuple(weights.items()), must_haves=must_haves))
    verdict = verdict_of(view, ranking_of(view))
    assert verdict is not None
    return verdict


def _winner(matrix: Matrix, wanted: MatrixFilter) -> str:
    return ranking_of(view_of(matrix, wanted)).places[0].column.slug


def test_the_heavier_wins_with_its_reasons_when_weighed(matrix: Matrix) -> None:
    verdict = _verdict(matrix, {"faceted-search": 4, "ideas": 3}, "forums", "comments")
    assert (verdict.first.column.slug, verdict.second.column.slug) == (
        "customer-self-service",
        "employee-self-service",
    )
    assert verdict.decided_by == "order"
    verdict = _verdict(matrix, {"blogs": 5, "faceted-search": 3}, "forums")
    assert why(verdict) == (
        "Community wins over Customer Self-Service, 5 to 3; only it has Blogs (5).",
        "Customer Self-Service has instead Faceted Search (3).",
    )
    assert (
        change_sentence(verdict) == "Customer Self-Service would win if you raise Faceted Search from 3 to 5."
    )


def test_weights_change_nothing_when_the_must_haves_leave_one(matrix: Matrix) -> None:
    verdict = _verdict(matrix, {"faceted-search": 9}, "blogs")
    assert verdict.decided_by == "must-haves"
    assert verdict.change is None
    assert "leave Community alone" in change_sentence(verdict)


def test_there_is_no_verdict_when_there_is_one_portal(matrix: Matrix) -> None:
    view = view_of(matrix, MatrixFilter(portals=("custom",), weights=(("blogs", 1),)))
    assert verdict_of(view, ranking_of(view)) is None


@given(filters(SMALL))
def test_no_smaller_change_makes_another_win_when_all_are_tried(wanted: MatrixFilter) -> None:
    view = view_of(SMALL, wanted)
    verdict = verdict_of(view, ranking_of(view))
    if verdict is None or not wanted.weights:
        return
    weights, winner = dict(wanted.weights), _winner(SMALL, wanted)
    sizes = [
        abs(weight - weights.get(row.slug, 0))
        for row in SMALL.rows
        for weight in range(MOST_WEIGHT + 1)
        if _winner(SMALL, replace(wanted, weights=tuple({**weights, row.slug: weight}.items()))) != winner
    ]
    change = verdict.change
    assert (change is None) == (not sizes)
    if change is not None:
        assert change.size == min(sizes)
        changed = {**weights, change.row.slug: change.after}
        assert _winner(SMALL, replace(wanted, weights=tuple(changed.items()))) == change.winner.slug
        assert change.before == weights.get(change.row.slug, 0)
