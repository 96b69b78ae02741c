"""The parts of the troubleshooting page."""
