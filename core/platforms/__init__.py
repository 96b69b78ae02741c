"""Platforms: where instances live, solutions are installed and websites are created."""
