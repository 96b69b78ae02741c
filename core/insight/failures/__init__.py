"""Failures as people look at them: what is broken, what broke it, and what only broke because of it (R21, R24, R25, R27)."""

from core.insight.failures.grouping import FailureGroup, grouped
from core.insight.failures.insight import FailureInsight
from core.insight.failures.models import CUTS, Failure, FailureFilter, FailureList, FailureTally
from core.insight.failures.work import Work

__all__ = [
    "CUTS",
    "Failure",
    "FailureFilter",
    "FailureGroup",
    "FailureInsight",
    "FailureList",
    "FailureTally",
    "Work",
    "grouped",
]
