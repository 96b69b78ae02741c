"""The inventory: the whole estate listed, counted, searched and exported, by one predicate."""

from core.insight.inventory.inventory import Inventory
from core.insight.inventory.models import (
    FacetCounts,
    Headline,
    InstanceCount,
    InventoryPage,
    InventoryRow,
    OddOne,
    Reconciliation,
    Series,
)

__all__ = [
    "FacetCounts",
    "Headline",
    "InstanceCount",
    "Inventory",
    "InventoryPage",
    "InventoryRow",
    "OddOne",
    "Reconciliation",
    "Series",
]
