"""The pictures of README.md and of the guides: `python -m tests.browser.pictures [NAME…]` takes them anew."""

from tests.browser.pictures import (
    scenes_activity,
    scenes_compare,
    scenes_inventory,
    scenes_mending,
    scenes_portal,
    scenes_trends,
)
from tests.browser.pictures.scene import PICTURES, SCENES, open_studio

__all__ = ["PICTURES", "SCENES", "open_studio"]
_ROOMS = (scenes_activity, scenes_compare, scenes_inventory, scenes_mending, scenes_portal, scenes_trends)
