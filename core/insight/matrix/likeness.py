"""How alike two portals are, and what one would lose or gain from one to the other."""

from dataclasses import dataclass

from core.insight.matrix.models import Column, Matrix, Row, View


@dataclass(frozen=True)
class Likeness:
    """Pair by pair, in the columns' order: 1 is the same, 0 nothing in common."""

    columns: tuple[Column, ...]
    values: tuple[tuple[float, ...], ...]

    def extremes(self) -> tuple[tuple[Column, Column, float], tuple[Column, Column, float]] | None:
        """The two most alike and the two least; None where there are no two."""
        pairs = [
            (self.columns[i], self.columns[j], self.values[i][j])
            for i in range(len(self.columns))
            for j in range(i + 1, len(self.columns))
        ]
        if not pairs:
            return None
        return max(pairs, key=lambda pair: pair[2]), min(pairs, key=lambda pair: pair[2])


@dataclass(frozen=True)
class Move:
    """From one portal to another. `changed`: features that both have, on other conditions (row, before, after)."""

    source: Column
    target: Column
    lost: tuple[Row, ...]
    gained: tuple[Row, ...]
    kept: tuple[Row, ...]
    changed: tuple[tuple[Row, str | None, str | None], ...]


def likeness_of(view: View) -> Likeness:
    """Jaccard's measure over all features, whatever rows are shown: what both have of what either has."""
    masks = [view.matrix.mask_of(column.slug) for column in view.columns]
    return Likeness(view.columns, tuple(tuple(_jaccard(a, b) for b in masks) for a in masks))


def move_of(matrix: Matrix, source: str, target: str) -> Move:
    """What is lost and gained from `source` to `target`; raises NotFound."""
    a, b = matrix.column(source), matrix.column(target)
    kept = tuple(row for row in matrix.rows if source in row.dots and target in row.dots)
    return Move(
        source=a,
        target=b,
        lost=tuple(row for row in matrix.rows if source in row.dots and target not in row.dots),
        gained=tuple(row for row in matrix.rows if target in row.dots and source not in row.dots),
        kept=kept,
        changed=tuple(
            (row, row.conditions.get(source), row.conditions.get(target))
            for row in kept
            if row.conditions.get(source) != row.conditions.get(target)
        ),
    )


def _jaccard(a: int, b: int) -> float:
    return (a & b).bit_count() / (a | b).bit_count() if a | b else 1.0
