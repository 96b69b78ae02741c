"""The fewest portals that have every must-have together: a smallest cover, exact as far as it is quick."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.insight.matrix.models import Column, Row, View

# Enough for every cover of a handful of portals; a search that takes longer gives a small one, and says so.
_MOST_TRIES = 20_000


@dataclass(frozen=True)
class Combination:
    """Portals that have all must-haves together, in the table's order; `is_smallest`: no fewer would do."""

    columns: tuple[Column, ...]
    is_smallest: bool


class _Exhausted(Exception):
    """The search has taken as long as it may."""


def smallest_combination(view: View, rows: tuple[Row, ...]) -> Combination | None:
    """The fewest portals on the screen that have all rows together; None where one is had by none.

    Of several equally small, the one that brings the fewest features besides, then the table's order.
    """
    everything = (1 << len(rows)) - 1
    masks = {
        column.slug: sum(1 << bit for bit, row in enumerate(rows) if column.slug in row.dots)
        for column in view.columns
    }
    union = 0
    for mask in masks.values():
        union |= mask
    if not rows or union != everything:
        return None
    found, is_smallest = _cover(masks, everything, view)
    return Combination(tuple(column for column in view.columns if column.slug in found), is_smallest)


def _cover(masks: dict[str, int], everything: int, view: View) -> tuple[frozenset[str], bool]:
    greedy = _greedy(masks, everything)
    tries = _Tries(_MOST_TRIES)
    try:
        for size in range(1, len(greedy) + 1):
            covers = list(_covers(masks, everything, size, tries))
            if covers:
                order = list(masks)
                return min(covers, key=lambda c: (_weight(c, view), sorted(map(order.index, c)))), True
    except _Exhausted:
        return greedy, False
    return greedy, True


class _Tries:
    """How many steps a search may still take."""

    def __init__(self, left: int) -> None:
        self._left = left

    def take(self) -> None:
        """One step; raises _Exhausted."""
        self._left -= 1
        if self._left < 0:
            raise _Exhausted


def _covers(masks: dict[str, int], open_: int, size: int, tries: _Tries) -> Iterator[frozenset[str]]:
    """Every cover of that size: each must take one of those that have the rarest row still open."""
    tries.take()
    if not open_:
        yield frozenset()
        return
    widest = max((mask & open_).bit_count() for mask in masks.values())
    if size * widest < open_.bit_count():
        return
    for slug in _having_the_rarest(masks, open_):
        for rest in _covers(masks, open_ & ~masks[slug], size - 1, tries):
            yield rest | {slug}


def _having_the_rarest(masks: dict[str, int], open_: int) -> list[str]:
    bits = [1 << bit for bit in range(open_.bit_length()) if open_ >> bit & 1]
    return min(([slug for slug, mask in masks.items() if mask & bit] for bit in bits), key=len)


def _greedy(masks: dict[str, int], open_: int) -> frozenset[str]:
    found: set[str] = set()
    while open_:
        best = max(masks, key=lambda slug: (masks[slug] & open_).bit_count())
        found.add(best)
        open_ &= ~masks[best]
    return frozenset(found)


def _weight(slugs: frozenset[str], view: View) -> int:
    return len(frozenset[str]().union(*(view.matrix.features_of(slug) for slug in slugs)))
