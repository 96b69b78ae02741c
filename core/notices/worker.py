"""The errand of notifications: looks for what there is to tell, and sends it. What fails here fails no run."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from sqlmodel import col, select

from core.notices import digests
from core.notices.delivery import Delivery
from core.notices.look import Look
from core.provisioning import leases
from core.settings import Settings
from core.storage.notice_tables import Notice, Subscription
from core.storage.store import Store

AT_ONCE = 4  # a channel that is slow must not hold up the others
MOST_DUE = 200


class NoticeWorker:
    """An errand of the engine's process."""

    def __init__(self, store: Store, look: Look, delivery: Delivery, settings: Settings) -> None:
        self._store = store
        self._look = look
        self._delivery = delivery
        self._settings = settings

    def work(self, executor_id: str, pause: Callable[[], bool]) -> bool:
        """Look, then send what is due, at most one a subscription; whether there is more to do at once."""
        self._delivery.mark_handed()
        has_more = self._look.now_and_then()
        self._delivery.give_up_lost(self._living(executor_id))
        due = self._due()
        if not due:
            return has_more
        digests.gather(self._store, self._settings.digest_hour)
        due = self._due()
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="portico-notice") as threads:
            tasks = []
            for notice_id in due:
                if pause():
                    return False
                tasks.append(threads.submit(self._delivery.deliver, notice_id, executor_id))
            for task in tasks:
                task.result()  # raises what the store raised: then it is looked again
        return bool(due)

    def is_idle(self) -> bool:
        """Whether nothing is left to tell now. What is to be tried again later is not waited for."""
        if not self._look.has_listeners():
            return True
        while self._look.at_ended_runs():
            pass
        with self._store.reading() as session:
            is_sending = session.exec(
                select(Notice.id).where(col(Notice.state) == "sending").limit(1)
            ).first()
        return is_sending is None and not self._due()

    def _living(self, executor_id: str) -> tuple[str, ...]:
        return (executor_id, *(one.id for one in leases.live(self._store, self._settings.lease_s)))

    def _due(self) -> Sequence[int]:
        """What is due now, the oldest first, one a subscription: they come in their order."""
        query = (
            select(Notice.id, Notice.subscription_id)
            .join(Subscription, col(Subscription.id) == col(Notice.subscription_id))
            .where(col(Notice.state) == "waiting", col(Notice.not_before) <= self._store.clock())
            .where(col(Notice.digest_id).is_(None), col(Subscription.is_paused).is_(False))
            .order_by(col(Notice.not_before), col(Notice.id))
            .limit(MOST_DUE)
        )
        with self._store.reading() as session:
            found: dict[int, int] = {}
            for notice_id, subscription_id in session.exec(query).all():
                found.setdefault(subscription_id, notice_id or 0)
        return tuple(found.values())
