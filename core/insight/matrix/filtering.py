"""What is shown: one predicate for the screen, the exports and the command line.

Each step only takes columns or rows away, so that their order does not matter; which rows differ, or are common
to all, is asked of the columns that are left.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, get_args

from core.insight.matrix.models import Matrix, MatrixFilter, Only, Row, View

Part = Literal["audience", "portals", "groups", "text", "only"]
PARTS: tuple[Part, ...] = get_args(Part)
Step = Callable[["Selection"], "Selection"]


@dataclass(frozen=True)
class Selection:
    """What is left of the matrix so far."""

    matrix: Matrix
    portals: frozenset[str]
    features: frozenset[str]
    only: Only = "all"


def view_of(matrix: Matrix, wanted: MatrixFilter) -> View:
    """What the filter leaves, in the catalogue's order; no rows where no column is left."""
    left = everything(matrix)
    for step in steps_of(wanted):
        left = step(left)
    return _shown(left, wanted)


def helps(view: View) -> dict[Part, int]:
    """What to take away where nothing is left: each part of the filter without which rows show, with how many; most first."""
    wanted, none = view.wanted, MatrixFilter()
    set_ = [part for part in PARTS if getattr(wanted, part) != getattr(none, part)]
    shown = {
        part: len(view_of(view.matrix, replace(wanted, **{part: getattr(none, part)})).rows) for part in set_
    }
    return {part: rows for part, rows in sorted(shown.items(), key=lambda one: -one[1]) if rows}


def everything(matrix: Matrix) -> Selection:
    """The whole matrix."""
    return Selection(
        matrix, frozenset(c.slug for c in matrix.columns), frozenset(r.slug for r in matrix.rows)
    )


def steps_of(wanted: MatrixFilter) -> tuple[Step, ...]:
    """The filter as steps, which can be taken in any order."""
    steps: list[Step] = []
    if wanted.portals:
        steps.append(lambda left: _keep_portals(left, frozenset(wanted.portals)))
    elif not wanted.add_ons:
        steps.append(_without_add_ons)
    if wanted.audience is not None:
        steps.append(lambda left: _for_audience(left, str(wanted.audience)))
    if wanted.groups:
        steps.append(lambda left: _keep_rows(left, lambda row: row.group in wanted.groups))
    words = wanted.text.casefold().split()
    if words:
        steps.append(lambda left: _keep_rows(left, lambda row: all(word in row.searched for word in words)))
    if wanted.only != "all":
        steps.append(lambda left: replace(left, only=wanted.only))
    return tuple(steps)


def is_shown(row: Row, portals: frozenset[str], only: Only) -> bool:
    """Whether the row is among all, those in which the portals differ, or those that every one has."""
    having = len(row.dots & portals)
    if only == "differences":
        return 0 < having < len(portals)
    return having == len(portals) or only == "all"


def _shown(left: Selection, wanted: MatrixFilter) -> View:
    matrix = left.matrix
    rows = [row for row in matrix.rows if row.slug in left.features] if left.portals else []
    return View(
        matrix=matrix,
        wanted=wanted,
        columns=tuple(column for column in matrix.columns if column.slug in left.portals),
        rows=tuple(row for row in rows if is_shown(row, left.portals, left.only)),
        hidden_rows=tuple(row for row in rows if not is_shown(row, left.portals, left.only)),
    )


def _keep_portals(left: Selection, portals: frozenset[str]) -> Selection:
    return replace(left, portals=left.portals & portals)


def _without_add_ons(left: Selection) -> Selection:
    return _keep_portals(left, frozenset(c.slug for c in left.matrix.columns if not c.is_add_on))


def _for_audience(left: Selection, audience: str) -> Selection:
    return _keep_portals(left, frozenset(c.slug for c in left.matrix.columns if audience in c.audiences))


def _keep_rows(left: Selection, keeps: Callable[[Row], bool]) -> Selection:
    kept = frozenset(row.slug for row in left.matrix.rows if row.slug in left.features and keeps(row))
    return replace(left, features=kept)
