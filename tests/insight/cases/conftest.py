"""A console in which runs are carried out in the test's own process."""

from tests.provisioning.conftest import made_data, world

__all__ = ["made_data", "world"]
