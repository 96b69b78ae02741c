"""A page to print: what is on the screen, on one sheet of A4. Plain HTML, served beside the console."""

from datetime import datetime
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse

from core.bootstrap import Services
from core.insight.matrix import Matrix, View, view_of
from core.insight.matrix.answers import answer_lines
from core.insight.matrix.exports import DOT, condition_notes
from core.insight.matrix.ranking import ranking_of
from core.insight.matrix.wording import headline, hidden_sentence
from core.phrasing import listed
from pages.compare_parts import link
from pages.compare_parts.reading import whole_matrix
from pages.ui.services import services

# What an A4 sheet in landscape holds: its height between the margins, and the size of letters that fit.
_HEIGHT_MM, _LARGEST_PT, _SMALLEST_PT = 186.0, 10.0, 4.5
_LINE_MM_A_PT, _LINES_AROUND, _PORTRAIT_COLUMNS = 0.56, 14, 8
_STYLE = """
@page { size: A4 landscape; margin: 10mm; }
* { box-sizing: border-box; }
body { font: SIZEpt/1.25 system-ui, sans-serif; color: #111; background: #fff; margin: 0 auto; max-width: 277mm; }
h1 { font-size: 1.5em; margin: 0 0 .2em; } p { margin: .2em 0; }
table { border-collapse: collapse; width: 100%; margin: .5em 0; }
th, td { border-bottom: .2mm solid #bbb; padding: .12em .4em; text-align: center; }
tr > :first-child { text-align: left; } tr.g th { background: #eee; font-size: .9em; }
tr { break-inside: avoid; } td small { display: block; }
@media screen { body { padding: 10mm; } }
"""


def print_page(request: Request) -> HTMLResponse:
    """The page for what the address chooses, as the Compare page's own address does."""
    everything: Services = services()
    matrix = whole_matrix(everything.catalogue)
    return HTMLResponse(page_html(matrix, dict(request.query_params), everything.clock()))


def page_html(matrix: Matrix, query: dict[str, str], now: datetime) -> str:
    """The whole page."""
    choices = link.read(matrix, lambda name: query.get(name, ""))
    view = view_of(matrix, choices.wanted)
    style = _STYLE.replace("SIZE", f"{_letters_pt(view):.1f}")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Compare portals</title>'
        f'<meta name="viewport" content="width=device-width"><style>{style}</style></head><body><main>'
        f"<h1>{escape(headline(view, ranking_of(view)))}</h1>{_said(view)}{_table(view)}{_notes(view)}"
        f"<p>Portico, {now:%Y-%m-%d}</p></main></body></html>"
    )


def _letters_pt(view: View) -> float:
    """The largest letters with which all lines fit on one sheet, down to what can still be read."""
    lines = len(view.rows) + len(view.groups) + _LINES_AROUND + len(view.conditions)
    fitting = _HEIGHT_MM / (lines * _LINE_MM_A_PT)
    narrowing = max(1.0, len(view.columns) / _PORTRAIT_COLUMNS)
    return max(_SMALLEST_PT, min(_LARGEST_PT, fitting, _LARGEST_PT / narrowing))


def _said(view: View) -> str:
    wanted = view.wanted
    ranking = ranking_of(view)
    names = view.matrix.row
    sentences = [
        f"Must have: {listed(names(slug).name for slug in wanted.must_haves)}." if wanted.must_haves else "",
        "Weights: " + listed(f"{names(slug).name} {weight}" for slug, weight in wanted.weights) + "."
        if wanted.weights
        else "",
        *answer_lines(view, ranking),
        hidden_sentence(view),
    ]
    return "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences if sentence)


def _table(view: View) -> str:
    names = "".join(f'<th scope="col">{escape(column.name)}</th>' for column in view.columns)
    counts = "".join(f"<td>{view.in_column(column.slug)} of {len(view.rows)}</td>" for column in view.columns)
    body = "".join(
        f'<tr class="g"><th colspan="{len(view.columns) + 1}" scope="rowgroup">{escape(group.capitalize())}</th></tr>'
        + "".join(f'<tr><th scope="row">{escape(row.name)}</th>{_cells(view, row.slug)}</tr>' for row in rows)
        for group, rows in view.groups
    )
    return (
        f'<table><thead><tr><th scope="col">Feature</th>{names}</tr></thead>'
        f"<tbody>{body}<tr><td>Features</td>{counts}</tr></tbody></table>"
    )


def _cells(view: View, feature: str) -> str:
    row, absent = view.matrix.row(feature), "missing" if feature in view.wanted.must_haves else ""
    waiting = {True: f"{DOT}*", False: DOT}
    words = (
        waiting[column.slug in row.conditions] if column.slug in row.dots else absent
        for column in view.columns
    )
    return "".join(f"<td>{word}</td>" for word in words)


def _notes(view: View) -> str:
    return "".join(f"<p>* {escape(note)}</p>" for note in condition_notes(view))
