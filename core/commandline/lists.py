"""Lists: the same limit, offset and sort everywhere, and a total."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import InvalidValue

MOST = 2**63 - 1


@dataclass(frozen=True)
class Page:
    """Which part of a list, and in which order; checked against the fields that the list can be sorted by."""

    limit: int | None
    offset: int
    sort: str | None

    @classmethod
    def of(cls, limit: int | None, offset: int, sort: str | None, fields: Sequence[str]) -> "Page":
        """The page asked for; raises InvalidValue with the field limit, offset or sort."""
        for name, value in (("limit", limit), ("offset", offset)):
            if value is not None and not 0 <= value <= MOST:
                raise InvalidValue(f"--{name} can't be {value}. Give a number from 0 on.", field=name)
        if sort is not None and sort.removeprefix("-") not in fields:
            raise InvalidValue(
                f"The list can't be sorted by {sort!r}. Choose one of: {', '.join(fields)}; "
                "a hyphen before it turns the order round.",
                field="sort",
                details={"fields": list(fields)},
            )
        return cls(limit, offset, sort)

    def cut(self, items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """The list as it is printed: total, and the items of this page."""
        ordered = list(items)
        if self.sort is not None:
            field = self.sort.removeprefix("-")
            ordered.sort(key=lambda item: _key(item[field]), reverse=self.sort.startswith("-"))
        end = None if self.limit is None else self.offset + self.limit
        return {"total": len(items), "items": ordered[self.offset : end]}


def _key(value: Any) -> tuple[bool, Any]:
    return (value is None, "" if value is None else value.casefold() if isinstance(value, str) else value)
