"""A remedy's sentences with what the message names in its places."""

import re

from core.diagnosis.naming import Named
from core.diagnosis.records import PLACEHOLDER
from core.phrasing import listed

_MOST = 6


def fill(sentence: str, named: Named) -> str:
    """The sentence; a place that the message names nothing for takes its own words."""
    return PLACEHOLDER.sub(lambda found: _joined(_values(found, named)) or found[2], sentence)


def _values(found: re.Match[str], named: Named) -> list[str]:
    if found[1] == "solutions":
        return [_solution(*each) for each in named.solutions]
    if found[1] == "missing":
        return [_solution(*each) for each in named.missing]
    values: tuple[str, ...] = getattr(named, found[1])
    return list(values)


def _solution(name: str, version: str | None) -> str:
    return f"{name} ({version})" if version else name


def _joined(values: list[str]) -> str:
    if len(values) > _MOST:
        return listed([*values[:_MOST], f"{len(values) - _MOST} more"])
    return listed(values)
