"""The inventory: the whole estate listed, counted, searched and exported, by one predicate."""

from core.insight.inventory.exporting import COLUMNS, KINDS
from core.insight.inventory.inventory import Inventory
from core.insight.inventory.models import (
    FacetCounts,
    Headline,
    InstanceCount,
    InventoryPage,
    InventoryRow,
    Look,
    OddOne,
    Reconciliation,
    Series,
)
from core.insight.inventory.reconciling import Reconciliations
from core.insight.inventory.snapshot import Estate
from core.insight.inventory.sorting import SORTS

__all__ = [
    "COLUMNS",
    "KINDS",
    "SORTS",
    "Estate",
    "FacetCounts",
    "Headline",
    "InstanceCount",
    "Inventory",
    "InventoryPage",
    "InventoryRow",
    "Look",
    "OddOne",
    "Reconciliation",
    "Reconciliations",
    "Series",
]
