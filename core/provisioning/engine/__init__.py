"""The engine that runs provisioning: the one room that knows the workflow library."""

from core.provisioning.engine.engine import Engine

__all__ = ["Engine"]
