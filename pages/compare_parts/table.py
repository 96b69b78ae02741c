"""The matrix as a native table in a box of its own: head and first column stay in sight.

A dot is a word for a screen reader and not only a colour: each cell says yes, no, missing, or with which solution.
"""

from collections.abc import Mapping
from html import escape
from urllib.parse import urlencode

from core.insight.matrix import Column, Row, View
from core.insight.matrix.ranking import Ranked, Ranking
from core.insight.matrix.wording import all_of, delivery, plural, points, solution_name

_NOTHING = '<td class="n">no</td>'
_DOT = '<td class="y">yes</td>'
_MISSING = '<td class="m">missing</td>'


def table_html(
    view: View, ranking: Ranking, notes: Mapping[str, tuple[str, ...]], *, is_explained: bool = False
) -> str:
    """The table. `notes`: HTML by feature, shown where its row is opened; `is_explained`: every row is open."""
    must_haves = frozenset(row.slug for row in ranking.must_haves)
    places = {place.column.slug: place for place in ranking.places}
    body = "".join(
        f'<tbody><tr class="g"><th scope="rowgroup" colspan="{len(view.columns) + 1}">'
        f"<span>{escape(group.capitalize())}</span></th></tr>"
        + "".join(
            _row(view, row, row.slug in must_haves, notes.get(row.slug, ()), is_explained) for row in rows
        )
        + "</tbody>"
        for group, rows in view.groups
    )
    return (
        '<div class="portico-matrix-box" role="region" aria-label="Feature matrix" tabindex="0">'
        f'<table class="portico-matrix"><caption>Which portal has which feature</caption>'
        f"{_head(view, ranking, places)}{body}</table></div>"
    )


def legend_html(view: View, ranking: Ranking) -> str:
    """What the marks on the screen mean; only those that are there."""
    has_dots = any(row.dots & view.slugs for row in view.rows)
    entries = ['<span class="portico-dot" aria-hidden="true"></span> has it'] if has_dots else []
    if view.conditions:
        ring = '<span class="portico-dot portico-ring" aria-hidden="true"></span>'
        entries.append(f"{ring} has it once that solution is in the instance")
    if any(len(row.dots & view.slugs) < len(view.columns) for row in view.rows):
        entries.append("an empty cell: has it not")
    if any(place.missing for place in ranking.places):
        entries.append("<em>missing</em>: a must-have that it has not")
    return f'<p class="portico-legend">{" · ".join(entries)}</p>' if entries else ""


def provision_address(view: View, column: Column) -> str:
    """The form with audience and portal chosen: the audience of the filter, else the first that it is on offer to."""
    audience = view.wanted.audience or column.audiences[0]
    return f"/provision?{urlencode({'audience': audience, 'portal': column.slug})}"


def _head(view: View, ranking: Ranking, places: Mapping[str, Ranked]) -> str:
    names = "".join(f'<th scope="col">{escape(column.name)}</th>' for column in view.columns)
    below = "".join(
        f"<td>{_below(view, column, ranking, places[column.slug])}</td>" for column in view.columns
    )
    shown = f"{len(view.rows)} of {len(view.matrix.rows)} shown"
    return (
        f'<thead><tr><th scope="col">Feature</th>{names}</tr>'
        f'<tr><td><span class="c">{shown}</span></td>{below}</tr></thead>'
    )


def _below(view: View, column: Column, ranking: Ranking, place: Ranked) -> str:
    count = f'<span class="c">{view.in_column(column.slug)} of {len(view.rows)}</span>'
    link = (
        f'<a href="{escape(provision_address(view, column))}" '
        f'aria-label="Provision this: {escape(column.name)}">Provision this</a>'
    )
    return f"{count}{_met(ranking, place)}{link}"


def _met(ranking: Ranking, place: Ranked) -> str:
    """What the ranking says of the portal: must-haves, then points."""
    many, lines = len(ranking.must_haves), []
    if many and place.meets_all:
        lines.append(f'<span class="ok">meets {"it" if many == 1 else all_of(many)}</span>')
    elif many:
        lines.append(f'<span class="no">misses {len(place.missing)} of {many}</span>')
    if any(other.points for other in ranking.places):
        lines.append(f'<span class="c">{points(place.points)}</span>')
    return "".join(lines)


def _row(view: View, row: Row, is_must_have: bool, notes: tuple[str, ...], is_open: bool) -> str:
    mark = ' <span class="must">must have</span>' if is_must_have else ""
    noted = f' <span class="c">{len(notes)} {plural(len(notes), "note")}</span>' if notes else ""
    cells = "".join(_cell(view, row, column.slug, is_must_have) for column in view.columns)
    return (
        f'<tr><th scope="row"><details{" open" if is_open else ""}>'
        f'<summary>{escape(row.name)} <span class="c">{view.in_row(row)} of {len(view.columns)}</span>{noted}{mark}</summary>'
        f"<p>{escape(row.explanation)} {escape(delivery(view.matrix, row))}</p>{''.join(notes)}</details></th>"
        f"{cells}</tr>"
    )


def _cell(view: View, row: Row, portal: str, is_must_have: bool) -> str:
    if portal not in row.dots:
        return _MISSING if is_must_have else _NOTHING
    if portal not in row.conditions:
        return _DOT
    name = escape(solution_name(view.matrix, row.conditions[portal]))
    return f'<td class="w"><span>yes, </span>with the solution {name}</td>'
