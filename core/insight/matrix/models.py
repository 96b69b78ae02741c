"""The matrix and what is asked of it: frozen, by slug."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from core.catalogue.models import Delivery
from core.errors import NotFound

Only = Literal["all", "differences", "common"]
MOST_WEIGHT = 10


@dataclass(frozen=True)
class Cell:
    """What a portal has of a feature: yes, no, or yes where a further solution is in the instance (R16)."""

    has: bool
    with_solution: str | None = None


NO, YES = Cell(False), Cell(True)


@dataclass(frozen=True)
class Column:
    """A portal: the five of the seed's table, then the add-ons; `audiences` by name, in the catalogue's order."""

    slug: str
    name: str
    purpose: str
    base: str | None
    requires: tuple[str, ...]
    audiences: tuple[str, ...]
    audience_names: tuple[str, ...]

    @property
    def is_add_on(self) -> bool:
        """Whether it stands on another portal."""
        return self.base is not None

    @property
    def short_name(self) -> str:
        """The name without the word that all have: "Community"."""
        return self.name.removesuffix(" Portal")


@dataclass(frozen=True)
class Row:
    """A feature; `dots` are the portals that have it, `conditions` the solution that some need for it."""

    slug: str
    name: str
    group: str
    explanation: str
    delivered: Delivery
    dots: frozenset[str]
    conditions: Mapping[str, str] = field(hash=False)

    def cell(self, portal: str) -> Cell:
        """The cell in that portal's column."""
        if portal not in self.dots:
            return NO
        solution = self.conditions.get(portal)
        return YES if solution is None else Cell(True, solution)

    @cached_property
    def searched(self) -> str:
        """What a search looks in."""
        return f"{self.name}\n{self.explanation}".casefold()


@dataclass(frozen=True)
class AddOnGain:
    """What an add-on always has that the portal it stands on has only with a solution, or not at all."""

    add_on: Column
    base: Column
    features: tuple[Row, ...]


@dataclass(frozen=True)
class Matrix:
    """Every feature and every portal, in the catalogue's order; `groups` and `audiences` by slug, in theirs."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    groups: tuple[str, ...]
    audiences: Mapping[str, str]
    solution_names: Mapping[str, str]

    def column(self, slug: str) -> Column:
        """The portal of that slug; raises NotFound with field `portal`."""
        if slug not in self._columns:
            raise NotFound(
                f"There is no portal {slug!r}. Choose one of: {', '.join(self._columns)}.", field="portal"
            )
        return self._columns[slug]

    def row(self, slug: str) -> Row:
        """The feature of that slug; raises NotFound with field `must-have`."""
        return self.rows[self.position(slug)]

    def position(self, slug: str) -> int:
        """Where the feature stands, from 0; raises NotFound with field `must-have`."""
        if slug not in self._positions:
            raise NotFound(
                f"There is no feature {slug!r}. `catalogue` lists them, by name.",
                field="must-have",
                details={"feature": slug},
            )
        return self._positions[slug]

    def features_of(self, portal: str) -> frozenset[str]:
        """The slugs of all that the portal has, whatever is shown."""
        return self._features[portal]

    def mask_of(self, portal: str) -> int:
        """The same as bits, the first feature's the lowest: many pairs of portals are compared quickly."""
        return self._masks[portal]

    @cached_property
    def _masks(self) -> dict[str, int]:
        bits = {row.slug: 1 << position for position, row in enumerate(self.rows)}
        return {portal: sum(bits[slug] for slug in features) for portal, features in self._features.items()}

    @cached_property
    def _columns(self) -> dict[str, Column]:
        return {column.slug: column for column in self.columns}

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {row.slug: position for position, row in enumerate(self.rows)}

    @cached_property
    def _features(self) -> dict[str, frozenset[str]]:
        return {
            column.slug: frozenset(row.slug for row in self.rows if column.slug in row.dots)
            for column in self.columns
        }


@dataclass(frozen=True)
class MatrixFilter:
    """What is shown, and what it is ranked by; an empty tuple or text does not filter.

    `audience`, `portals`, `add_ons` choose columns; `groups`, `text`, `only` rows; `must_haves` and `weights`
    (feature, 1 to MOST_WEIGHT) rank. All by slug; unknown slugs match nothing.
    """

    audience: str | None = None
    portals: tuple[str, ...] = ()
    add_ons: bool = False
    groups: tuple[str, ...] = ()
    text: str = ""
    only: Only = "all"
    must_haves: tuple[str, ...] = ()
    weights: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class View:
    """What is on the screen, and in every export of it. `hidden_rows`: what `only` alone has hidden."""

    matrix: Matrix
    wanted: MatrixFilter
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    hidden_rows: tuple[Row, ...]

    @cached_property
    def groups(self) -> tuple[tuple[str, tuple[Row, ...]], ...]:
        """The rows by group, groups in the matrix's order."""
        found: dict[str, list[Row]] = {group: [] for group in self.matrix.groups}
        for row in self.rows:
            found[row.group].append(row)
        return tuple((group, tuple(rows)) for group, rows in found.items() if rows)

    @cached_property
    def slugs(self) -> frozenset[str]:
        """The portals that are shown."""
        return frozenset(column.slug for column in self.columns)

    def in_column(self, portal: str) -> int:
        """How many of the rows shown the portal has."""
        return sum(portal in row.dots for row in self.rows)

    def in_row(self, row: Row) -> int:
        """How many of the portals shown have the feature."""
        return len(row.dots & self.slugs)

    @cached_property
    def conditions(self) -> tuple[tuple[str, tuple[tuple[Row, Column], ...]], ...]:
        """Each solution that a cell on the screen waits for, with those cells."""
        found: dict[str, list[tuple[Row, Column]]] = {}
        for row in self.rows:
            for column in self.columns:
                solution = row.cell(column.slug).with_solution
                if solution is not None:
                    found.setdefault(solution, []).append((row, column))
        return tuple((solution, tuple(cells)) for solution, cells in found.items())
