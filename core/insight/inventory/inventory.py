"""Every portal that one may see: a page of them, their counts, the ids of those that match. Reads only."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import BinaryIO

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from core.access import Actor
from core.directory.directory import Directory
from core.errors import InvalidValue
from core.insight.inventory import cursors, exporting, listing
from core.insight.inventory.counting import counted
from core.insight.inventory.listing import Found
from core.insight.inventory.models import FacetCounts, Headline, InventoryPage, InventoryRow, Series
from core.insight.inventory.predicate import FACETS, Predicate, predicate
from core.insight.inventory.rows import inventory_row
from core.insight.inventory.sorting import ordered
from core.insight.models import PortalFilter
from core.insight.verdicts import paced
from core.settings import Settings
from core.storage.store import Store
from core.storage.tables import Portal

VISIBILITY_AGE_S = 30
SIZE, MOST_SIZE = 50, 500
COUNTED_EXACTLY = 10_000
BATCH = 1000
NEWEST_FIRST = "-created_at"
EVERY = PortalFilter()


class Inventory:
    """Reads over the whole estate; each call is one read transaction, but for streams."""

    def __init__(self, store: Store, directory: Directory, settings: Settings) -> None:
        self._store = store
        self._directory = directory
        self._settings = settings

    def page(
        self,
        wanted: PortalFilter,
        actor: Actor,
        *,
        sort: str = NEWEST_FIRST,
        size: int = SIZE,
        cursor: str | None = None,
    ) -> InventoryPage:
        """A page of the portals that match: from the beginning, or from where the cursor points.

        Raises InvalidValue (field sort, size or cursor).
        """
        if not 1 <= size <= MOST_SIZE:
            raise InvalidValue(f"A page can't have {size} rows. Give 1 to {MOST_SIZE}.", field="size")
        seen, now = self._seen(actor), self._store.clock()
        with self._store.reading() as session:
            matching = predicate(wanted, seen, paced(session, now), now)
            order = ordered(sort, matching)
            place = cursors.read(cursor, sort, [part.kinds for part in order.parts]) if cursor else None
            is_back = place is not None and place.is_before
            found = listing.walk(session, order, size + 1, place, is_back=is_back)
            has_more = len(found) > size
            shown = (found[-size:] if is_back else found[:size]) if has_more else found
            has_before = has_more if is_back else place is not None
            has_after = has_more if not is_back else True
            total, is_exact = self._total(session, matching)
            return InventoryPage(
                items=self._rows(session, shown, matching, now),
                total=total,
                is_total_exact=is_exact,
                next_cursor=cursors.write(shown[-1].place(sort)) if shown and has_after else None,
                previous_cursor=(
                    cursors.write(shown[0].place(sort, is_before=True)) if shown and has_before else None
                ),
                as_of=now,
            )

    def facets(self, wanted: PortalFilter, actor: Actor) -> FacetCounts:
        """How many have each value, by facet; each facet follows the other filters, not its own."""
        seen, now = self._seen(actor), self._store.clock()
        with self._store.reading() as session:
            matching = predicate(wanted, seen, paced(session, now), now)
            return FacetCounts(
                {facet: counted(session, matching.but(facet), facet) for facet in FACETS}, True
            )

    def headline(self, actor: Actor) -> Headline:
        """The figures at the top, of the portals that are not deleted."""
        seen, now = self._seen(actor), self._store.clock()
        here = PortalFilter(exclude_states=("deleted",))
        with self._store.reading() as session:
            matching = predicate(here, seen, paced(session, now), now)
            states = counted(session, matching, "state")
            verdicts = counted(session, matching, "verdict")
            trials = [
                self._total(session, predicate(PortalFilter(trial_ends_within=days), seen, {}, now))[0]
                for days in (7, 30)
            ]
        return Headline(
            total=sum(states.values()),
            provisioned=states.get("provisioned", 0),
            configuring=states.get("configuring", 0),
            failed=states.get("provisioning-failed", 0),
            need_you=verdicts.get("failed", 0) + verdicts.get("stuck", 0),
            trials_7_days=trials[0],
            trials_30_days=trials[1],
            as_of=now,
        )

    def ids(self, wanted: PortalFilter, actor: Actor, most: int, sort: str = NEWEST_FIRST) -> tuple[int, ...]:
        """The portals that match now, in the list's order: the frozen list of a bulk action.

        Raises InvalidValue where there are more than `most`.
        """
        seen, now = self._seen(actor), self._store.clock()
        with self._store.reading() as session:
            order = ordered(sort, predicate(wanted, seen, paced(session, now), now))
            found = listing.walk(session, order, most + 1)
        if len(found) > most:
            raise InvalidValue(
                f"More than {most:,} portals match. Narrow the filters down, and do it in parts.",
                field="wanted",
            )
        return tuple(one.id for one in found)

    def rows(self, wanted: PortalFilter, actor: Actor, *, sort: str = NEWEST_FIRST) -> Iterator[InventoryRow]:
        """Every portal that matches, read in batches as they are asked for: a million take the memory of a thousand."""
        seen, now = self._seen(actor), self._store.clock()
        place = None
        while True:
            with self._store.reading() as session:
                matching = predicate(wanted, seen, paced(session, now), now)
                found = listing.walk(session, ordered(sort, matching), BATCH, place)
                rows = self._rows(session, found, matching, now)
            yield from rows
            if len(found) < BATCH:
                return
            place = found[-1].place(sort)

    def export(
        self,
        kind: str,
        wanted: PortalFilter,
        actor: Actor,
        file: BinaryIO,
        *,
        columns: Sequence[str] | None = None,
        sort: str = NEWEST_FIRST,
    ) -> int:
        """Write what matches as csv, xlsx or parquet, as it is read; returns how many rows. Raises InvalidValue."""
        return exporting.write(kind, self.rows(wanted, actor, sort=sort), file, columns)

    def series(self, actor: Actor, days: int = 90) -> Series:
        """Portals created a day, and those of them that have failed since; the last so many days, today among them."""
        seen, now = self._seen(actor), self._store.clock()
        first = (now - timedelta(days=days - 1)).date()
        start = datetime.combine(first, datetime.min.time(), now.tzinfo)
        day = (
            func.date(col(Portal.created_at))
            if self._store.is_sqlite
            else sa.cast(Portal.created_at, sa.Date)
        )
        query = sa.select(day, func.count(), func.sum(sa.cast(col(Portal.has_failed), sa.Integer)))
        query = query.where(col(Portal.created_at) >= start).group_by(day)
        if seen is not None:
            query = query.where(col(Portal.instance).in_(sorted(seen)))
        with self._store.reading() as session:
            found = {str(at): (int(n), int(bad)) for at, n, bad in session.connection().execute(query).all()}
        dates = tuple(first + timedelta(days=number) for number in range(days))
        counts = [found.get(str(at), (0, 0)) for at in dates]
        return Series(dates, tuple(n for n, _ in counts), tuple(bad for _, bad in counts))

    def change_token(self, actor: Actor) -> str:
        """Another text whenever something in the list may have changed; cheap enough to be asked every second."""
        seen, now = self._seen(actor), self._store.clock()
        with self._store.reading() as session:
            changed_at = session.exec(select(func.max(Portal.changed_at))).one()
            slow = sorted((one.id, one.verdict) for one in paced(session, now).values())
        return f"{changed_at}|{hash((seen, tuple(slow))):x}"

    def _seen(self, actor: Actor) -> frozenset[str] | None:
        return self._directory.visible(actor, VISIBILITY_AGE_S)

    def _total(self, session: Session, matching: Predicate) -> tuple[int, bool]:
        query = sa.select(func.count()).select_from(Portal).where(*matching.clauses())
        return session.connection().execute(query).scalar_one(), True

    def _rows(
        self, session: Session, found: list[Found], matching: Predicate, now: datetime
    ) -> tuple[InventoryRow, ...]:
        rows = listing.load(session, [one.id for one in found])
        return tuple(inventory_row(row, self._settings, matching.verdict_of(row), now) for row in rows)
