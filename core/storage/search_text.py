"""What a search looks into: a portal's name, subdomain, administrator and verified domains, folded, a line each.

Kept wherever a portal is written as an object; who verifies or takes away a domain says so with `refresh`.
"""

import unicodedata
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, event
from sqlmodel import Session, col

from core.storage.tables import CustomDomain, Portal

_PARTS = ("name", "subdomain", "administrator")


def fold(text: str) -> str:
    """Composed as names are, in lower case in every script."""
    return unicodedata.normalize("NFC", text).lower()


def search_text(parts: Iterable[str]) -> str:
    """The text of a portal's name, subdomain, administrator and verified domains."""
    return fold("\n".join(parts))


def refresh(session: Session, portal_id: int) -> None:
    """Put the text right after a change of the portal's domains; in the caller's transaction."""
    session.flush()
    connection = session.connection()
    parts = connection.execute(
        sa.select(*(getattr(Portal, name) for name in _PARTS)).where(col(Portal.id) == portal_id)
    ).one()
    text = search_text([*parts, *_domains(connection, portal_id)])
    session.execute(sa.update(Portal).where(col(Portal.id) == portal_id).values(search_text=text))


def _domains(connection: Connection, portal_id: int) -> list[str]:
    query = sa.select(col(CustomDomain.domain)).where(
        col(CustomDomain.portal_id) == portal_id, col(CustomDomain.verified_at).is_not(None)
    )
    return list(connection.execute(query.order_by(col(CustomDomain.id))).scalars())


def _made(_mapper: Any, _connection: Connection, portal: Portal) -> None:
    _keep(portal, ())


def _changed(_mapper: Any, connection: Connection, portal: Portal) -> None:
    state = sa.inspect(portal)
    if any(state.attrs[name].history.has_changes() for name in _PARTS):
        _keep(portal, _domains(connection, portal.id or 0))


def _keep(portal: Portal, domains: Iterable[str]) -> None:
    portal.name_folded = fold(portal.name)
    portal.search_text = search_text([*(getattr(portal, name) for name in _PARTS), *domains])


event.listen(Portal, "before_insert", _made)
event.listen(Portal, "before_update", _changed)
