"""A portal's row as the inventory shows it."""

from datetime import datetime, timedelta
from math import ceil

from core.insight.inventory.models import InventoryRow
from core.insight.models import VerdictState
from core.insight.summaries import portal_values
from core.settings import Settings
from core.storage.tables import Portal


def inventory_row(
    row: Portal, settings: Settings, verdict: VerdictState | None, now: datetime
) -> InventoryRow:
    """The row with its verdict and what its runs left on it."""
    return InventoryRow(
        **portal_values(row, settings, verdict),
        created_by=row.created_by,
        changed_at=row.changed_at,
        package_version=row.package_version,
        has_failed=row.has_failed,
        last_run_at=row.last_run_at,
        last_cause=row.last_cause,
        last_error=row.last_error,
        trial_days_left=trial_days_left(row, settings.trial_days, now),
    )


def trial_days_left(row: Portal, lasts: int, now: datetime) -> int | None:
    """Whole days, begun ones too, that a trial has left, 0 once it has ended; None for any other portal."""
    if row.type != "trial" or row.state == "deleted":
        return None
    left = row.created_at + timedelta(days=lasts) - now
    return max(0, ceil(left / timedelta(days=1)))
