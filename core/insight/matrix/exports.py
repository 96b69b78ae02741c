"""What is on the screen, to take along: CSV, Markdown, JSON. The command line prints the same."""

import csv
import io
from typing import Any

from core.insight.matrix.models import View
from core.insight.matrix.ranking import Ranking
from core.insight.matrix.wording import solution_name

DOT = "•"


def table_of(view: View) -> tuple[tuple[str, ...], ...]:
    """Head and rows: the feature, then a dot or nothing a portal, in the seed's order."""
    head = ("Feature", *(column.name for column in view.columns))
    return head, *(
        (row.name, *(DOT if column.slug in row.dots else "" for column in view.columns)) for row in view.rows
    )


def as_csv(view: View) -> str:
    """Comma-separated, a line a feature."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(table_of(view))
    return text.getvalue()


def as_markdown(view: View) -> str:
    """A Markdown table, and below it which dots wait for a solution."""
    head, *rows = [[cell.replace("|", "\\|") for cell in row] for row in table_of(view)]
    lines = [_line(head), _line(["---", *[":-:"] * (len(head) - 1)]), *map(_line, rows)]
    notes = condition_notes(view)
    return "\n".join([*lines, *(["", *notes] if notes else []), ""])


def condition_notes(view: View) -> list[str]:
    """Which dots on the screen wait for a solution, a sentence a solution."""
    return [
        f"With the solution {solution_name(view.matrix, solution)} only: "
        + "; ".join(f"{row.name} ({column.name})" for row, column in cells)
        + "."
        for solution, cells in view.conditions
    ]


def as_document(view: View, ranking: Ranking | None) -> dict[str, Any]:
    """As `matrix --json` prints it; with must-haves the ranking."""
    document: dict[str, Any] = {
        "portals": [column.slug for column in view.columns],
        "features": [
            {
                "name": row.name,
                "group": row.group,
                "portals": [column.slug for column in view.columns if column.slug in row.dots],
            }
            for row in view.rows
        ],
    }
    if ranking is not None and ranking.must_haves:
        document["ranking"] = [
            {"portal": place.column.slug, "missing": [row.name for row in place.missing]}
            for place in ranking.places
        ]
    return document


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
