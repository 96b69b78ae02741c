"""Which index gives a page: judged by the counts, which know how many portals have which values.

SQLite keeps no statistics of ours, and no database knows that two values rarely meet. What is chosen here changes what is
read, never what is found.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.insight.inventory.predicate import FACETS, NOTHING, Predicate
from core.insight.inventory.sorting import MADE_IN_ORDER, VERDICT, Order, Part

MOST_BRANCHES = 30
_BRANCH_COSTS = 100  # a query more, in rows read
_SORTING_COSTS = 1.5  # a row that is read to be sorted, against one that comes in order
_FINDING_COSTS = 3  # a row that is read by its id, far from the one before
_DOUBT = 200  # portals with the same values often stand together: so much of the worst case counts


# No row keeps these verdicts: their few portals are known by id.
_NEVER_KEPT = (frozenset({"slow"}), frozenset({"stuck"}))


@dataclass(frozen=True)
class Way:
    """How the rows of a part are found: each branch by itself, then all in order.

    `is_gathered`: every row that the index gives is read and sorted; else they come in order, and the first are enough.
    """

    branches: tuple[Predicate, ...]
    driven_by: frozenset[str] | None = frozenset()  # None: the database chooses
    is_gathered: bool = False


class Figures:
    """What a way costs, in rows that are read."""

    def __init__(self, view: Any) -> None:
        self._view = view

    def way(self, order: Order, part: Part, most: int) -> Way:
        """The cheapest way to the first rows of a part."""
        wanted = part.predicate
        if wanted.ids is not None:
            return self._by_ids(wanted, most)
        if wanted.paced and wanted.choice(VERDICT).chosen in _NEVER_KEPT:
            return Way((wanted,), frozenset({VERDICT}), is_gathered=True)
        matching = self._view.total(wanted)
        if not matching:
            return Way(())
        everything = self._view.total(replace(NOTHING, paced=wanted.paced))
        best, least = Way((wanted,)), _walk(everything, matching, most)
        for facet in FACETS:
            if wanted.choice(facet).chosen is None and not wanted.choice(facet).excluded:
                continue
            way, cost = self._by(facet, order, part, most)
            if cost < least:
                best, least = way, cost
        return best

    def _by_ids(self, wanted: Predicate, most: int) -> Way:
        """Read by id; those of a text that many hold are met soon enough in the list itself."""
        everything = self._view.total(replace(NOTHING, paced=wanted.paced))
        others = self._view.total(replace(wanted, ids=None, rest=(), text=""))
        likely = int(len(wanted.ids or ()) * others / max(everything, 1))
        if wanted.text and _walk(everything, likely, most) < _FINDING_COSTS * len(wanted.ids or ()):
            return Way((wanted.looked_for(),))
        return Way((wanted,), is_gathered=True)

    def _by(self, facet: str, order: Order, part: Part, most: int) -> tuple[Way, float]:
        wanted = part.predicate
        there: Mapping[Any, int] = self._view.counts(replace(NOTHING, paced=wanted.paced), facet)
        matching: Mapping[Any, int] = self._view.counts(wanted, facet)
        in_order = part.keys == MADE_IN_ORDER or order.field == facet
        if in_order and len(matching) <= MOST_BRANCHES:
            cost = sum(_BRANCH_COSTS + _walk(there[v], matching[v], most) for v in matching)
            return Way(tuple(wanted.only(facet, value) for value in matching), frozenset({facet})), cost
        cost = _SORTING_COSTS * sum(there[value] for value in matching)
        return Way((wanted,), frozenset({facet}), is_gathered=True), cost


def _walk(there: int, matching: int, most: int) -> float:
    """How many rows are read in order until there are enough that match."""
    usual = min(there, most * there / max(matching, 1))
    return usual + there / _DOUBT if matching < there else min(there, most)
