"""The columns of the list: what each says of a portal, and whether the list can be sorted by it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape

from core.insight.inventory import InventoryRow
from pages.inventory_parts.known import HEALTH, Words
from pages.ui.actor import person
from pages.ui.badges import of_portal, state_html
from pages.ui.tables import cell, row_head
from pages.ui.times import ago, exact

_SOON_DAYS = 7


@dataclass(frozen=True)
class Look:
    """What a cell needs beside its row."""

    words: Words
    now: datetime

    def word(self, facet: str, value: object) -> str:
        """A value's word, as HTML."""
        return escape(self.words[facet].get(str(value), str(value)))


@dataclass(frozen=True)
class Column:
    """A column. `first` is the order that a press on its head gives first: times begin with the latest."""

    name: str
    head: str
    cell: Callable[[InventoryRow, Look], str]
    sort: str = ""
    kind: str = ""
    is_latest_first: bool = False

    @property
    def first(self) -> str:
        """By this column, as it is of use."""
        return f"-{self.sort}" if self.is_latest_first else self.sort


def _time(at: datetime | None, look: Look) -> str:
    if at is None:
        return cell("–", "narrow")
    return cell(f'<span title="{exact(at)}">{ago(at, look.now)}</span>', "narrow")


def _name(row: InventoryRow) -> str:
    return row_head(f'<a href="/portal?id={row.id}">{escape(row.display_name)}</a>{_trial(row)}')


def _trial(row: InventoryRow) -> str:
    """A trial's days left: nobody is told too late."""
    left = row.trial_days_left
    if left is None:
        return ""
    said = (
        "trial has ended" if left <= 0 else "trial: 1 day left" if left == 1 else f"trial: {left} days left"
    )
    kind = "portico-soon" if left <= _SOON_DAYS else "portico-quiet"
    return f'<span class="portico-trial {kind}">{said}</span>'


def _error(row: InventoryRow, look: Look) -> str:
    if not row.last_error and not row.last_cause:
        return cell("–")
    cause = look.word("cause", row.last_cause) if row.last_cause else ""
    told = escape(row.last_error or "")
    return cell(f'<span class="portico-cut" title="{told}">{cause or told}</span>')


_ALL: tuple[Column, ...] = (
    Column(
        "state",
        "State",
        lambda row, _: cell(state_html(of_portal(row.state, row.verdict)), "narrow"),
        "state",
    ),
    Column("name", "Name", lambda row, _: _name(row), "name"),
    Column(
        "url",
        "URL",
        lambda row, _: cell(
            f'<a class="portico-cut" href="{escape(row.url)}" title="{escape(row.url)}" target="_blank" rel="noopener">'
            f"{escape(row.subdomain)}</a>"
        ),
        "subdomain",
    ),
    Column("instance", "Instance", lambda row, look: cell(look.word("instance", row.instance)), "instance"),
    Column(
        "portal",
        "Portal",
        lambda row, look: cell(look.word("portal", row.portal).removesuffix(" Portal")),
        "portal",
    ),
    Column("language", "Language", lambda row, look: cell(look.word("language", row.language)), "language"),
    Column(
        "administrator",
        "Administrator",
        lambda row, _: cell(escape(person(row.administrator))),
        "administrator",
    ),
    Column(
        "last-run",
        "Last run",
        lambda row, look: _time(row.last_run_at, look),
        "last_run_at",
        "narrow",
        is_latest_first=True,
    ),
    Column("last-error", "Last error", _error, "last_cause"),
    Column("audience", "Audience", lambda row, look: cell(look.word("audience", row.audience)), "audience"),
    Column("type", "Type", lambda row, look: cell(look.word("type", row.type)), "type"),
    Column("health", "Health", lambda row, _: _health(row), "verdict"),
    Column(
        "version",
        "Package version",
        lambda row, _: cell(escape(row.package_version or "–")),
        "package_version",
    ),
    Column("owner", "Owner", lambda row, _: cell(escape(person(row.created_by))), "created_by"),
    Column(
        "created",
        "Created",
        lambda row, look: _time(row.created_at, look),
        "created_at",
        "narrow",
        is_latest_first=True,
    ),
    Column(
        "provisioned",
        "Provisioned",
        lambda row, look: _time(row.provisioned_at, look),
        "provisioned_at",
        "narrow",
        is_latest_first=True,
    ),
    Column(
        "changed",
        "Changed",
        lambda row, look: _time(row.changed_at, look),
        "changed_at",
        "narrow",
        is_latest_first=True,
    ),
    Column("number", "No.", lambda row, _: cell(str(row.id), "number"), "id", "number"),
)
COLUMNS: Mapping[str, Column] = {column.name: column for column in _ALL}
CHOSEN = ("state", "name", "url", "instance", "portal", "language", "administrator", "last-run", "last-error")


def _health(row: InventoryRow) -> str:
    return cell(state_html(HEALTH[row.verdict]) if row.verdict else "–", "narrow")
