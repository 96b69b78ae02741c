"""In which order: every field that lists can be sorted by, with what an index gives in that order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from core.errors import InvalidValue
from core.insight.inventory.predicate import Predicate
from core.storage.columns import unindexed
from core.storage.tables import Portal

# By field: its column. The names of the same order share one.
_COLUMNS: Mapping[str, tuple[Any, type]] = {
    "id": (Portal.id, int),
    "name": (Portal.name_folded, str),
    "display_name": (Portal.name_folded, str),
    "state": (Portal.state, str),
    "subdomain": (Portal.subdomain, str),
    "url": (Portal.subdomain, str),
    "type": (Portal.type, str),
    "instance": (Portal.instance, str),
    "language": (Portal.language, int),
    "administrator": (Portal.administrator, str),
    "audience": (Portal.audience, str),
    "portal": (Portal.template, str),
    "created_at": (Portal.created_at, datetime),
    "provisioned_at": (Portal.provisioned_at, datetime),
    "changed_at": (Portal.changed_at, datetime),
    "last_run_at": (Portal.last_run_at, datetime),
    "last_cause": (Portal.last_cause, str),
    "package_version": (Portal.package_version, str),
    "created_by": (Portal.created_by, str),
}
VERDICT = "verdict"
SORTS = (*_COLUMNS, VERDICT)
_NULLABLE = frozenset({"provisioned_at", "last_run_at", "last_cause", "package_version"})
# Portals that are equal in these stand in the order in which they were made: their indexes go on so.
_ALIKE = "state type instance language administrator audience portal last_cause package_version created_by"
_MANY_ALIKE = frozenset(_ALIKE.split())
_VERDICTS = ("failed", "getting-set-up", "healthy", "slow", "stuck", "")
_MADE: tuple[tuple[Any, type], ...] = ((Portal.created_at, datetime), (Portal.id, int))

MADE_IN_ORDER = tuple(key for key, _ in _MADE)


@dataclass(frozen=True)
class Part:
    """A part of the list, sorted by these columns one after the other; those without a value are a part of their own."""

    predicate: Predicate
    extra: tuple[Any, ...]
    keys: tuple[Any, ...]
    kinds: list[type]


@dataclass(frozen=True)
class Order:
    """The list's parts in their order, each sorted the same way."""

    sort: str
    field: str
    is_down: bool
    parts: tuple[Part, ...]


def ordered(sort: str, wanted: Predicate) -> Order:
    """The order by a field, `-field` downwards; ties by age, then id; those without a value last. Raises InvalidValue."""
    name = sort.removeprefix("-")
    if name == VERDICT:
        parts = _by_verdict(wanted, is_down=sort.startswith("-"))
    elif name in _COLUMNS:
        parts = _by_column(wanted, name)
    else:
        fields = ", ".join(SORTS)
        raise InvalidValue(
            f"Portals can't be sorted by '{name[:60]}'. Choose one of: {fields}.", field="sort"
        )
    return Order(sort, name, sort.startswith("-"), parts)


def _by_verdict(wanted: Predicate, *, is_down: bool) -> tuple[Part, ...]:
    there = [one for one in _VERDICTS if wanted.choice(VERDICT).has(one)]
    down = [*reversed([one for one in there if one]), *(one for one in there if not one)]
    return tuple(_part(wanted.only(VERDICT, one), _MADE) for one in (down if is_down else there))


def _by_column(wanted: Predicate, name: str) -> tuple[Part, ...]:
    column, kind = _COLUMNS[name]
    if name in _NULLABLE:
        here = col(column).is_not(None)
        rest = _part(wanted, _MADE, col(column).is_(None))
    else:
        here, rest = None, None
    ties = () if name == "id" else (_MADE if name in _MANY_ALIKE else _MADE[1:])
    first = _part(wanted, ((column, kind), *ties), *(() if here is None else (here,)))
    return (first,) if rest is None else (first, rest)


def _part(wanted: Predicate, keys: tuple[tuple[Any, type], ...], *extra: Any) -> Part:
    return Part(wanted, extra, tuple(key for key, _ in keys), [kind for _, kind in keys])


def beyond(part: Part, values: tuple[Any, ...], *, is_down: bool, is_indexed: bool = True) -> Any:
    """Rows of the part that come behind these values."""
    here = columns(part, is_indexed=is_indexed)
    there = [sa.literal(value, key.type) for key, value in zip(here, values, strict=True)]
    return sa.tuple_(*here) < sa.tuple_(*there) if is_down else sa.tuple_(*here) > sa.tuple_(*there)


def by(part: Part, *, is_down: bool, is_indexed: bool = True) -> list[Any]:
    """The part's ORDER BY."""
    return [key.desc() if is_down else key.asc() for key in columns(part, is_indexed=is_indexed)]


def columns(part: Part, *, is_indexed: bool = True) -> list[Any]:
    """What the part is sorted by; with `is_indexed` False no index is to give the order."""
    return [col(key) if is_indexed else unindexed(col(key)) for key in part.keys]
