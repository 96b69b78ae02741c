"""A place in a sorted list, as a part of an address: opaque, checked when it is read, true in a list that changed."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.errors import InvalidValue

LONGEST = 2000


@dataclass(frozen=True)
class Place:
    """Right behind a row in the list, or right before it; `values` are what the row is sorted by."""

    sort: str
    part: int  # of the parts that the list is read in: with a value, without
    values: tuple[Any, ...]
    is_before: bool = False


def write(place: Place) -> str:
    """The place as letters, digits, - and _."""
    values = [one.isoformat() if isinstance(one, datetime) else one for one in place.values]
    told = json.dumps([place.sort, place.part, values, int(place.is_before)], separators=(",", ":"))
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def read(cursor: str, sort: str, kinds: list[list[type]]) -> Place:
    """The place; `kinds` are the types of the values, a list a part. Raises InvalidValue for anything else."""
    try:
        return _read(cursor, sort, kinds)
    except (ValueError, TypeError, RecursionError) as error:
        raise InvalidValue(
            "This page of the list can't be read from the address. Begin at the first page.", field="cursor"
        ) from error


def _read(cursor: str, sort: str, kinds: list[list[type]]) -> Place:
    if len(cursor) > LONGEST:
        raise ValueError("too long")
    told = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    of, part, values, is_before = json.loads(told)
    if of != sort or part not in range(len(kinds)) or is_before not in {0, 1}:
        raise ValueError("another list's")
    typed = tuple(_typed(value, kind) for value, kind in zip(values, kinds[part], strict=True))
    return Place(sort, part, typed, bool(is_before))


def _typed(value: Any, kind: type) -> Any:
    if kind is datetime and isinstance(value, str):
        at = datetime.fromisoformat(value)
        if at.tzinfo is not None:
            return at
    if isinstance(value, kind) and (not isinstance(value, int) or 0 <= value < 2**63):
        return value
    raise ValueError("not of its kind")
