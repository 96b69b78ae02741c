"""The parts of a portal's page."""
