"""Several notices become one: once a day for those who want it so, and at once where many came together."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.notices.occasions import DIGEST
from core.notices.writing import next_digest
from core.storage.notice_tables import Notice, Subscription
from core.storage.store import Store

MANY = 10  # from so many on that wait for one subscription they are told in one message
MOST_IN_ONE = 500


def gather(store: Store, digest_hour: int) -> None:
    """Make the digests that are due. Idempotent: what is in a digest is in no other."""
    now = store.clock()
    with store.reading() as session:
        due = _due(session, now)
    for subscription_id in due:
        with store.writing() as session:
            store.queue_up(session, f"digest:{subscription_id}")
            subscription = session.get(Subscription, subscription_id)
            if subscription is not None:
                _gather(session, subscription, now, digest_hour)


def _waiting(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Not told yet, not in a digest, never tried."""
    return (
        col(Notice.state) == "waiting",
        col(Notice.not_before) <= now,
        col(Notice.digest_id).is_(None),
        col(Notice.occasion) != DIGEST,
        col(Notice.attempts) == 0,
    )


def _due(session: Session, now: datetime) -> Sequence[int]:
    query = (
        select(Notice.subscription_id)
        .join(Subscription, col(Subscription.id) == col(Notice.subscription_id))
        .where(*_waiting(now))
        .group_by(col(Notice.subscription_id), col(Subscription.rhythm))
        .having((sa.func.count() >= MANY) | (col(Subscription.rhythm) == "daily"))
    )
    return session.exec(query).all()


def _gather(session: Session, subscription: Subscription, now: datetime, digest_hour: int) -> None:
    query = select(Notice.id).where(col(Notice.subscription_id) == subscription.id, *_waiting(now))
    ids = [one for one in session.exec(query.order_by(col(Notice.id)).limit(MOST_IN_ONE)).all() if one]
    is_daily = subscription.rhythm == "daily"
    if not ids or (not is_daily and len(ids) < MANY):
        return
    digest = Notice(
        subscription_id=subscription.id or 0,
        occasion=DIGEST,
        occasion_key=f"digest:{ids[0]}",
        content={"title": f"{len(ids):,} messages", "text": "", "instances": []},
        created_at=now,
        not_before=now,
    )
    session.add(digest)
    session.flush()
    session.connection().execute(
        sa.update(Notice)
        .where(col(Notice.id).in_(ids))
        .values(digest_id=digest.id, not_before=next_digest(now, digest_hour))
    )
    if is_daily:
        subscription.digest_at = now
        session.add(subscription)
