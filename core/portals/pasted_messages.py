"""Messages that people pasted and no rule explained: kept for learning, without what is nobody else's business."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select

from core.diagnosis import UNKNOWN, Diagnosis, load_diagnoser
from core.insight.cases.redaction import Redactor
from core.storage.failure_tables import PastedMessage
from core.storage.store import Store

MOST = 500
LONGEST = 4_000


@dataclass(frozen=True)
class Pasted:
    """A kind of message, as it was pasted first, and how often it was."""

    fingerprint: str
    text: str
    times: int
    first_at: datetime


class PastedMessages:
    """The part of the queue of unexplained messages that no failure of ours stands behind."""

    def __init__(self, store: Store, most: int = MOST) -> None:
        self._store = store
        self._most = most

    def keep(self, text: str, said: Diagnosis) -> bool:
        """Keep what was pasted, where no rule explains it; True where it is kept. Of one kind the first, with how often it came.

        Secrets, people and addresses are taken out. Only the latest kinds stay, 500 unless told otherwise.
        """
        plain = Redactor().text(text.replace("\0", "\ufffd").strip())[:LONGEST]
        if said.cause != UNKNOWN or not plain:
            return False
        now = self._store.clock()
        with self._store.writing() as session:
            insert: Any = sqlite.insert if self._store.is_sqlite else postgresql.insert
            row = {
                "fingerprint": said.fingerprint,
                "text": plain,
                "times": 1,
                "first_at": now,
                "last_at": now,
            }
            again = {"times": PastedMessage.times + 1, "last_at": now}
            session.connection().execute(
                insert(PastedMessage)
                .values(row)
                .on_conflict_do_update(index_elements=["fingerprint"], set_=again)
            )
            order = (col(PastedMessage.last_at).desc(), col(PastedMessage.fingerprint))
            old = (
                sa.select(col(PastedMessage.fingerprint))
                .order_by(*order)
                .limit(-1 if self._store.is_sqlite else None)
            )
            session.connection().execute(
                sa.delete(PastedMessage).where(col(PastedMessage.fingerprint).in_(old.offset(self._most)))
            )
        return True

    def unexplained(self) -> tuple[Pasted, ...]:
        """Those that today's rules don't explain either, what came most often first."""
        diagnoser = load_diagnoser()
        order = (col(PastedMessage.times).desc(), col(PastedMessage.last_at).desc())
        with self._store.reading() as session:
            rows = session.exec(select(PastedMessage).order_by(*order)).all()
        return tuple(
            Pasted(row.fingerprint, row.text, row.times, row.first_at)
            for row in rows
            if diagnoser.diagnose(row.text).cause == UNKNOWN
        )
