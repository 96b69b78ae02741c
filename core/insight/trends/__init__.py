"""Is it getting better? Failures over time, from daily sums that are kept with every change."""

from core.insight.trends.insight import CUTS, TrendInsight
from core.insight.trends.models import (
    PERIODS,
    CauseTrend,
    CutTrend,
    DayRate,
    Healing,
    Marker,
    Rate,
    Spread,
    TrendFilter,
    Trends,
)

__all__ = [
    "CUTS",
    "PERIODS",
    "CauseTrend",
    "CutTrend",
    "DayRate",
    "Healing",
    "Marker",
    "Rate",
    "Spread",
    "TrendFilter",
    "TrendInsight",
    "Trends",
]
