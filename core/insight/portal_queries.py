"""Lists of portals: one predicate for what is shown, counted and exported."""

import unicodedata
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from core.errors import InvalidValue
from core.insight.models import PortalFilter
from core.insight.naming import ENDINGS
from core.storage.columns import folded
from core.storage.tables import Portal

FACETS = ("state", "verdict", "instance", "portal", "audience", "language", "type")
_COLUMNS: dict[str, Any] = {
    "id": Portal.id,
    "name": folded(col(Portal.name)),
    "display_name": folded(col(Portal.name) + sa.case(ENDINGS, value=col(Portal.state), else_="")),
    "state": Portal.state,
    "subdomain": Portal.subdomain,
    "url": Portal.subdomain,
    "type": Portal.type,
    "instance": Portal.instance,
    "language": Portal.language,
    "administrator": Portal.administrator,
    "audience": Portal.audience,
    "portal": Portal.template,
    "created_at": Portal.created_at,
    "provisioned_at": Portal.provisioned_at,
}
_NULLABLE = frozenset({"verdict", "provisioned_at"})


def expression(name: str, verdict: Any) -> Any:
    """A field of a portal as SQL; raises InvalidValue for one that there is not."""
    if name == "verdict":
        return verdict
    if name not in _COLUMNS:
        fields = ", ".join((*_COLUMNS, "verdict"))
        raise InvalidValue(
            f"Portals can't be sorted by '{name[:60]}'. Choose one of: {fields}.", field="sort"
        )
    return _COLUMNS[name]


def where(wanted: PortalFilter, visible: frozenset[str] | None, verdict: Any) -> list[Any]:
    """The predicate: every clause must hold. `visible`: the instances that the actor sees; None for all."""
    clauses: list[Any] = [] if visible is None else [col(Portal.instance).in_(visible)]
    chosen: tuple[tuple[Any, tuple[str, ...]], ...] = (
        (Portal.state, wanted.states),
        (Portal.instance, wanted.instances),
        (Portal.template, wanted.portals),
        (verdict, wanted.verdicts),
    )
    clauses += [column.in_(values) for column, values in chosen if values]
    if wanted.search.strip():
        clauses.append(_matches(wanted.search.strip()))
    return clauses


def order(sort: str, verdict: Any) -> tuple[Any, Any]:
    """Sorted by a field, `-field` downwards; ties by id, those without a value last. Raises InvalidValue."""
    name = sort.removeprefix("-")
    key = expression(name, verdict)
    by, ties = (sa.desc, col(Portal.id).desc()) if sort.startswith("-") else (sa.asc, col(Portal.id).asc())
    # Said only where it matters: an index gives the others in order by itself.
    return (by(key).nulls_last() if name in _NULLABLE else by(key)), ties


def _matches(text: str) -> Any:
    """Name, subdomain or administrator holds the text, in any case, composed as names are; no wildcards."""
    plain = unicodedata.normalize("NFC", text).encode("utf-8", "replace").decode().replace("\0", "\ufffd")
    escaped = plain.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    pattern = folded(sa.literal(f"%{escaped}%"))
    columns = (Portal.name, Portal.subdomain, Portal.administrator)
    return sa.or_(*(folded(col(column)).like(pattern, escape="\\") for column in columns))
