"""Native tables, which a screen reader reads as such. Cells are HTML: whoever fills them escapes them."""

import re
from collections.abc import Iterable, Mapping
from html import escape
from urllib.parse import quote

import streamlit as st

_HUMP = re.compile(r"([a-z_])(?=[A-Z])")


def head(word: str, kind: str = "", more: str = "") -> str:
    """A column's head; `kind` is a class of the column's cells, `more` HTML behind the word."""
    return f'<th scope="col"{_class(kind)}>{escape(word)}{more}</th>'


def cell(html: str, kind: str = "") -> str:
    """A cell."""
    return f"<td{_class(kind)}>{html}</td>"


def row_head(html: str, kind: str = "") -> str:
    """The cell that names its row."""
    return f'<th scope="row"{_class(kind)}>{html}</th>'


def table(label: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """A table that scrolls sideways where it is wider than the page."""
    body = "".join(f"<tr>{''.join(cells)}</tr>" for cells in rows)
    st.html(
        f'<div class="portico-scroll" role="region" aria-label="{escape(label)}" tabindex="0">'
        f'<table class="portico-table"><thead><tr>{"".join(heads)}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def facts(values: Mapping[str, str]) -> None:
    """A list of facts: name and value."""
    rows = "".join(f"<tr>{row_head(escape(name))}{cell(value)}</tr>" for name, value in values.items())
    st.html(f'<table class="portico-table portico-facts"><tbody>{rows}</tbody></table>')


def unique_name(name: str) -> str:
    """A solution's unique name, escaped; where room is short it goes on below at a capital letter."""
    return _HUMP.sub(r"\1<wbr>", escape(name))


def solution_address(instance: str, solution: str) -> str:
    """Where the solution is shown by itself."""
    return f"/solutions?instance={quote(instance)}&solution={quote(solution)}"


def solution_link(instance: str, solution: str) -> str:
    """Its unique name as HTML, which leads there."""
    return f'<a href="{escape(solution_address(instance, solution))}">{unique_name(solution)}</a>'


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""
