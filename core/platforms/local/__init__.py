"""The embedded platform: instances, solutions and websites on this machine, in SQLite files of its own."""

from core.platforms.local.platform import LocalPlatform

__all__ = ["LocalPlatform"]
