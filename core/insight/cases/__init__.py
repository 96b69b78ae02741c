"""Case bundles: what happened, in a zip, for whoever is asked for help; nothing of it names a person or an address."""

from core.insight.cases.bundle import Cases

__all__ = ["Cases"]
