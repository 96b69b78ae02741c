"""Fresh consoles."""

from tests.portals.fixtures import console_on_both, made_console, world, world_on_both

__all__ = ["console_on_both", "made_console", "world", "world_on_both"]
