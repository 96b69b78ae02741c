"""Licences: which application a new portal takes (R4, R6)."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from core.access import Actor, require_console_administrator
from core.errors import InvalidValue, NoFreeApplication, NotFound
from core.storage.store import Store, find_row
from core.storage.tables import Application, Event

TYPES = ("production", "trial")
MOST_AT_ONCE = 1000


class Licences:
    """The applications: *Portal Add-On* rows."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, type_: str, count: int, actor: Actor) -> tuple[int, ...]:
        """Add licences as the console administrator; returns their ids.

        Raises NotConsoleAdministrator, InvalidValue.
        """
        require_console_administrator(actor)
        if type_ not in TYPES:
            raise InvalidValue(f"'{type_}' is no type of licence. Choose production or trial.", field="type")
        if not 1 <= count <= MOST_AT_ONCE:
            raise InvalidValue(
                f"Between 1 and {MOST_AT_ONCE} licences can be added at once, not {count}.", field="count"
            )
        with self._store.writing() as session:
            now = self._store.clock()
            rows = [Application(type=type_, created_at=now) for _ in range(count)]
            session.add_all(rows)
            session.add(
                Event(
                    at=now, actor=actor.email, act="add-applications", details={"type": type_, "count": count}
                )
            )
            session.flush()
            return tuple(row.id for row in rows if row.id is not None)

    def require_free(self, application_id: int | None) -> str:
        """A sentence about the licence that would be taken; raises NoFreeApplication, NotFound."""
        with self._store.reading() as session:
            row = find_free(session, application_id)
        return f"A {row.type} licence is free"


def find_free(session: Session, application_id: int | None, *, is_to_take: bool = False) -> Application:
    """The named licence if it is free, or the first free one, production before trial.

    With `is_to_take` it is this transaction's: PostgreSQL waits for one that another submit may be taking,
    and goes on to the next where it was taken. Raises NoFreeApplication, NotFound.
    """
    if application_id is not None:
        return _named(session, application_id)
    found = first_free(session, is_to_take=is_to_take)
    row = None if found is None else session.get(Application, found)
    if row is None:
        raise NoFreeApplication(
            "Every licence is in use. Ask the console administrator to add one "
            "(`applications add`), or delete a portal to free its licence."
        )
    return row


def first_free(session: Session, type_: str | None = None, *, is_to_take: bool = False) -> int | None:
    """The first free licence, of that type or production before trial; `is_to_take` as for `find_free`."""
    of_type = "" if type_ is None else "AND type = :type "
    # SQLite lets one write at a time anyway.
    lock = " FOR UPDATE" if is_to_take and session.connection().dialect.name != "sqlite" else ""
    query = f"SELECT id {_free(session)} {of_type}ORDER BY type, id LIMIT 1{lock}"
    found = session.connection().execute(sa.text(query), {"type": type_} if type_ else {})
    return found.scalar_one_or_none()


def count_free(session: Session) -> dict[str, int]:
    """By type, how many are free, production first; a type that has none is not among them."""
    query = sa.text(f"SELECT count(*) {_free(session)} AND type = :type")
    found = {type_: session.connection().execute(query, {"type": type_}).scalar_one() for type_ in TYPES}
    return {type_: number for type_, number in found.items() if number}


def _free(session: Session) -> str:
    """The free licences. SQLite is told their index: by itself it takes the unique one, and reads every one of them."""
    by = " INDEXED BY ix_application_free" if session.connection().dialect.name == "sqlite" else ""
    return f"FROM application{by} WHERE portal_id IS NULL"


def _named(session: Session, application_id: int) -> Application:
    named = find_row(session, Application, application_id)
    if named is None:
        raise NotFound(
            f"There is no application {application_id}. Choose one that `applications list` shows.",
            field="application",
        )
    if named.portal_id is not None:
        raise NoFreeApplication(
            f"The application {application_id} is configured already. Choose a free one, or leave the choice "
            "to Portico.",
            details={"application": application_id},
        )
    return named


def take(session: Session, application: Application, portal_id: int) -> None:
    """Give the licence to the portal; raises NoFreeApplication where somebody else was first."""
    changed = session.connection().execute(
        sa.update(Application)
        .where(col(Application.id) == application.id, col(Application.portal_id).is_(None))
        .values(portal_id=portal_id)
    )
    if changed.rowcount != 1:
        raise NoFreeApplication(f"The application {application.id} was taken a moment ago. Submit again.")


def sample_tenant(now: datetime) -> list[dict[str, object]]:
    """What a fresh store starts with: ten licences for production and three trials."""
    types = ["production"] * 10 + ["trial"] * 3
    return [{"type": type_, "created_at": now} for type_ in types]
