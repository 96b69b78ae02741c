"""What is on the screen, to take along: a link, files, a page to print."""

from collections.abc import Callable
from urllib.parse import quote, urlencode

import streamlit as st

from core.insight.matrix import View
from core.insight.matrix.exports import as_csv, as_markdown
from core.insight.matrix.workbook import as_workbook
from pages.compare_parts.link import Choices, write

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def taking(view: View, choices: Choices) -> None:
    """Copy link, export, print."""
    query = urlencode(write(choices), safe=",:", quote_via=quote)
    with st.popover("Copy link", icon=":material/link:", key="compare-link"):
        st.markdown("Whoever opens it sees exactly what you see.")
        st.code(
            f"{st.context.url or '/compare'}{'?' if query else ''}{query}", language=None, wrap_lines=True
        )
    with st.popover("Export", icon=":material/download:", key="compare-export"):
        _file("Excel", "xlsx", lambda: as_workbook(view), _EXCEL)
        _file("CSV", "csv", lambda: as_csv(view).encode("utf-8-sig"), "text/csv")
        _file("Markdown", "md", lambda: as_markdown(view).encode(), "text/markdown")
    st.link_button(
        "Print view",
        f"/compare/print{'?' if query else ''}{query}",
        icon=":material/print:",
        key="compare-print",
    )


def _file(label: str, ending: str, make: Callable[[], bytes], kind: str) -> None:
    """A button that makes its file when it is pressed."""
    st.download_button(
        label,
        make,
        file_name=f"portico-matrix.{ending}",
        mime=kind,
        key=f"compare-export-{ending}",
        on_click="ignore",
        width="stretch",
    )
