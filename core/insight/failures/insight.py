"""Reads failures: a list as it is now or ever was, and tallies by any cut. Each call is one read transaction."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from core.access import Actor
from core.directory.directory import Directory
from core.errors import InvalidValue
from core.insight.cut_names import NameOf
from core.insight.failures import now
from core.insight.failures.models import CUTS, Failure, FailureFilter, FailureList, FailureTally
from core.insight.failures.work import Work, work
from core.storage.failure_tables import GIVEN_UP
from core.storage.failure_tables import Failure as Kept
from core.storage.store import Store

VISIBILITY_AGE_S = 30
MOST = 2000  # of each kind; a page groups them
MOST_DAYS = 36_500
_COLUMN = {"portal": "template"}
_KEPT = sa.inspect(Kept).local_table


class FailureInsight:
    """What is broken, and how often what was."""

    def __init__(self, store: Store, directory: Directory, name: NameOf) -> None:
        self._store = store
        self._directory = directory
        self._name = name

    def find(self, wanted: FailureFilter, actor: Actor, *, most: int = MOST) -> FailureList:
        """The failures that match and that the actor may see, the latest first: at most so many of each kind."""
        visible = self._directory.visible(actor, VISIBILITY_AGE_S)
        with self._store.reading() as session:
            found = [
                *now.refused(session, wanted, visible, most),
                *now.broken_portals(session, wanted, visible, most),
                *now.broken_imports(session, wanted, visible, most),
            ]
            if wanted.is_ever:
                found += self._closed(session, wanted, visible, most)
        found.sort(key=lambda one: (one.last_at, one.key), reverse=True)
        return FailureList(len(found), tuple(found))

    def work(self, actor: Actor, run_ids: Sequence[str] = ()) -> tuple[Work, ...]:
        """What is being mended now in instances that the actor may see; and these runs, with what they healed."""
        visible = self._directory.visible(actor, VISIBILITY_AGE_S)
        with self._store.reading() as session:
            return work(session, visible, run_ids)

    def tally(self, by: str, actor: Actor, *, days: int | None = None) -> tuple[FailureTally, ...]:
        """How many failures have each value of `by`, the most first; each failure counts once in every cut.

        `days`: only those that began in so many days, beside the same number of days before. Raises InvalidValue.
        """
        if by not in CUTS:
            raise InvalidValue(
                f"Failures can't be cut by '{by[:40]}'. Choose one of: {', '.join(CUTS)}.", field="by"
            )
        if days is not None and not 0 < days <= MOST_DAYS:
            raise InvalidValue(
                f"{days} is no number of days to look back. Give one from 1 to {MOST_DAYS}.", field="days"
            )
        visible = self._directory.visible(actor, VISIBILITY_AGE_S)
        with self._store.reading() as session:
            rows = session.connection().execute(self._tally_query(by, visible, days)).all()
        total = sum(row.failures for row in rows)
        return tuple(
            FailureTally(
                key=row.key,
                name=None if row.key is None else self._name(by, row.key),
                failures=row.failures,
                share=row.failures / total if total else 0.0,
                healed=row.healed,
                previous=None if days is None else row.previous,
                change=None if days is None else row.failures - row.previous,
            )
            for row in rows
        )

    def _tally_query(self, by: str, visible: frozenset[str] | None, days: int | None) -> Any:
        column = _KEPT.c[_COLUMN.get(by, by)]
        # An expression, no column: else SQLite reads a whole index in the cut's order instead of the days asked for.
        key = sa.func.coalesce(column, column)
        is_in: Any = sa.true()
        was_before: Any = sa.false()
        is_wanted: Any = sa.true()
        if days is not None:
            since = self._store.clock() - timedelta(days=days)
            before = since - timedelta(days=days)
            is_in = _KEPT.c.failed_at >= since
            is_wanted = _KEPT.c.failed_at >= before
            was_before = (_KEPT.c.failed_at >= before) & (_KEPT.c.failed_at < since)
        query = sa.select(
            key.label("key"),
            _count(is_in).label("failures"),
            _count(is_in & _KEPT.c.healed_at.is_not(None) & (_KEPT.c.healed_by != GIVEN_UP)).label("healed"),
            _count(was_before).label("previous"),
        )
        if visible is not None:
            query = query.where(_KEPT.c.instance.in_(visible))
        return query.where(is_wanted).group_by(key).order_by(sa.desc("failures"), key.asc().nulls_last())

    def _closed(
        self, session: Session, wanted: FailureFilter, visible: frozenset[str] | None, most: int
    ) -> list[Failure]:
        """Those that were fixed since, or given up."""
        query = sa.select(_KEPT).where(_KEPT.c.healed_at.is_not(None))
        if visible is not None:
            query = query.where(_KEPT.c.instance.in_(visible))
        chosen = (
            (_KEPT.c.instance, wanted.instances),
            (_KEPT.c.template, wanted.portals),
            (_KEPT.c.solution, wanted.solutions),
            (_KEPT.c.cause, wanted.causes),
            (_KEPT.c.language, wanted.languages),
            (_KEPT.c.version, wanted.versions),
        )
        for column, values in chosen:
            query = query.where(column.in_(values)) if values else query
        if wanted.failed_after is not None:
            query = query.where(_KEPT.c.failed_at >= wanted.failed_after)
        if wanted.failed_before is not None:
            query = query.where(_KEPT.c.failed_at < wanted.failed_before)
        rows = session.connection().execute(query.order_by(_KEPT.c.last_at.desc()).limit(most)).all()
        return [
            Failure(
                kind=row.kind,
                key=f"{row.key}-{row.healed_at:%Y%m%d%H%M%S%f}",
                instance=row.instance,
                solution=row.solution,
                template=row.template,
                language=row.language,
                version=row.version,
                cause=row.cause,
                error=row.error or {},
                failed_at=row.failed_at,
                last_at=row.last_at,
                attempts=row.attempts,
                closed_at=row.healed_at,
                is_given_up=row.healed_by == GIVEN_UP,
            )
            for row in rows
        ]


def _count(condition: Any) -> Any:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)
