"""What was told, and what came of it: each person's own, a page at a time."""

from collections.abc import Collection
from typing import cast

import sqlalchemy as sa
from sqlmodel import col, select

from core.access import Actor
from core.directory.directory import Directory
from core.notices.models import NoticePage, NoticeState, NoticeSummary
from core.notices.writing import may_see
from core.storage.notice_tables import Notice, Subscription
from core.storage.store import Store

SHOWN = 25
VISIBILITY_AGE_S = 30
_HIDDEN = "In an instance that you may not see any more"


class SentNotices:
    """Reads notices."""

    def __init__(self, store: Store, directory: Directory) -> None:
        self._store = store
        self._directory = directory

    def page(
        self,
        actor: Actor,
        *,
        states: Collection[NoticeState] = (),
        subscription_id: int | None = None,
        limit: int = SHOWN,
        offset: int = 0,
    ) -> NoticePage:
        """One's own notices, the newest first; what a digest tells is not shown beside it."""
        clauses = [
            sa.func.lower(col(Subscription.owner)) == actor.email.casefold(),
            col(Notice.digest_id).is_(None),
        ]
        if states:
            clauses.append(col(Notice.state).in_(states))
        if subscription_id is not None:
            clauses.append(col(Notice.subscription_id) == subscription_id)
        joined = col(Subscription.id) == col(Notice.subscription_id)
        visible = self._directory.visible(actor, VISIBILITY_AGE_S)
        with self._store.reading() as session:
            count = select(sa.func.count()).select_from(Notice).join(Subscription, joined).where(*clauses)
            query = (
                select(Notice, Subscription.name)
                .join(Subscription, joined)
                .where(*clauses)
                .order_by(col(Notice.id).desc())
                .offset(offset)
                .limit(limit)
            )
            items = tuple(_summary(row, name, visible) for row, name in session.exec(query).all())
            return NoticePage(session.exec(count).one(), items)


def _summary(row: Notice, subscription: str, visible: frozenset[str] | None) -> NoticeSummary:
    is_seen = may_see(row.content, visible)
    return NoticeSummary(
        id=row.id or 0,
        subscription_id=row.subscription_id,
        subscription=subscription,
        occasion=row.occasion,
        title=row.content["title"] if is_seen else _HIDDEN,
        text=row.content["text"] if is_seen else "",
        state=cast("NoticeState", row.state),
        attempts=row.attempts,
        created_at=row.created_at,
        not_before=row.not_before,
        sent_at=row.sent_at,
        problem=row.problem,
    )
