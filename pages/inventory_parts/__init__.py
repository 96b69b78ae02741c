"""The parts of the inventory's page."""
