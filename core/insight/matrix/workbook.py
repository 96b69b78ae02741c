"""What is on the screen as an Excel workbook: the matrix with its groups, and what it was filtered and ranked by."""

import io
from typing import Any

from core.insight.matrix.answers import answer_lines
from core.insight.matrix.exports import DOT, condition_notes
from core.insight.matrix.models import View
from core.insight.matrix.ranking import ranking_of
from core.insight.matrix.wording import headline, hidden_sentence, solution_name

_WIDE, _NARROW = 42, 16
_PAPER_A4 = 9


def as_workbook(view: View) -> bytes:
    """An .xlsx file: head and first column stay in sight, columns can be filtered, it prints on one A4 page."""
    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    _fill(book, book.add_worksheet("Matrix"), view)
    _explain(book.add_worksheet("Explanations"), view)
    book.close()
    return file.getvalue()


def _fill(book: Any, sheet: Any, view: View) -> None:
    bold, middle = (
        book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        book.add_format({"align": "center"}),
    )
    quiet = book.add_format({"italic": True})
    head = ["Feature", "Group", *(column.name for column in view.columns), "Portals"]
    sheet.write_row(0, 0, head, bold)
    for number, row in enumerate(view.rows, 1):
        sheet.write(number, 0, row.name, bold)
        sheet.write(number, 1, row.group.capitalize())
        for position, column in enumerate(view.columns, 2):
            sheet.write(number, position, _cell(view, row.cell(column.slug)), middle)
        sheet.write_number(number, len(head) - 1, view.in_row(row))
    last = len(view.rows)
    sheet.write(last + 1, 0, "Features", bold)
    for position, column in enumerate(view.columns, 2):
        sheet.write_number(last + 1, position, view.in_column(column.slug), middle)
    for number, note in enumerate(_notes(view), last + 3):
        sheet.write(number, 0, note, quiet)
    _lay_out(sheet, last, len(head))


def _lay_out(sheet: Any, rows: int, columns: int) -> None:
    sheet.set_column(0, 0, _WIDE)
    sheet.set_column(1, columns - 1, _NARROW)
    sheet.freeze_panes(1, 1)
    if rows:
        sheet.autofilter(0, 0, rows, columns - 1)
    sheet.set_landscape()
    sheet.set_paper(_PAPER_A4)
    sheet.fit_to_pages(1, 1)
    sheet.repeat_rows(0)


def _cell(view: View, cell: Any) -> str:
    if not cell.has:
        return ""
    return (
        DOT if cell.with_solution is None else f"{DOT} with {solution_name(view.matrix, cell.with_solution)}"
    )


def _notes(view: View) -> list[str]:
    ranking = ranking_of(view)
    said = [
        headline(view, ranking),
        *answer_lines(view, ranking),
        hidden_sentence(view),
        *condition_notes(view),
    ]
    return [sentence for sentence in said if sentence]


def _explain(sheet: Any, view: View) -> None:
    sheet.write_row(0, 0, ["Feature", "Explanation"])
    for number, row in enumerate(view.rows, 1):
        sheet.write_row(number, 0, [row.name, row.explanation])
    sheet.set_column(0, 0, _WIDE)
    sheet.set_column(1, 1, 3 * _WIDE)
