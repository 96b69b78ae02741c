"""Which portals meet the must-haves: all of them first, then by how many are missing, each one named.

Weights come after: among portals that miss equally many, the heavier sum goes first, then the table's order.
"""

from dataclasses import dataclass

from core.insight.matrix.combination import Combination, smallest_combination
from core.insight.matrix.models import Column, Row, View


@dataclass(frozen=True)
class Ranked:
    """A portal's place; `needing` are the must-haves that it meets only with a further solution."""

    column: Column
    missing: tuple[Row, ...]
    needing: tuple[tuple[Row, str], ...]
    points: int

    @property
    def meets_all(self) -> bool:
        """Whether no must-have is missing."""
        return not self.missing


@dataclass(frozen=True)
class Ranking:
    """The portals on the screen, best first.

    `least`: of those that meet all must-haves the one with the fewest features. `combination`: where none meets
    all, the fewest portals that do so together. `unmet`: must-haves that no portal on the screen has.
    """

    must_haves: tuple[Row, ...]
    places: tuple[Ranked, ...]
    least: Column | None
    combination: Combination | None
    unmet: tuple[Row, ...]

    @property
    def meeting(self) -> tuple[Ranked, ...]:
        """Those that meet all must-haves."""
        return tuple(place for place in self.places if place.meets_all)


def ranking_of(view: View) -> Ranking:
    """Rank the portals on the screen; raises NotFound for a must-have or weight of an unknown feature."""
    matrix, wanted = view.matrix, view.wanted
    rows = tuple(dict.fromkeys(matrix.row(slug) for slug in wanted.must_haves))
    points = points_of(view, dict(wanted.weights))
    places = [_place(column, rows, points[column.slug]) for column in view.columns]
    places.sort(key=lambda place: (len(place.missing), -place.points))
    meeting = [place.column for place in places if place.meets_all]
    return Ranking(
        must_haves=rows,
        places=tuple(places),
        least=_least(view, meeting) if rows else None,
        combination=smallest_combination(view, rows) if rows and not meeting else None,
        unmet=tuple(row for row in rows if not row.dots & view.slugs),
    )


def points_of(view: View, weights: dict[str, int]) -> dict[str, int]:
    """The sum of the weights of what each portal on the screen has."""
    found = dict.fromkeys((column.slug for column in view.columns), 0)
    for feature, weight in weights.items():
        for portal in view.matrix.row(feature).dots & view.slugs:
            found[portal] += weight
    return found


def _place(column: Column, rows: tuple[Row, ...], points: int) -> Ranked:
    slug = column.slug
    return Ranked(
        column=column,
        missing=tuple(row for row in rows if slug not in row.dots),
        needing=tuple((row, row.conditions[slug]) for row in rows if slug in row.conditions),
        points=points,
    )


def _least(view: View, meeting: list[Column]) -> Column | None:
    order = {column.slug: position for position, column in enumerate(view.columns)}
    return min(meeting, key=lambda c: (len(view.matrix.features_of(c.slug)), order[c.slug]), default=None)
