"""Acts on many portals at once: previewed, frozen as previewed, carried out item by item, each reported once."""

from core.portals.bulk.models import Act, BulkPreview, BulkPreviewItem, Outlook
from core.portals.bulk.service import BulkActions

__all__ = ["Act", "BulkActions", "BulkPreview", "BulkPreviewItem", "Outlook"]
