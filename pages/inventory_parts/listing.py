"""The list itself: a page of portals as a native table, sorted, turned and selected from by keyboard as by mouse."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.insight.inventory import InventoryPage, InventoryRow
from pages.inventory_parts import link
from pages.inventory_parts.columns import COLUMNS, Look
from pages.inventory_parts.link import Choices
from pages.ui import keys
from pages.ui.address import Address
from pages.ui.components import mount, sent

KEY = "inventory-list"
SIZE = 50
_SCRIPT = Path(__file__).with_suffix(".js")
_HTML = """<div class="portico-listing">
  <div class="portico-scroll" role="region" tabindex="0" aria-label="Portals">
    <table class="portico-table">
      <thead><tr><td class="portico-check"><label><input type="checkbox" aria-label="Select this page"></label></td></tr></thead>
      <tbody></tbody>
    </table>
  </div>
  <nav aria-label="Pages of the list" hidden>
    <button type="button" data-turn="previous">Previous</button>
    <span aria-live="polite"></span>
    <button type="button" data-turn="next">Next</button>
  </nav>
</div>"""
_ARROWS = {"ascending": "arrow_upward", "descending": "arrow_downward"}


def listing(shown: InventoryPage, choices: Choices, look: Look, address: Address) -> None:
    """The page of the list; what is pressed on it is written to the address."""
    epoch, selected = keys.selection()
    data = {
        "label": "Portals",
        "heads": heads(choices),
        "rows": [row_of(row, choices.columns, look) for row in shown.items],
        "epoch": epoch,
        "selected": selected,
        "previous": shown.previous_cursor is not None,
        "next": shown.next_cursor is not None,
        "place": place(shown, choices),
    }
    mount(
        "list",
        _SCRIPT,
        _HTML,
        data,
        key=KEY,
        selected=lambda: keys.keep_selected(sent(KEY, "selected") or []),
        sort=lambda: _sort(choices, address),
        turn=lambda: _turn(shown, choices, address),
    )


def heads(choices: Choices) -> list[dict[str, Any]]:
    """The columns' heads, as the script draws them."""
    told = []
    for name in choices.columns:
        column = COLUMNS[name]
        sorted_ = ""
        if column.sort and choices.sort.removeprefix("-") == column.sort:
            sorted_ = "descending" if choices.sort.startswith("-") else "ascending"
        arrow = _ARROWS.get(sorted_, "unfold_more")
        icon = f' <span class="portico-icon" aria-hidden="true">{arrow}</span>' if column.sort else ""
        told.append(
            {
                "sort": column.sort,
                "html": f"{column.head}{icon}",
                "sorted": sorted_,
                "kind": column.kind,
                "hint": f"Sort by {column.head.lower()}",
            }
        )
    return told


def row_of(row: InventoryRow, columns: Sequence[str], look: Look) -> dict[str, str]:
    """A portal's row, as the script draws it: its cells are HTML, escaped."""
    html = "".join(COLUMNS[name].cell(row, look) for name in columns)
    return {"id": str(row.id), "name": row.name, "html": html}


def place(shown: InventoryPage, choices: Choices) -> str:
    """Where in the list this page is, and in which order."""
    pages = -(-shown.total // SIZE)
    of = f" of {pages:,}" if shown.is_total_exact and choices.page <= pages else ""
    order = " · newest first" if choices.sort == link.NEWEST else ""
    return f"Page {choices.page:,}{of}{order}"


def total(shown: InventoryPage) -> str:
    """How many match; "10,000+" where nobody has counted further."""
    return f"{shown.total:,}" if shown.is_total_exact else f"{shown.total:,}+"


def _sort(choices: Choices, address: Address) -> None:
    field = str(sent(KEY, "sort") or "")
    if field in link.COLUMN_OF:
        order = link.sorted_by(choices.sort, field)
        address.choose(**link.PLACE, sort="" if order == link.NEWEST else order)


def _turn(shown: InventoryPage, choices: Choices, address: Address) -> None:
    is_next = sent(KEY, "turn") == "next"
    cursor = shown.next_cursor if is_next else shown.previous_cursor
    number = choices.page + (1 if is_next else -1)
    # The first page has no place of its own: what has come since is on it.
    if cursor is None or number <= 1:
        address.choose(**link.PLACE)
    else:
        address.choose(after=cursor, page=str(number))
