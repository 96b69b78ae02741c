"""Portals whose text holds what is looked for: found by an index of three letters each, as far as they are not too many."""

import json
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from core.insight.inventory.predicate import Predicate
from core.storage.columns import holds
from core.storage.tables import Portal

LETTERS = 3  # of the index; shorter texts are looked for row by row
MOST_FOUND = 10_000
# A phrase is looked up letter by letter, and each costs: of a longer text only its ends are, and what has these is compared
# with the whole. Where too many have them, longer ends are looked up.
_ENDS, _LONGER_ENDS = 4, 8
MOST_COMPARED = 2000
_BY_LETTERS = sa.text(
    "SELECT json_group_array(rowid) FROM (SELECT rowid FROM portal_search WHERE portal_search MATCH :phrase "
    "LIMIT :most)"
)
_WITH_TEXT = sa.text(
    "SELECT json_group_array(portal.id) FROM json_each(:ids) AS one JOIN portal ON portal.id = one.value "
    "WHERE instr(portal.search_text, :text) > 0"
)
_BY_LETTERS_WITH_TEXT = sa.text(
    "SELECT json_group_array(id) FROM (SELECT portal.id FROM portal_search JOIN portal ON portal.id = portal_search.rowid "
    "WHERE portal_search MATCH :phrase AND instr(portal.search_text, :text) > 0 LIMIT :most)"
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
        return _by_letters(connection, text)
    pattern = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    there = col(Portal.search_text).like(f"%{pattern}%", escape="\\") & holds(col(Portal.search_text), text)
    rows = sa.select(col(Portal.id)).where(there).limit(MOST_FOUND + 1)
    return [number for number in connection.execute(rows).scalars() if number is not None]


def _by_letters(connection: sa.Connection, text: str) -> list[int]:
    """The ids travel as one text: ten thousand rows would cost more than finding them."""

    def asked(query: Any, **given: Any) -> list[int]:
        return list(json.loads(connection.execute(query, given).scalar_one()))

    if len(text) <= 2 * _ENDS:
        return asked(_BY_LETTERS, phrase=_phrase(text), most=MOST_FOUND + 1)
    tried = asked(_BY_LETTERS, phrase=_phrase(text[:_ENDS], text[-_ENDS:]), most=MOST_COMPARED + 1)
    if len(tried) <= MOST_COMPARED:
        return asked(_WITH_TEXT, ids=json.dumps(tried), text=text)
    if len(text) <= 2 * _LONGER_ENDS:
        return asked(_BY_LETTERS, phrase=_phrase(text), most=MOST_FOUND + 1)
    ends = _phrase(text[:_LONGER_ENDS], text[-_LONGER_ENDS:])
    return asked(_BY_LETTERS_WITH_TEXT, phrase=ends, text=text, most=MOST_FOUND + 1)


def _phrase(*parts: str) -> str:
    """What asks for all of these."""
    return " AND ".join('"' + part.replace('"', '""') + '"' for part in parts)
