"""Saved views: a page's address under a name, one's own or shared with everybody who uses the console.

Whoever saves a view owns it: only they rename, share or replace it; the console's administrator may also take a shared one
away. A shared view shows each person what they may see: it holds filters, no portals.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, or_, select

from core.access import Actor
from core.errors import Conflict, InvalidValue, NotFound, NotPermitted
from core.portals.names import check_name
from core.storage.inventory_tables import SavedView
from core.storage.store import Store, find_row
from core.storage.tables import Event

MOST_CHARACTERS = 4000
MOST_VIEWS = 200  # of one person and page


@dataclass(frozen=True)
class ViewSummary:
    """A saved view. `address` is what follows the page's path: its filters, sort and columns."""

    id: int
    page: str
    name: str
    address: str
    owner: str
    is_shared: bool
    is_own: bool
    saved_at: datetime


class SavedViews:
    """Read and write saved views."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self, page: str, actor: Actor) -> tuple[ViewSummary, ...]:
        """The actor's own of the page, then those that others share, each by name."""
        theirs = or_(col(SavedView.owner) == _owner(actor), col(SavedView.is_shared))
        query = select(SavedView).where(col(SavedView.page) == page, theirs)
        with self._store.reading() as session:
            found = [_summary(row, actor) for row in session.exec(query).all()]
        return tuple(sorted(found, key=lambda one: (not one.is_own, one.name.casefold(), one.owner)))

    def save(
        self, page: str, name: str, address: str, actor: Actor, *, is_shared: bool = False
    ) -> ViewSummary:
        """Keep the address under the name; the actor's own view of that name is replaced. Idempotent.

        Raises NameInvalid, InvalidValue (field `address`, or `name` where there are too many).
        """
        cleaned, told = check_name(name), _check_address(address)
        with self._store.writing() as session:
            self._store.queue_up(session, f"saved-view:{page}:{_owner(actor)}")
            mine = (col(SavedView.page) == page, col(SavedView.owner) == _owner(actor))
            own = session.exec(select(SavedView).where(*mine)).all()
            row = next((one for one in own if one.name == cleaned), None)
            if row is None and len(own) >= MOST_VIEWS:
                raise InvalidValue(
                    f"There are {MOST_VIEWS} views of yours already. Delete one first.", field="name"
                )
            now = self._store.clock()
            if row is None:
                row = SavedView(page=page, owner=_owner(actor), name=cleaned, address=told, saved_at=now)
            row.address, row.is_shared, row.saved_at = told, is_shared, now
            self._note(session, row, actor, "save-view")
            session.flush()
            return _summary(row, actor)

    def rename(self, view_id: int, name: str, actor: Actor) -> None:
        """Give the view another name. Raises NameInvalid, NotFound, NotPermitted, Conflict where it is in use."""
        cleaned = check_name(name)
        try:
            with self._store.writing() as session:
                row = _own(session, view_id, actor)
                row.name = cleaned
                self._note(session, row, actor, "rename-view")
        except IntegrityError as error:
            raise Conflict(
                f"A view of yours is called '{cleaned}' already. Choose another name.", field="name"
            ) from error

    def share(self, view_id: int, actor: Actor, *, is_shared: bool) -> None:
        """Let everybody see the view, or nobody else. Raises NotFound, NotPermitted."""
        with self._store.writing() as session:
            row = _own(session, view_id, actor, is_for_administrators=not is_shared)
            row.is_shared = is_shared
            self._note(session, row, actor, "share-view")

    def delete(self, view_id: int, actor: Actor) -> None:
        """Take the view away; one that is gone already is done. Raises NotPermitted."""
        with self._store.writing() as session:
            if find_row(session, SavedView, view_id) is None:
                return
            row = _own(session, view_id, actor, is_for_administrators=True)
            session.delete(row)
            session.add(_event(row, actor, "delete-view", self._store.clock()))

    def _note(self, session: Session, row: SavedView, actor: Actor, act: str) -> None:
        session.add_all((row, _event(row, actor, act, self._store.clock())))


def _owner(actor: Actor) -> str:
    return actor.email.casefold()


def _check_address(address: str) -> str:
    told = address.strip().removeprefix("?")
    if len(told) > MOST_CHARACTERS or not told.isprintable():
        raise InvalidValue(
            f"The view's address is too long or can't be kept: up to {MOST_CHARACTERS:,} characters on one line. "
            "Choose fewer filters.",
            field="address",
        )
    return told


def _own(session: Session, view_id: int, actor: Actor, *, is_for_administrators: bool = False) -> SavedView:
    row = find_row(session, SavedView, view_id)
    is_own = row is not None and row.owner == _owner(actor)
    if row is None or not (is_own or row.is_shared):
        raise NotFound("There is no such view any more. Choose another.", field="view")
    if not is_own and not (is_for_administrators and actor.is_console_administrator):
        raise NotPermitted(
            f"This view is {row.owner}'s, who alone may change it. Save it under a name of your own."
        )
    return row


def _summary(row: SavedView, actor: Actor) -> ViewSummary:
    return ViewSummary(
        id=row.id or 0,
        page=row.page,
        name=row.name,
        address=row.address,
        owner=row.owner,
        is_shared=row.is_shared,
        is_own=row.owner == _owner(actor),
        saved_at=row.saved_at,
    )


def _event(row: SavedView, actor: Actor, act: str, now: datetime) -> Event:
    details = {"page": row.page, "name": row.name, "is_shared": row.is_shared}
    return Event(at=now, actor=actor.email, act=act, details=details)
