"""Claim, send, mark: a notice is handed over once, and again only where the channel is known not to have taken it.

`sending` is written before the message leaves, `sent` after the channel took it. A process that dies in between leaves
`sending`; whether the message went out nobody can say, so it becomes `unclear` and is sent again by a person only.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.access import Actor
from core.clock import Clock
from core.directory.directory import Directory
from core.errors import PorticoError
from core.notices import wording
from core.notices.addresses import Reach, require_reachable
from core.notices.channels import Channel, Handed
from core.notices.occasions import DIGEST
from core.notices.writing import may_see
from core.provisioning import crash_points
from core.storage.notice_tables import Notice, Subscription
from core.storage.store import Store

log = logging.getLogger(__name__)

# How long to wait after each attempt that failed; after the last the notice is given up.
BACKOFF_S = (60, 300, 900, 3600, 4 * 3600)
LOST = "The process that was sending it ended meanwhile: it may have been sent or not. Look there, then send it again."


class Delivery:
    """Hands notices over, one at a time."""

    def __init__(
        self, store: Store, directory: Directory, channel: Channel, reach: Reach, clock: Clock
    ) -> None:
        self._store = store
        self._directory = directory
        self._channel = channel
        self._reach = reach
        self._clock = clock
        self._handed: dict[int, tuple[str, int, Handed]] = {}  # not marked yet

    def deliver(self, notice_id: int, executor_id: str) -> None:
        """Claim, send and mark the notice; one that is another's by now is left alone."""
        claimed = self._claim(notice_id, executor_id)
        if claimed is None:
            return
        notice, subscription = claimed
        crash_points.reached("notice", "begun")
        handed = self._hand_over(notice, subscription)
        crash_points.reached("notice", "effect")
        self._handed[notice_id] = (executor_id, notice.attempts, handed)
        self.mark_handed()

    def mark_handed(self) -> None:
        """Write what came of those that were handed over; what the store did not take before is written now. Idempotent."""
        for notice_id, (executor_id, attempts, handed) in list(self._handed.items()):
            self._mark(notice_id, executor_id, attempts, handed)
            self._handed.pop(notice_id, None)

    def give_up_lost(self, living: tuple[str, ...]) -> int:
        """Those that a process now dead was handing over are unclear; how many."""
        lost = col(Notice.executor_id).is_(None) | col(Notice.executor_id).not_in(living)
        sending = col(Notice.state) == "sending"
        with self._store.reading() as session:
            found = session.exec(select(Notice.id).where(sending, lost)).all()
        if not found:
            return 0
        with self._store.writing() as session:
            connection = session.connection()
            changed = connection.execute(
                sa.update(Notice)
                .where(col(Notice.id).in_(found), sending, lost)
                .values(state="unclear", problem=LOST)
            )
            _follow(session, [one for one in found if one], {"state": "unclear", "problem": LOST})
            return int(changed.rowcount)

    def _claim(self, notice_id: int, executor_id: str) -> tuple[Notice, Subscription] | None:
        with self._store.writing() as session:
            changed = session.connection().execute(
                sa.update(Notice)
                .where(col(Notice.id) == notice_id, col(Notice.state) == "waiting")
                .where(col(Notice.digest_id).is_(None))
                .values(state="sending", executor_id=executor_id, attempts=col(Notice.attempts) + 1)
            )
            if changed.rowcount != 1:
                return None
            notice = session.get_one(Notice, notice_id)
            return notice, session.get_one(Subscription, notice.subscription_id)

    def _hand_over(self, notice: Notice, subscription: Subscription) -> Handed:
        """What came of it; nothing leaves for one who may not see it any more, or to where nothing may be sent."""
        visible = self._directory.visible(Actor(subscription.owner))
        title, text = notice.content["title"], notice.content["text"]
        if notice.occasion == DIGEST:
            contents = self._contents(notice.id or 0, visible)
            if not contents:
                return Handed("failed", "Not sent: you may not see these instances any more.", is_final=True)
            title, text = wording.of_digest(contents)
        elif not may_see(notice.content, visible):
            return Handed("failed", "Not sent: you may not see this instance any more.", is_final=True)
        try:
            require_reachable(subscription.address, self._reach)
        except PorticoError as error:
            return Handed("failed", error.message, is_final=True)
        return self._channel(subscription.address, title, text)

    def _contents(self, digest_id: int, visible: frozenset[str] | None) -> list[dict[str, Any]]:
        with self._store.reading() as session:
            query = select(Notice.content).where(col(Notice.digest_id) == digest_id)
            found = session.exec(query.order_by(col(Notice.id))).all()
        return [dict(one) for one in found if may_see(one, visible)]

    def _mark(self, notice_id: int, executor_id: str, attempts: int, handed: Handed) -> None:
        now = self._clock()
        values = _outcome(handed, attempts, now)
        with self._store.writing() as session:
            changed = session.connection().execute(
                sa.update(Notice)
                .where(col(Notice.id) == notice_id, col(Notice.executor_id) == executor_id)
                # One that took too long was called unclear meanwhile; now it is known.
                .where(col(Notice.state).in_(("sending", "unclear")))
                .values(values)
            )
            if changed.rowcount == 1 and values["state"] != "waiting":
                _follow(session, [notice_id], {k: values[k] for k in ("state", "problem", "sent_at")})
        if handed.answer != "sent":
            # The problem is the person's to see; our log only says that there is one.
            log.warning("The notice %d was not sent (%s, attempt %d).", notice_id, handed.answer, attempts)


def _outcome(handed: Handed, attempts: int, now: datetime) -> dict[str, Any]:
    """What is written of it. What will not pass by itself is not tried again."""
    values: dict[str, Any] = {"problem": handed.problem, "sent_at": None, "executor_id": None}
    if handed.answer == "sent":
        return values | {"state": "sent", "sent_at": now}
    is_over = handed.answer == "unclear" or attempts > len(BACKOFF_S) or handed.is_final
    if is_over:
        return values | {"state": "unclear" if handed.answer == "unclear" else "failed"}
    return values | {"state": "waiting", "not_before": now + timedelta(seconds=BACKOFF_S[attempts - 1])}


def _follow(session: Session, digest_ids: list[int], values: dict[str, Any]) -> None:
    """What a digest tells comes to the same end as the digest."""
    session.connection().execute(
        sa.update(Notice).where(col(Notice.digest_id).in_(digest_ids)).values(values)
    )
