"""Carries bulk actions out, in the engine's process: item by item, each effect and its report in one transaction.

So a process that dies between two items leaves nothing half done, and one that dies in the middle of an item leaves it
waiting. A bulk action is one executor's at a time; should two work on one all the same, each item is still done once.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from core.access import Actor
from core.errors import PorticoError
from core.portals.bulk import reports, rows
from core.portals.bulk.reports import Ended, ReportedAlready
from core.portals.installations import Installations
from core.portals.lifecycle import Lifecycle
from core.portals.part_of import PartOf
from core.portals.service import Portals
from core.provisioning import crash_points, leases
from core.provisioning.outages import is_outage
from core.storage.inventory_tables import BulkAction, BulkItem
from core.storage.store import Store
from core.storage.tables import Event, Portal

log = logging.getLogger(__name__)

PORTION = 50  # then the next bulk action has its turn
IN_HAND = "A run that was under way already has them in hand."
NOT_FAILED = "Nothing of it is Install Failed any more."
BROKEN = "It broke unexpectedly; the log has the details. Try this portal by itself."


@dataclass(frozen=True)
class _Item:
    position: int
    portal_id: int
    instance: str
    before: str | None
    after: str | None


class BulkWorker:
    """An errand of the engine's process."""

    def __init__(
        self,
        store: Store,
        portals: Portals,
        lifecycle: Lifecycle,
        installations: Installations,
        lease_s: float,
    ) -> None:
        self._store = store
        self._portals = portals
        self._lifecycle = lifecycle
        self._installations = installations
        self._lease_s = lease_s
        self._reached: dict[int, int] = {}  # by bulk action, behind which position to look for what waits

    def work(self, executor_id: str, pause: Callable[[], bool]) -> bool:
        """A portion of each bulk action that is ours; whether there is more to do at once.

        `pause` lets others write meanwhile, and says whether to stop.
        """
        has_more = False
        for bulk in self._claimed(executor_id):
            has_more = self._portion(bulk, executor_id, pause) or has_more
        return has_more

    def is_idle(self) -> bool:
        """Whether no bulk action is under way or waits for somebody to begin it."""
        with self._store.reading() as session:
            return session.exec(_open().limit(1)).first() is None

    def _claimed(self, executor_id: str) -> Sequence[BulkAction]:
        """The open ones that are ours, those of the dead included."""
        with self._store.reading() as session:
            found = session.exec(_open()).all()
        if all(bulk.executor_id == executor_id for bulk in found):
            return found
        living = [one.id for one in leases.live(self._store, self._lease_s)]
        free = col(BulkAction.executor_id).is_(None) | col(BulkAction.executor_id).not_in(living)
        with self._store.writing() as session:
            session.connection().execute(
                sa.update(BulkAction)
                .where(col(BulkAction.ended_at).is_(None), free)
                .values(executor_id=executor_id)
            )
            return session.exec(_open().where(col(BulkAction.executor_id) == executor_id)).all()

    def _portion(self, bulk: BulkAction, executor_id: str, pause: Callable[[], bool]) -> bool:
        bulk_id = bulk.id or 0
        behind = col(BulkItem.position) > self._reached.get(bulk_id, 0)
        items = self._waiting(bulk_id, behind, limit=PORTION)
        for item in items:
            if pause() or not self._is_still_ours(bulk_id, executor_id):
                return False
            crash_points.reached(f"bulk-{item.position}", "begun")
            self._do(bulk, bulk_id, item)
            crash_points.reached(f"bulk-{item.position}", "recorded")
            self._reached[bulk_id] = item.position
        if len(items) < PORTION:
            self._reached.pop(bulk_id, None)
            self._end(bulk_id)
        return len(items) == PORTION

    def _waiting(
        self, bulk_id: int, *clauses: sa.ColumnElement[bool], limit: int | None = None
    ) -> list[_Item]:
        query = (
            sa.select(
                col(BulkItem.position),
                col(BulkItem.portal_id),
                col(Portal.instance),
                col(BulkItem.before),
                col(BulkItem.after),
            )
            .join(Portal, col(Portal.id) == col(BulkItem.portal_id))
            .where(col(BulkItem.bulk_id) == bulk_id, col(BulkItem.state) == "waiting", *clauses)
            .order_by(col(BulkItem.position))
            .limit(limit)
        )
        with self._store.reading() as session:
            return [_Item(*row) for row in session.connection().execute(query)]

    def _is_still_ours(self, bulk_id: int, executor_id: str) -> bool:
        with self._store.reading() as session:
            query = select(BulkAction.executor_id).where(col(BulkAction.id) == bulk_id)
            return session.exec(query.where(col(BulkAction.ended_at).is_(None))).first() == executor_id

    def _end(self, bulk_id: int) -> None:
        """It is over once nothing of it waits."""
        waits = sa.exists().where(col(BulkItem.bulk_id) == bulk_id, col(BulkItem.state) == "waiting")
        with self._store.writing() as session:
            session.connection().execute(
                sa.update(BulkAction)
                .where(col(BulkAction.id) == bulk_id, col(BulkAction.ended_at).is_(None), ~waits)
                .values(ended_at=self._store.clock())
            )

    def _do(self, bulk: BulkAction, bulk_id: int, item: _Item) -> None:
        """One item; whatever is wrong with it, the others go on."""
        actor = Actor(bulk.actor)
        try:
            if bulk.act == "rename":
                self._rename(bulk_id, item, actor)
            elif bulk.act == "restart":
                part_of = self._part_of(bulk_id, item, "A run began.")
                self._lifecycle.restart(item.portal_id, actor, part_of)
            else:
                self._retry(bulk, bulk_id, item, actor)
        except ReportedAlready:
            log.info("Item %d of bulk action %d is somebody else's.", item.position, bulk_id)
        except PorticoError as error:
            self._report(bulk_id, [item], "refused", error.message)
        except Exception as error:
            if is_outage(error):
                raise  # the store is away: it is tried again, nothing is to be said of the item
            log.exception("Item %d of bulk action %d broke.", item.position, bulk_id)
            self._report(bulk_id, [item], "failed", BROKEN)

    def _rename(self, bulk_id: int, item: _Item, actor: Actor) -> None:
        part_of = self._part_of(bulk_id, item, f"Renamed to “{item.after}”.")
        self._portals.rename(item.portal_id, str(item.after), actor, only_from=item.before, part_of=part_of)

    def _part_of(self, bulk_id: int, item: _Item, outcome: str) -> PartOf:
        def record(session: Session, run_id: str | None) -> None:
            reports.report(self._store, session, bulk_id, [item.position], "done", outcome, run_id)

        return PartOf({"bulk": bulk_id}, record)

    def _retry(self, bulk: BulkAction, bulk_id: int, item: _Item, actor: Actor) -> None:
        """All portals of the item's instance together: one run imports each solution once for all of them."""
        together = self._waiting(bulk_id, col(Portal.instance) == item.instance)
        if item not in together:
            return  # an item before it in this portion has done it along with its own
        frozen = frozenset(int(one) for one in bulk.arguments.get("installations", ()))
        with self._store.reading() as session:
            behind = rows.failed_installations(session, [one.portal_id for one in together], frozen)
        ids = sorted({key for found in behind.values() for key in found})
        reasons: dict[tuple[str, str], str] = {}
        if ids:
            plan = self._installations.plan_retry(ids, actor)
            reasons = {
                one.key: f"{one.wanted.solution} would fail again: {one.reason}" for one in plan.failing
            }
            begun = {
                one.key: one.wanted.solution
                for one in plan.items
                if one.outlook != "fails" and not one.wanted.is_under_way
            }
            helped = {
                one: [begun[key] for key in begun if key in behind.get(one.portal_id, {}).values()]
                for one in together
            }
            part_of = PartOf({"bulk": bulk_id}, self._retried(bulk_id, actor, helped))
            self._installations.start(plan, actor, kind="retry", part_of=part_of)
        self._rest(bulk_id, item.instance, behind, reasons)

    def _retried(
        self, bulk_id: int, actor: Actor, helped: dict[_Item, list[str]]
    ) -> Callable[[Session, str | None], None]:
        """Reports each portal that the run works for, with an event in its history."""

        def record(session: Session, run_id: str | None) -> None:
            reports.hold(self._store, session, bulk_id)
            by_outcome: dict[str, list[_Item]] = {}
            for item, solutions in helped.items():
                if solutions:
                    by_outcome.setdefault(f"Retries {', '.join(solutions)}.", []).append(item)
            now = self._store.clock()
            for outcome, items in by_outcome.items():
                positions = [item.position for item in items]
                reports.report(self._store, session, bulk_id, positions, "done", outcome, run_id)
                events = [
                    {
                        "at": now,
                        "actor": actor.email,
                        "act": "retry",
                        "portal_id": item.portal_id,
                        "run_id": run_id,
                        "instance": item.instance,
                        "details": {"solutions": helped[item], "bulk": bulk_id},
                    }
                    for item in items
                ]
                session.connection().execute(sa.insert(Event), events)

        return record

    def _rest(
        self,
        bulk_id: int,
        instance: str,
        behind: dict[int, dict[int, tuple[str, str]]],
        reasons: dict[tuple[str, str], str],
    ) -> None:
        """Those that no run of ours works for: refused, in another run's hands, or no more in need."""
        for item in self._waiting(bulk_id, col(Portal.instance) == instance):
            keys = behind.get(item.portal_id, {}).values()
            reason = next((reasons[key] for key in keys if key in reasons), None)
            if reason is not None:
                self._report(bulk_id, [item], "refused", reason)
            else:
                self._report(bulk_id, [item], "skipped", IN_HAND if keys else NOT_FAILED)

    def _report(self, bulk_id: int, items: Sequence[_Item], state: Ended, outcome: str) -> None:
        """Report items that nothing was done to."""
        try:
            with self._store.writing() as session:
                positions = [item.position for item in items]
                reports.report(self._store, session, bulk_id, positions, state, outcome)
        except ReportedAlready:
            log.info("An item of bulk action %d was reported meanwhile.", bulk_id)


def _open() -> SelectOfScalar[BulkAction]:
    return select(BulkAction).where(col(BulkAction.ended_at).is_(None)).order_by(col(BulkAction.id))
