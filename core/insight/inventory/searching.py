"""Portals whose text holds what is looked for: found by an index of three letters each, as far as they are not too many."""

import json
from dataclasses import replace

import sqlalchemy as sa
from sqlmodel import Session, col

from core.insight.inventory.predicate import Predicate
from core.storage.columns import holds
from core.storage.tables import Portal

LETTERS = 3  # of the index; shorter texts are looked for row by row
MOST_FOUND = 10_000
_ENDS = 8
# A phrase is looked up letter by letter, so of a long text only its ends are: what has both is compared with the whole.
_BY_LETTERS = sa.text(
    "SELECT json_group_array(id) FROM (SELECT portal.id FROM portal_search JOIN portal ON portal.id = portal_search.rowid "
    "WHERE portal_search MATCH :phrase AND instr(portal.search_text, :text) > 0 LIMIT :most)"
)
_BY_LETTERS_ALONE = sa.text(
    "SELECT json_group_array(rowid) FROM (SELECT rowid FROM portal_search WHERE portal_search MATCH :phrase "
    "LIMIT :most)"
)


def found(session: Session, wanted: Predicate) -> Predicate:
    """The same predicate with the portals that hold its text, where these are at most 10,000; else as it is."""
    if len(wanted.search) < LETTERS:
        return wanted
    ids = _ids(session, wanted.search)
    return replace(wanted, some=tuple(ids[:MOST_FOUND])) if len(ids) > MOST_FOUND else wanted.found(ids)


def is_common(wanted: Predicate) -> bool:
    """Whether more than 10,000 portals hold the text: of a predicate that went through `found`."""
    return len(wanted.search) >= LETTERS


def _ids(session: Session, text: str) -> list[int]:
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        is_long = len(text) > 2 * _ENDS
        query, parts = (
            (_BY_LETTERS, (text[:_ENDS], text[-_ENDS:])) if is_long else (_BY_LETTERS_ALONE, (text,))
        )
        phrase = " AND ".join('"' + part.replace('"', '""') + '"' for part in parts)
        given = {"phrase": phrase, "most": MOST_FOUND + 1} | ({"text": text} if is_long else {})
        # As one text: ten thousand rows would cost more than finding them.
        return list(json.loads(connection.execute(query, given).scalar_one()))
    pattern = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    there = col(Portal.search_text).like(f"%{pattern}%", escape="\\") & holds(col(Portal.search_text), text)
    rows = sa.select(col(Portal.id)).where(there).limit(MOST_FOUND + 1)
    return [number for number in connection.execute(rows).scalars() if number is not None]
