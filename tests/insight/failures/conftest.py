"""A console in which runs are carried out in the test's own process."""

from tests.provisioning.conftest import made_data, world, world_on_both

__all__ = ["made_data", "world", "world_on_both"]
