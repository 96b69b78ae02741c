"""What a bulk action would do, as it is shown before it starts."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from core.portals.retries import ImportPlan

Act = Literal["restart", "retry", "rename"]
Outlook = Literal["happens", "refused", "skipped"]
ACTS: tuple[Act, ...] = ("restart", "retry", "rename")
MOST_ITEMS = 100_000


@dataclass(frozen=True)
class BulkPreviewItem:
    """What would become of one portal: `what` in words where something happens, else why not (`reason`).

    `before` and `after` are names, of a rename only.
    """

    portal_id: int
    name: str
    instance: str
    outlook: Outlook
    what: str = ""
    reason: str | None = None
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True)
class BulkPreview:
    """The exact list, in order; it is the list that runs. `imports`: what a retry would import, in which order."""

    act: Act
    actor: str
    arguments: Mapping[str, Any]
    items: tuple[BulkPreviewItem, ...]
    imports: ImportPlan | None = None
    counts: Mapping[str, int] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Count once: pages ask often, and the list can be long."""
        found = Counter(item.outlook for item in self.items)
        counts = {name: found.get(name, 0) for name in ("happens", "refused", "skipped")}
        object.__setattr__(self, "counts", counts)

    @property
    def happening(self) -> int:
        """How many portals something would be done to."""
        return self.counts["happens"]

    @property
    def refused(self) -> int:
        """How many are refused."""
        return self.counts["refused"]

    @property
    def skipped(self) -> int:
        """How many need nothing."""
        return self.counts["skipped"]
