"""The looks that write notices: at runs that ended all the time, at the rest once a minute."""

import time

import sqlalchemy as sa
from sqlmodel import col, select

from core.directory.directory import Directory
from core.insight.history import Histories
from core.notices import finding
from core.notices.writing import Found, Listener, heard, listeners, write
from core.settings import Settings
from core.storage.inventory_tables import StoreMark
from core.storage.notice_tables import Subscription
from core.storage.store import Store

LOOK_S = 1.0
LOOK_AROUND_S = 60.0
MOST_REMEMBERED = 50_000


class Look:
    """Looks for what there is to tell, and writes it down."""

    def __init__(self, store: Store, directory: Directory, settings: Settings) -> None:
        self._store = store
        self._directory = directory
        self._settings = settings
        self._looked = self._looked_around = float("-inf")
        self._histories = Histories()
        self._written: set[tuple[str, int]] = set()

    def now_and_then(self) -> bool:
        """Look where it is time to; whether there is more to read at once."""
        now = time.monotonic()
        if now - self._looked < LOOK_S:
            return False
        self._looked = now
        if not self.has_listeners():
            return False
        if now - self._looked_around >= LOOK_AROUND_S:
            self._looked_around = now
            self.around()
        has_more = self.at_ended_runs()
        if has_more:
            self._looked = float("-inf")
        return has_more

    def has_listeners(self) -> bool:
        """Whether anybody wants to hear anything."""
        with self._store.reading() as session:
            query = select(Subscription.id).where(col(Subscription.is_paused).is_(False)).limit(1)
            return session.exec(query).first() is not None

    def at_ended_runs(self) -> bool:
        """Write what is to be told of runs that ended; whether there is more to read at once."""
        found: list[Found] = []
        everybody: tuple[Listener, ...] = ()
        with self._store.reading() as session:
            now = self._store.clock()
            is_first = session.get(StoreMark, finding.MARK) is None
            if is_first:
                # Nobody has listened before: what was long ago is nothing to tell.
                first = session.exec(select(sa.func.min(Subscription.since_at))).one()
                position, has_more = finding.before(session, first), True
            else:
                found, position, has_more = finding.ended_runs(session, self._settings, now)
                everybody = listeners(session, self._directory) if found else everybody
            is_moved = is_first or position != finding.position(session)
        self._write(heard(found, everybody), position if is_moved else None)
        return has_more

    def around(self) -> None:
        """Write what is to be told of slow runs, trials and causes."""
        with self._store.reading() as session:
            now = self._store.clock()
            everybody = listeners(session, self._directory)
            wanted = frozenset().union(*(one.occasions for one in everybody))
            found: list[Found] = []
            if "run-slow" in wanted:
                found += finding.slow_runs(session, self._settings, now, self._histories)
            if "trial-ends" in wanted:
                found += finding.ending_trials(session, self._settings, now)
            pairs = heard(found, everybody) + list(finding.surges(session, everybody, self._settings, now))
        self._write(pairs, None)

    def _write(self, pairs: list[tuple[Found, Listener]], position: int | None) -> None:
        pairs = [(one, listener) for one, listener in pairs if (one.key, listener.id) not in self._written]
        if not pairs and position is None:
            return
        with self._store.writing() as session:
            now = self._store.clock()
            write(session, pairs, now, self._settings.digest_hour)
            if position is not None:
                session.merge(StoreMark(name=finding.MARK, value={"event": position}, written_at=now))
        # What is looked at again within the minute need not be written again.
        self._written = set() if len(self._written) > MOST_REMEMBERED else self._written
        self._written |= {(one.key, listener.id) for one, listener in pairs}
