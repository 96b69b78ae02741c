"""What is going on and what people did: bulk actions with their reports, and the latest events."""

from core.insight.activity.bulk import BulkInsight
from core.insight.activity.events import ActivityEvent, EventFilter, EventPage, LatestEvents
from core.insight.activity.models import ITEM_STATES, BulkItemPage, BulkItemReport, BulkSummary

__all__ = [
    "ITEM_STATES",
    "ActivityEvent",
    "BulkInsight",
    "BulkItemPage",
    "BulkItemReport",
    "BulkSummary",
    "EventFilter",
    "EventPage",
    "LatestEvents",
]
