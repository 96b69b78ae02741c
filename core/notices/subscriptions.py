"""What people want to hear: add, change, pause, delete, try, send again. Each sees and changes their own only."""

from collections.abc import Callable
from typing import Any, cast

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.access import Actor, can_see
from core.directory.directory import Directory
from core.errors import Conflict, InvalidValue, NotFound
from core.notices import addresses, kinds, wording
from core.notices.addresses import Reach
from core.notices.channels import Channel, Handed
from core.notices.models import NoticeState, SubscriptionSummary, WantNotices
from core.notices.occasions import OCCASIONS, RHYTHMS, Rhythm
from core.storage.notice_tables import Notice, Subscription
from core.storage.store import Store, find_row

MAX_NAME = 100
MOST_A_PERSON = 20


class Notifications:
    """A person's notifications. Every command takes who acts, and knows nobody else's."""

    def __init__(
        self, store: Store, directory: Directory, channel: Channel, reach: Reach, nudge: Callable[[], None]
    ) -> None:
        self._store = store
        self._directory = directory
        self._channel = channel
        self._reach = reach
        self._nudge = nudge

    def list(self, actor: Actor) -> tuple[SubscriptionSummary, ...]:
        """One's own, in the order in which they were added."""
        with self._store.reading() as session:
            rows = session.exec(
                select(Subscription).where(_is_of(actor)).order_by(col(Subscription.id))
            ).all()
            counted = _counted(session, [row.id or 0 for row in rows])
        return tuple(_summary(row, counted.get(row.id or 0, {})) for row in rows)

    def add(self, wanted: WantNotices, actor: Actor) -> int:
        """Add one; returns its id. From now on: nothing that was before is told. Raises InvalidValue, NotFound, Conflict."""
        if wanted.address is None:
            raise InvalidValue("Where to? Give an address such as jsons://example.com/hook.", field="address")
        name = self._checked(wanted, actor)
        address = addresses.check(wanted.address, self._reach)
        with self._store.writing() as session:
            self._store.queue_up(session, f"subscriptions:{actor.email.casefold()}")
            own = select(sa.func.count()).select_from(Subscription).where(_is_of(actor))
            if session.exec(own).one() >= MOST_A_PERSON:
                raise Conflict(f"{MOST_A_PERSON} notifications are the most for a person. Delete one first.")
            now = self._store.clock()
            row = Subscription(
                owner=actor.email,
                name=name,
                address=address,
                occasions=list(wanted.occasions),
                instances=list(wanted.instances),
                rhythm=wanted.rhythm,
                created_at=now,
                since_at=now,
            )
            session.add(row)
            session.flush()
            return row.id or 0

    def change(self, subscription_id: int, wanted: WantNotices, actor: Actor) -> None:
        """Change one; without an address it keeps its own. Raises NotFound, InvalidValue."""
        name = self._checked(wanted, actor)
        address = None if wanted.address is None else addresses.check(wanted.address, self._reach)
        with self._store.writing() as session:
            row = _own(session, subscription_id, actor)
            row.name, row.address = name, address or row.address
            row.occasions, row.instances = list(wanted.occasions), list(wanted.instances)
            row.rhythm = wanted.rhythm
            session.add(row)

    def pause(self, subscription_id: int, actor: Actor, *, is_paused: bool = True) -> None:
        """Tell nothing for a while, or go on. What waits to be sent is given up; what happens meanwhile is not told."""
        with self._store.writing() as session:
            row = _own(session, subscription_id, actor)
            row.is_paused, row.since_at = is_paused, self._store.clock()
            session.add(row)
            if is_paused:
                session.connection().execute(
                    sa.update(Notice)
                    .where(col(Notice.subscription_id) == row.id, col(Notice.state) == "waiting")
                    .values(state="failed", problem="Not sent: the notification was paused.")
                )

    def delete(self, subscription_id: int, actor: Actor) -> None:
        """Delete one with its address and all that was told by it. Raises NotFound."""
        with self._store.writing() as session:
            row = _own(session, subscription_id, actor)
            connection = session.connection()
            mine = col(Notice.subscription_id) == row.id
            connection.execute(sa.update(Notice).where(mine).values(digest_id=None))
            connection.execute(sa.delete(Notice).where(mine))
            connection.execute(sa.delete(Subscription).where(col(Subscription.id) == row.id))

    def test(self, subscription_id: int, actor: Actor) -> Handed:
        """Send a test message now, and say what the channel made of it. Raises NotFound, InvalidValue."""
        with self._store.reading() as session:
            row = _own(session, subscription_id, actor)
        addresses.require_reachable(row.address, self._reach)
        return self._channel(row.address, *wording.of_test(row.name))

    def send_again(self, notice_id: int, actor: Actor) -> None:
        """Send one that failed, or whose end is unclear, once more. Raises NotFound, Conflict."""
        with self._store.writing() as session:
            notice = find_row(session, Notice, notice_id)
            if notice is None:
                raise _no_notice(notice_id)
            subscription = _own(session, notice.subscription_id, actor, _no_notice(notice_id))
            if subscription.is_paused:
                raise Conflict("This notification is paused. Let it go on first.", field="id")
            changed = session.connection().execute(
                sa.update(Notice)
                .where(col(Notice.id) == notice_id, col(Notice.state).in_(("failed", "unclear")))
                .where(col(Notice.digest_id).is_(None))
                .values(
                    state="waiting",
                    attempts=0,
                    problem=None,
                    executor_id=None,
                    not_before=self._store.clock(),
                )
            )
            if changed.rowcount != 1:
                raise Conflict("This message is on its way or was sent. There is nothing to send again.")
        self._nudge()

    def _checked(self, wanted: WantNotices, actor: Actor) -> str:
        """The name; raises InvalidValue and NotFound for what can't be wanted."""
        name = wanted.name.strip()
        if not name or len(name) > MAX_NAME or not name.isprintable():
            raise InvalidValue(f"Give it a name of up to {MAX_NAME} characters.", field="name")
        if not wanted.occasions or not set(wanted.occasions) <= set(OCCASIONS):
            raise InvalidValue(
                f"Choose what to hear of, one or more of: {', '.join(OCCASIONS)}.", field="occasion"
            )
        if wanted.rhythm not in RHYTHMS:
            raise InvalidValue(f"Choose when: {' or '.join(RHYTHMS)}.", field="rhythm")
        for slug in wanted.instances:
            if not can_see(actor, self._directory.get(slug).instance):
                raise NotFound(
                    f"There is no instance {slug!r} that you may see. `instances list` shows those there are.",
                    field="instance",
                )
        return name


def _is_of(actor: Actor) -> sa.ColumnElement[bool]:
    return sa.func.lower(col(Subscription.owner)) == actor.email.casefold()


def _own(
    session: Session, subscription_id: int, actor: Actor, otherwise: NotFound | None = None
) -> Subscription:
    row = find_row(session, Subscription, subscription_id)
    if row is None or row.owner.casefold() != actor.email.casefold():
        raise otherwise or NotFound(
            f"You have no notification {subscription_id}. `notifications list` shows those that you have.",
            field="id",
        )
    return row


def _no_notice(notice_id: int) -> NotFound:
    return NotFound(f"There is no message {notice_id} of yours. Choose one from the list.", field="id")


def _counted(session: Session, ids: list[int]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    query = (
        sa.select(
            col(Notice.subscription_id),
            col(Notice.state),
            sa.func.count(),
            sa.func.max(col(Notice.sent_at)),
        )
        .where(col(Notice.subscription_id).in_(ids))
        .group_by(col(Notice.subscription_id), col(Notice.state))
    )
    for subscription_id, state, number, sent_at in session.connection().execute(query):
        of_one = found.setdefault(subscription_id, {})
        of_one[state] = number
        if state == "sent":
            of_one["last"] = sent_at
    return found


def _summary(row: Subscription, counted: dict[str, Any]) -> SubscriptionSummary:
    def number(state: NoticeState) -> int:
        return int(counted.get(state, 0))

    return SubscriptionSummary(
        id=row.id or 0,
        name=row.name,
        address=kinds.masked(row.address),
        occasions=tuple(row.occasions),
        instances=tuple(row.instances),
        rhythm=cast("Rhythm", row.rhythm),
        is_paused=row.is_paused,
        created_at=row.created_at,
        last_sent_at=counted.get("last"),
        unclear=number("unclear"),
        failed=number("failed"),
        waiting=number("waiting") + number("sending"),
    )
