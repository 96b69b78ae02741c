"""Every portal that one may see: a page of them, their counts, the ids of those that match. Reads only."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import BinaryIO

from sqlmodel import Session

from core.access import Actor
from core.errors import InvalidValue
from core.insight.inventory import cursors, exporting, listing
from core.insight.inventory.figures import change_token, created_by_day, trials_ending
from core.insight.inventory.listing import Found
from core.insight.inventory.models import FacetCounts, Headline, InventoryPage, InventoryRow, Look, Series
from core.insight.inventory.predicate import Predicate
from core.insight.inventory.rows import inventory_row
from core.insight.inventory.snapshot import Estate, Snapshot
from core.insight.inventory.sorting import ordered
from core.insight.models import PortalFilter
from core.settings import Settings

SIZE, MOST_SIZE = 50, 500
BATCH = 1000
NEWEST_FIRST = "-created_at"


class Inventory:
    """Reads over the whole estate; each call is one read transaction, but for streams."""

    def __init__(self, estate: Estate, settings: Settings) -> None:
        self._estate = estate
        self._store = estate.store
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
        with self._estate.snapshot(actor) as at:
            return self._page(at, at.matching(wanted), sort, size, cursor)

    def facets(self, wanted: PortalFilter, actor: Actor) -> FacetCounts:
        """How many have each value, by facet; each facet follows the other filters, not its own."""
        with self._estate.snapshot(actor) as at:
            return _facets(at, at.matching(wanted))

    def look(
        self,
        wanted: PortalFilter,
        actor: Actor,
        *,
        sort: str = NEWEST_FIRST,
        size: int = SIZE,
        cursor: str | None = None,
    ) -> Look:
        """A page with its facets and the headline, of one moment: what is shown is what is counted. Raises as `page`."""
        with self._estate.snapshot(actor) as at:
            matching = at.matching(wanted)
            page = self._page(at, matching, sort, size, cursor)
            return Look(page, _facets(at, matching), _headline(at))

    def ids(self, wanted: PortalFilter, actor: Actor, most: int, sort: str = NEWEST_FIRST) -> tuple[int, ...]:
        """The portals that match now, in the list's order: the frozen list of a bulk action.

        Raises InvalidValue where there are more than `most`.
        """
        from core.insight.inventory.planning import Figures

        with self._estate.snapshot(actor) as at:
            order = ordered(sort, at.matching(wanted))
            found = listing.walk(at.session, order, most + 1, figures=Figures(at.view))
        if len(found) > most:
            raise InvalidValue(
                f"More than {most:,} portals match. Narrow the filters down, and do it in parts.",
                field="wanted",
            )
        return tuple(one.id for one in found)

    def rows(self, wanted: PortalFilter, actor: Actor, *, sort: str = NEWEST_FIRST) -> Iterator[InventoryRow]:
        """Every portal that matches, read in batches as they are asked for: a million take the memory of a thousand."""
        from core.insight.inventory.planning import Figures

        place = None
        while True:
            with self._estate.snapshot(actor) as at:
                matching = at.matching(wanted)
                order, figures = ordered(sort, matching), Figures(at.view)
                found = listing.walk(at.session, order, BATCH, place, figures=figures)
                rows = self._rows(at.session, found, matching, at.now)
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
        seen, now = self._estate.seen(actor), self._store.clock()
        with self._store.reading() as session:
            return created_by_day(session, seen, now, days)

    def change_token(self, actor: Actor) -> str:
        """Another text whenever something in the list may have changed; cheap enough to be asked every second."""
        seen, now = self._estate.seen(actor), self._store.clock()
        with self._store.reading() as session:
            return change_token(session, seen, self._estate.paced(session, now).values())

    def _page(
        self, at: Snapshot, matching: Predicate, sort: str, size: int, cursor: str | None
    ) -> InventoryPage:
        from core.insight.inventory import counting
        from core.insight.inventory.planning import Figures

        if not 1 <= size <= MOST_SIZE:
            raise InvalidValue(f"A page can't have {size} rows. Give 1 to {MOST_SIZE}.", field="size")
        order = ordered(sort, matching)
        place = cursors.read(cursor, sort, [part.kinds for part in order.parts]) if cursor else None
        is_back = place is not None and place.is_before
        found = listing.walk(at.session, order, size + 1, place, is_back=is_back, figures=Figures(at.view))
        has_more = len(found) > size
        shown = (found[-size:] if is_back else found[:size]) if has_more else found
        has_before, has_after = (has_more, True) if is_back else (place is not None, has_more)
        total, is_exact = counting.total(at.session, matching, at.view)
        return InventoryPage(
            items=self._rows(at.session, shown, matching, at.now),
            total=total,
            is_total_exact=is_exact,
            next_cursor=cursors.write(shown[-1].place(sort)) if shown and has_after else None,
            previous_cursor=(
                cursors.write(shown[0].place(sort, is_before=True)) if shown and has_before else None
            ),
            as_of=at.now,
        )

    def _rows(
        self, session: Session, found: list[Found], matching: Predicate, now: datetime
    ) -> tuple[InventoryRow, ...]:
        rows = listing.load(session, [one.id for one in found])
        return tuple(inventory_row(row, self._settings, matching.verdict_of(row), now) for row in rows)


def _facets(at: Snapshot, matching: Predicate) -> FacetCounts:
    from core.insight.inventory import counting

    return FacetCounts(*counting.facets(at.session, matching, at.view))


def _headline(at: Snapshot) -> Headline:
    here = at.matching(PortalFilter(exclude_states=("deleted",)))
    states, verdicts = at.view.counts(here, "state"), at.view.counts(here, "verdict")
    trials = trials_ending(at.session, here.seen, at.now, (7, 30), at.trial_days)
    return Headline(
        total=sum(states.values()),
        provisioned=states.get("provisioned", 0),
        configuring=states.get("configuring", 0),
        failed=states.get("provisioning-failed", 0),
        need_you=verdicts.get("failed", 0) + verdicts.get("stuck", 0),
        trials_7_days=trials[0],
        trials_30_days=trials[1],
        as_of=at.now,
    )
