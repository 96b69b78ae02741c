"""A believable estate, made up: through the same tables and rules as a real one, the same again for the same seed."""

from core.demo.command import Demo, Wanted, Written

__all__ = ["Demo", "Wanted", "Written"]
