"""What is going on and what people did: bulk actions with their reports, and the latest events."""

from core.insight.activity.bulk import BulkInsight
from core.insight.activity.models import BulkItemPage, BulkItemReport, BulkSummary

__all__ = ["BulkInsight", "BulkItemPage", "BulkItemReport", "BulkSummary"]
