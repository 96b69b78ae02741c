"""Bulk actions: preview, start, cancel. Pages and the command line call this; every command takes who acts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from core.access import Actor
from core.errors import Conflict, NotFound, NotPermitted
from core.portals.bulk import reports
from core.portals.bulk.models import Act, BulkPreview
from core.portals.bulk.planning import Planner
from core.portals.bulk.rows import handfuls
from core.storage.inventory_tables import BulkAction, BulkItem
from core.storage.store import Store, find_row

WRITTEN_AT_ONCE = 5_000
_WORDS = {"restart": "Restart", "retry": "Retry what was refused of", "rename": "Rename"}


class BulkActions:
    """Acts on many portals at once."""

    def __init__(self, store: Store, planner: Planner, nudge: Callable[[], None]) -> None:
        self._store = store
        self._planner = planner
        self._nudge = nudge

    def preview(
        self,
        act: Act,
        portal_ids: Sequence[int],
        arguments: Mapping[str, Any] | None,
        actor: Actor,
    ) -> BulkPreview:
        """What the act would do to each of these portals, in this order, as things stand now. Changes nothing.

        A rename takes {"pattern": "{name} ({language})"}. Raises NotFound for one that the actor can't see; InvalidValue.
        """
        return self._planner.preview(act, portal_ids, arguments or {}, actor)

    def start(self, preview: BulkPreview, actor: Actor, wanted: str = "") -> int:
        """Freeze the list that was previewed and begin; returns the bulk action's id. It goes on in the background.

        What the preview refused or skipped is reported so at once, whatever has changed since: what was shown is what runs.
        `wanted`: what was asked for, in words, such as the filter. Raises NotPermitted for another's preview, and Conflict
        where nothing would happen.
        """
        if preview.actor.casefold() != actor.email.casefold():
            raise NotPermitted("This was previewed for somebody else. Preview it yourself, then start it.")
        if not preview.happening:
            reason = next((item.reason for item in preview.items if item.reason), "")
            raise Conflict(f"Nothing would be done to any of these portals. {reason}".strip(), field="id")
        with self._store.writing() as session:
            now = self._store.clock()
            bulk = BulkAction(
                act=preview.act,
                actor=actor.email,
                arguments=dict(preview.arguments),
                wanted=wanted or f"{_WORDS[preview.act]} {len(preview.items):,} portals",
                created_at=now,
            )
            session.add(bulk)
            session.flush()
            if bulk.id is None:
                raise ValueError("the database gave the bulk action no id")
            for some in handfuls(list(_frozen(bulk.id, preview, now)), WRITTEN_AT_ONCE):
                session.connection().execute(sa.insert(BulkItem), list(some))
            bulk_id = bulk.id
        self._nudge()
        return bulk_id

    def cancel(self, bulk_id: int, actor: Actor) -> None:
        """Stop before the next item: what waits is skipped, what was done stands. Idempotent.

        By whoever asked for it, or the console administrator. Raises NotFound, NotPermitted; Conflict once it has ended.
        """
        with self._store.writing() as session:
            reports.hold(self._store, session, bulk_id)
            bulk = find_row(session, BulkAction, bulk_id)
            if bulk is None:
                raise NotFound(
                    f"There is no bulk action {bulk_id}. `portals bulk list` shows those there are.",
                    field="id",
                )
            is_own = bulk.actor.casefold() == actor.email.casefold()
            if not is_own and not actor.is_console_administrator:
                raise NotPermitted(f"Only {bulk.actor} or the console administrator can cancel it. Ask them.")
            if bulk.cancelled_at is not None:
                return
            if bulk.ended_at is not None:
                raise Conflict("This bulk action has ended, so there is nothing to cancel.", field="id")
            now = self._store.clock()
            session.connection().execute(
                sa.update(BulkItem)
                .where(col(BulkItem.bulk_id) == bulk_id, col(BulkItem.state) == "waiting")
                .values(state="skipped", outcome=f"Cancelled by {actor.email} before its turn.", ended_at=now)
            )
            bulk.cancelled_at = bulk.ended_at = now
            session.add(bulk)


def _frozen(bulk_id: int, preview: BulkPreview, now: datetime) -> Iterator[dict[str, Any]]:
    for position, item in enumerate(preview.items, 1):
        waits = item.outlook == "happens"
        yield {
            "bulk_id": bulk_id,
            "position": position,
            "portal_id": item.portal_id,
            "state": "waiting" if waits else item.outlook,
            "before": item.before,
            "after": item.after,
            "outcome": None if waits else item.reason,
            "ended_at": None if waits else now,
        }
