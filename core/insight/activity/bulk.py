"""Bulk actions, read: their progress and what became of each portal."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.access import Actor
from core.directory.directory import Directory
from core.errors import NotFound
from core.insight.activity.models import ITEM_STATES, BulkItemPage, BulkItemReport, BulkSummary, ItemState
from core.storage.inventory_tables import BulkAction, BulkItem
from core.storage.store import Store, find_row
from core.storage.tables import Portal, Run

SHOWN = 50
VISIBILITY_AGE_S = 30


class BulkInsight:
    """Whoever asked for a bulk action sees it, and the console administrator sees all."""

    def __init__(self, store: Store, directory: Directory) -> None:
        self._store = store
        self._directory = directory

    def count(self, actor: Actor) -> int:
        """How many bulk actions the actor may see."""
        with self._store.reading() as session:
            query = select(sa.func.count()).select_from(BulkAction).where(*_seen_by(actor))
            return session.exec(query).one()

    def latest(self, actor: Actor, *, limit: int | None = SHOWN, offset: int = 0) -> tuple[BulkSummary, ...]:
        """The latest bulk actions that the actor may see, the newest first."""
        query = select(BulkAction).where(*_seen_by(actor)).order_by(col(BulkAction.id).desc())
        query = query.offset(offset).limit(limit)
        with self._store.reading() as session:
            return _summaries(session, session.exec(query).all())

    def one(self, bulk_id: int, actor: Actor) -> BulkSummary:
        """One of them. Raises NotFound, also where it is somebody else's."""
        with self._store.reading() as session:
            return _summaries(session, [_get(session, bulk_id, actor)])[0]

    def items(
        self,
        bulk_id: int,
        actor: Actor,
        *,
        states: Collection[ItemState] = (),
        limit: int | None = SHOWN,
        offset: int = 0,
    ) -> BulkItemPage:
        """What became of its portals, in the list's order. Raises NotFound."""
        clauses = [col(BulkItem.bulk_id) == bulk_id]
        if states:
            clauses.append(col(BulkItem.state).in_(states))
        visible = self._directory.visible(actor, VISIBILITY_AGE_S)
        with self._store.reading() as session:
            _get(session, bulk_id, actor)
            count = select(sa.func.count()).select_from(BulkItem).where(*clauses)
            query = (
                select(BulkItem, Portal.name, Portal.instance, Run.state)
                .join(Portal, col(Portal.id) == col(BulkItem.portal_id))
                .outerjoin(Run, col(Run.id) == col(BulkItem.run_id))
                .where(*clauses)
                .order_by(col(BulkItem.position))
                .offset(offset)
                .limit(limit)
            )
            items = tuple(_report(*row, visible) for row in session.exec(query).all())
            return BulkItemPage(session.exec(count).one(), items)

    def open_runs(self, bulk_id: int) -> tuple[str, ...]:
        """The runs that it began and that are under way."""
        with self._store.reading() as session:
            query = (
                select(BulkItem.run_id)
                .join(Run, col(Run.id) == col(BulkItem.run_id))
                .where(col(BulkItem.bulk_id) == bulk_id, col(Run.ended_at).is_(None))
                .distinct()
            )
            return tuple(str(run_id) for run_id in session.exec(query).all())


def _seen_by(actor: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    own = sa.func.lower(col(BulkAction.actor)) == actor.email.casefold()
    return () if actor.is_console_administrator else (own,)


def _get(session: Session, bulk_id: int, actor: Actor) -> BulkAction:
    bulk = find_row(session, BulkAction, bulk_id)
    is_own = bulk is not None and bulk.actor.casefold() == actor.email.casefold()
    if bulk is None or not (is_own or actor.is_console_administrator):
        raise NotFound(
            f"There is no bulk action {bulk_id} of yours. `portals bulk list` shows those there are.",
            field="id",
        )
    return bulk


def _summaries(session: Session, found: Collection[BulkAction]) -> tuple[BulkSummary, ...]:
    ids = [bulk.id for bulk in found]
    counted: dict[int, dict[str, int]] = {}
    query = sa.select(col(BulkItem.bulk_id), col(BulkItem.state), sa.func.count())
    grouped = query.where(col(BulkItem.bulk_id).in_(ids)).group_by(col(BulkItem.bulk_id), col(BulkItem.state))
    for bulk_id, state, number in session.connection().execute(grouped):
        counted.setdefault(bulk_id, {})[state] = number
    runs = _runs(session, ids)
    return tuple(
        BulkSummary(
            id=bulk.id or 0,
            act=bulk.act,
            actor=bulk.actor,
            wanted=bulk.wanted,
            arguments=dict(bulk.arguments),
            state="cancelled" if bulk.cancelled_at else "ended" if bulk.ended_at else "under-way",
            created_at=bulk.created_at,
            ended_at=bulk.ended_at,
            items={state: counted.get(bulk.id or 0, {}).get(state, 0) for state in ITEM_STATES},
            runs=runs.get(bulk.id or 0, {}),
        )
        for bulk in found
    )


def _runs(session: Session, ids: Collection[int | None]) -> dict[int, dict[str, int]]:
    """By bulk action, the runs that it began by their state; a run that serves many portals counts once."""
    found: dict[int, dict[str, int]] = {}
    query = (
        sa.select(col(BulkItem.bulk_id), col(Run.state), sa.func.count(sa.distinct(col(Run.id))))
        .join(Run, col(Run.id) == col(BulkItem.run_id))
        .where(col(BulkItem.bulk_id).in_(ids))
        .group_by(col(BulkItem.bulk_id), col(Run.state))
    )
    for bulk_id, state, number in session.connection().execute(query):
        found.setdefault(bulk_id, {})[state] = number
    return found


def _report(
    item: BulkItem, name: str, instance: str, run_state: str | None, visible: frozenset[str] | None
) -> BulkItemReport:
    """The report; names only where the actor still sees the instance."""
    is_seen = visible is None or instance in visible
    state: ItemState = item.state  # type: ignore[assignment]  # the table holds these and nothing else
    return BulkItemReport(
        position=item.position,
        portal_id=item.portal_id,
        name=name if is_seen else None,
        instance=instance,
        state=state,
        outcome=item.outcome if is_seen or item.state != "done" else None,
        before=item.before if is_seen else None,
        after=item.after if is_seen else None,
        run_id=item.run_id,
        run_state=run_state,
        ended_at=item.ended_at,
    )
