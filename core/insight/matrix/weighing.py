"""Why the first wins over the second, and how little would have to change for another to win.

Weights rank what the must-haves leave: the portals that miss as few of them as the first does.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from core.insight.matrix.models import MOST_WEIGHT, Column, Row, View
from core.insight.matrix.ranking import Ranked, Ranking, points_of


@dataclass(frozen=True)
class Advantage:
    """A feature that one of two has and the other has not, and its weight; 0 for one that is not weighed."""

    row: Row
    weight: int


@dataclass(frozen=True)
class Change:
    """The weight of one feature, changed: then `winner` is first."""

    row: Row
    before: int
    after: int
    winner: Column

    @property
    def size(self) -> int:
        """By how much the weight moves."""
        return abs(self.after - self.before)


@dataclass(frozen=True)
class Verdict:
    """The first against the second: what each has that the other has not, the heaviest first.

    `decided_by`: what put the first before the second. `change`: the smallest change of one weight that makes
    another win; None where none from 0 to MOST_WEIGHT does, or only one portal is left to weigh.
    """

    first: Ranked
    second: Ranked
    decided_by: str
    for_first: tuple[Advantage, ...]
    for_second: tuple[Advantage, ...]
    change: Change | None


def verdict_of(view: View, ranking: Ranking) -> Verdict | None:
    """Why the first is first; None where fewer than two portals are on the screen."""
    if len(ranking.places) < 2:  # noqa: PLR2004 - a first and a second
        return None
    first, second = ranking.places[:2]
    weights = dict(view.wanted.weights)
    return Verdict(
        first=first,
        second=second,
        decided_by=_decided_by(first, second),
        for_first=_advantages(view, first, second, weights),
        for_second=_advantages(view, second, first, weights),
        change=smallest_change(view, ranking),
    )


def smallest_change(view: View, ranking: Ranking) -> Change | None:
    """The smallest change of one weight that makes another of the equals win; of equals the earlier feature."""
    equals = [place for place in ranking.places if len(place.missing) == len(ranking.places[0].missing)]
    weights = dict(view.wanted.weights)
    if len(equals) == 1 or not weights:
        return None
    points = points_of(view, weights)
    columns = [column for column in view.columns if any(place.column == column for place in equals)]
    changes = [
        change
        for row in view.matrix.rows
        if (change := _change_of(row, weights.get(row.slug, 0), columns, points)) is not None
    ]
    return min(changes, key=lambda change: change.size, default=None)


def _change_of(row: Row, weight: int, columns: list[Column], points: dict[str, int]) -> Change | None:
    """The smallest change of this one weight that makes another win."""
    having = [column for column in columns if column.slug in row.dots]
    lacking = [column for column in columns if column.slug not in row.dots]
    if not having or not lacking:
        return None  # all move alike
    best_having, best_lacking = _best(having, points), _best(lacking, points)
    gap = points[best_having.slug] - points[best_lacking.slug]
    # The table's order decides between equals: who stands later has to be ahead by one.
    having_is_earlier = columns.index(best_having) < columns.index(best_lacking)
    is_having_first = gap > 0 or (gap == 0 and having_is_earlier)
    if is_having_first:
        after, winner = weight - gap - having_is_earlier, best_lacking
    else:
        after, winner = weight - gap + (not having_is_earlier), best_having
    return Change(row, weight, after, winner) if 0 <= after <= MOST_WEIGHT else None


def _best(columns: Iterable[Column], points: dict[str, int]) -> Column:
    return max(columns, key=lambda column: points[column.slug])  # of equals the first


def _decided_by(first: Ranked, second: Ranked) -> str:
    if len(first.missing) != len(second.missing):
        return "must-haves"
    return "weights" if first.points != second.points else "order"


def _advantages(view: View, one: Ranked, other: Ranked, weights: dict[str, int]) -> tuple[Advantage, ...]:
    own = view.matrix.features_of(one.column.slug) - view.matrix.features_of(other.column.slug)
    rows = [Advantage(row, weights.get(row.slug, 0)) for row in view.matrix.rows if row.slug in own]
    return tuple(sorted(rows, key=lambda advantage: -advantage.weight))
