"""How names stand in a sentence."""

from collections.abc import Iterable


def listed(names: Iterable[str]) -> str:
    """Names in a row: "A, B and C"; an empty text for none."""
    *first, last = [*names] or [""]
    return f"{', '.join(first)} and {last}" if first else last
