"""Read models of what goes on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

BulkState = Literal["under-way", "ended", "cancelled"]
ItemState = Literal["waiting", "done", "refused", "failed", "skipped"]
ITEM_STATES: tuple[ItemState, ...] = ("waiting", "done", "refused", "failed", "skipped")


@dataclass(frozen=True)
class BulkSummary:
    """A bulk action: who wanted what, when, and how far it is.

    `items` counts its portals by what became of them, `runs` the runs that it began by their state now.
    """

    id: int
    act: str
    actor: str
    wanted: str
    arguments: Mapping[str, Any]
    state: BulkState
    created_at: datetime
    ended_at: datetime | None
    items: Mapping[ItemState, int]
    runs: Mapping[str, int]

    @property
    def total(self) -> int:
        """How many portals are on its list."""
        return sum(self.items.values())

    @property
    def reported(self) -> int:
        """How many of them are reported."""
        return self.total - self.items["waiting"]

    @property
    def is_open(self) -> bool:
        """Whether it still goes on: items wait, or a run that it began is under way."""
        return self.state == "under-way" or any(
            self.runs.get(state) for state in ("queued", "running", "waiting")
        )

    @property
    def has_gone_wrong(self) -> bool:
        """Whether something of it was refused or failed, a run that it began included."""
        return bool(self.items["refused"] or self.items["failed"] or self.runs.get("failed"))


@dataclass(frozen=True)
class BulkItemReport:
    """What became of one portal of a bulk action; without a name where the reader may not see it any more."""

    position: int
    portal_id: int
    name: str | None
    instance: str
    state: ItemState
    outcome: str | None
    before: str | None
    after: str | None
    run_id: str | None
    run_state: str | None
    ended_at: datetime | None


@dataclass(frozen=True)
class BulkItemPage:
    """A page of the list, in its order, and how many there are in all."""

    total: int
    items: tuple[BulkItemReport, ...]
