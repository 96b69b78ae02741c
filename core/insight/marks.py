"""What is said of the store as a whole: that what it holds is made up. One obvious place for every page and command."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.storage.inventory_tables import StoreMark
from core.storage.store import Store

DEMO = "demo"


@dataclass(frozen=True)
class DemoMark:
    """The store holds a demo; `is_complete` False: its making was broken off, and it is good for nothing."""

    portals: int
    days: int
    seed: int
    made_at: datetime
    is_complete: bool
    instances: int = 0
    rows: Mapping[str, int] = field(default_factory=dict)

    def as_value(self) -> dict[str, Any]:
        """As the mark keeps it."""
        return {
            "portals": self.portals,
            "days": self.days,
            "seed": self.seed,
            "made_at": self.made_at.isoformat(),
            "is_complete": self.is_complete,
        }


@dataclass(frozen=True)
class Marks:
    """Reads the marks of a store."""

    store: Store

    def demo(self) -> DemoMark | None:
        """The mark of a demo; None where the store's portals are real."""
        return read_demo(self.store)


def read_demo(store: Store) -> DemoMark | None:
    """The mark of a demo; None where there is none."""
    with store.reading() as session:
        row = session.get(StoreMark, DEMO)
        if row is None:
            return None
        return DemoMark(**row.value | {"made_at": datetime.fromisoformat(row.value["made_at"])})
