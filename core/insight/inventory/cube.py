"""How many portals have which values, in memory: the counts kept beside the portals, as two arrays a process.

A tuple of values is a number of 62 bits, its instance on top: so the tuples of an instance stand together. Exact in the
snapshot of the session that asks: the folded counts up to its epoch, every change since, and the few verdicts that
follow the clock.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlmodel import Session, col

from core.insight.inventory.predicate import FACETS, Predicate
from core.insight.verdicts import Paced
from core.storage.counts import DIMENSIONS
from core.storage.inventory_tables import PortalCount, PortalCountChange

Codes = NDArray[np.int64]
# By dimension: how many bits. The instance comes first, so that its tuples stand together.
_BITS = {
    "instance": 21, "language": 12, "template": 10, "audience": 6, "state": 4, "verdict": 4, "type": 4, "has_failed": 1,
}  # fmt: skip
_SHIFTS = {name: sum(list(_BITS.values())[number + 1 :]) for number, name in enumerate(_BITS)}
_DIMENSION_OF = {facet: "template" if facet == "portal" else facet for facet in FACETS}
_REMEMBERED = 200
_READ_AT_ONCE = 10_000
# Said once: to write a statement costs more than to carry it out.
_LATEST: Any = sa.select(sa.func.max(PortalCount.epoch))
_CHANGES: Any = sa.select(
    *(getattr(PortalCountChange, name) for name in DIMENSIONS), sa.func.sum(PortalCountChange.portals)
).group_by(*(getattr(PortalCountChange, name) for name in DIMENSIONS))


@dataclass
class _Values:
    """The values of a dimension, each under its number."""

    all: list[Any] = field(default_factory=list)
    numbers: dict[Any, int] = field(default_factory=dict)

    def numbered(self, column: Sequence[Any]) -> Codes:
        """The numbers of these values; new ones where they are new."""
        for value in set(column) - self.numbers.keys():
            self.numbers[value] = len(self.all)
            self.all.append(value)
        return np.fromiter(map(self.numbers.__getitem__, column), np.int64, len(column))


@dataclass(frozen=True)
class Base:
    """The folded counts of an epoch: the tuples in order, and how many portals each has. Never changed."""

    epoch: int
    keys: Codes
    portals: Codes
    columns: dict[str, NDArray[np.int32]] = field(default_factory=dict)
    remembered: dict[Any, Any] = field(default_factory=dict)  # what was asked of it already

    def column(self, dimension: str) -> NDArray[np.int32]:
        """Each tuple's value of the dimension, by number."""
        found: NDArray[np.int32] | None = self.columns.get(dimension)
        if found is None:
            mask = (1 << _BITS[dimension]) - 1
            found = self.columns[dimension] = ((self.keys >> _SHIFTS[dimension]) & mask).astype(np.int32)
        return found


class Cube:
    """The counts of one store; one a process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._values = {name: _Values() for name in _BITS}
        empty = np.zeros(0, np.int64)
        self._base = Base(-1, empty, empty)

    def view(self, session: Session) -> "View":
        """The counts in the session's snapshot, which begins here: the session has read nothing yet."""
        with self._lock:
            base = self._brought_up(session)
            changes = self._changes(session)
            return View(base, self._values, changes, sum(abs(portals) for _, portals in changes))

    def _brought_up(self, session: Session) -> Base:
        latest = session.connection().execute(_LATEST).scalar_one() or 0
        if latest == self._base.epoch:
            return self._base
        # A session that began before the last folding that another one has seen counts by itself.
        is_older = latest < self._base.epoch
        before = Base(-1, np.zeros(0, np.int64), np.zeros(0, np.int64)) if is_older else self._base
        base = self._with(before, session, latest)
        if not is_older:
            self._base = base
        return base

    def _with(self, before: Base, session: Session, latest: int) -> Base:
        named: list[Any] = [getattr(PortalCount, name) for name in (*_BITS, "portals")]
        query = sa.select(*named).where(col(PortalCount.epoch) > before.epoch)
        # In parts: hundreds of thousands of rows at once take as many megabytes, which the process would keep.
        found = session.connection().execute(query, execution_options={"yield_per": _READ_AT_ONCE})
        parts = [self._packed(rows) for rows in found.partitions()] or [(before.keys[:0], before.portals[:0])]
        keys, portals = (np.concatenate(one) for one in zip(*parts, strict=True))
        return _merged(before, keys, portals, latest)

    def _packed(self, rows: Sequence[Any]) -> tuple[Codes, Codes]:
        keys = np.zeros(len(rows), np.int64)
        *columns, portals = zip(*rows, strict=True)
        for name, column in zip(_BITS, columns, strict=True):
            keys |= self._values[name].numbered(column) << _SHIFTS[name]
        return keys, np.array(portals, np.int64)

    def _changes(self, session: Session) -> list[tuple[Mapping[str, Any], int]]:
        rows = session.connection().execute(_CHANGES).all()
        return [(dict(zip(DIMENSIONS, row[:-1], strict=True)), int(row[-1])) for row in rows if row[-1]]


def _merged(before: Base, keys: Codes, portals: Codes, epoch: int) -> Base:
    order = np.argsort(keys)
    keys, portals = keys[order], portals[order]
    places = np.searchsorted(before.keys, keys)
    is_there = np.zeros(len(keys), bool)
    inside = places < len(before.keys)
    is_there[inside] = before.keys[places[inside]] == keys[inside]
    counts = before.portals.copy()
    counts[places[is_there]] = portals[is_there]
    new = ~is_there
    return Base(
        epoch,
        np.insert(before.keys, places[new], keys[new]),
        np.insert(counts, places[new], portals[new]),
    )


@dataclass(frozen=True)
class View:
    """The counts in one snapshot: the folded ones, and what is to be added to them. `changes`: how many stand unfolded."""

    base: Base
    values: Mapping[str, _Values]
    added: list[tuple[Mapping[str, Any], int]]
    changes: int

    def judged(self, paced: Mapping[int, Paced]) -> "View":
        """The same with the verdicts that follow the clock."""
        added = list(self.added)
        for one in paced.values():
            kept = {**one.row, "verdict": one.kept or ""}
            added += [(kept, -1), ({**kept, "verdict": one.verdict}, 1)]
        return replace(self, added=added)

    def total(self, wanted: Predicate) -> int:
        """How many portals match, as far as their values tell."""
        found: int = self._remembered(("total", _key(wanted)), lambda: int(self._weights(wanted).sum()))
        return found + sum(portals for _, portals in self._matching(wanted))

    def counts(self, wanted: Predicate, facet: str) -> dict[Any, int]:
        """How many of those that match have each value of the facet."""
        base = self._remembered((facet, _key(wanted)), lambda: self._counted(wanted, facet))
        found = dict(base)
        dimension = _DIMENSION_OF[facet]
        for values, portals in self._matching(wanted):
            found[values[dimension]] = found.get(values[dimension], 0) + portals
        return {value: number for value, number in found.items() if number}

    def _matching(self, wanted: Predicate) -> Iterable[tuple[Mapping[str, Any], int]]:
        """What is to be added, of what matches."""
        choices = [(dimension, wanted.choice(facet)) for facet, dimension in _DIMENSION_OF.items()]
        choices = [(dimension, choice) for dimension, choice in choices if not choice.is_all]
        return (
            (values, portals)
            for values, portals in self.added
            if (not wanted.is_ever_failed or values["has_failed"])
            and all(choice.has(values[dimension]) for dimension, choice in choices)
        )

    def _counted(self, wanted: Predicate, facet: str) -> dict[Any, int]:
        dimension, key, kept = _DIMENSION_OF[facet], _key(wanted), self.base.remembered
        # Only the last one: it is as long as the counts, and the next facet of a page asks for it again.
        of, weights = kept.get("weights", (None, None))
        if of != key or weights is None:
            weights = self._weights(wanted)
            kept["weights"] = (key, weights)
        sums = np.bincount(self.base.column(dimension), weights=weights) if len(weights) else np.zeros(0)
        listed = self.values[dimension].all
        return {listed[number]: int(sums[number]) for number in np.flatnonzero(sums)}

    def _weights(self, wanted: Predicate) -> Codes:
        """The portals of each tuple that matches, 0 for the others."""
        weights = self.base.portals
        for facet, dimension in _DIMENSION_OF.items():
            choice = wanted.choice(facet)
            if not choice.is_all:
                allowed = np.array([choice.has(value) for value in self.values[dimension].all], bool)
                weights = weights * self._allowed(dimension, allowed)
        if wanted.is_ever_failed:
            allowed = np.array([bool(value) for value in self.values["has_failed"].all], bool)
            weights = weights * self._allowed("has_failed", allowed)
        return weights

    def _allowed(self, dimension: str, allowed: NDArray[np.bool_]) -> NDArray[np.bool_]:
        column = self.base.column(dimension)
        return allowed[column] if len(allowed) else np.zeros(len(column), bool)

    def _remembered(self, key: Any, make: Callable[[], Any]) -> Any:
        kept = self.base.remembered
        if key in kept:
            return kept[key]
        if len(kept) > _REMEMBERED:
            kept.clear()
        found = kept[key] = make()
        return found


def _key(wanted: Predicate) -> Any:
    return (frozenset(wanted.choices.items()), wanted.seen, wanted.is_ever_failed)
