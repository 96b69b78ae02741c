"""What a reading of the estate begins with: one snapshot, its counts, and the verdicts that follow the clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from sqlmodel import Session

from core.access import Actor
from core.directory.directory import Directory
from core.insight.history import Histories
from core.insight.inventory import searching
from core.insight.inventory.predicate import Predicate, predicate
from core.insight.models import PortalFilter
from core.insight.verdicts import Paced, paced
from core.storage import counts
from core.storage.store import Store

if TYPE_CHECKING:
    from core.insight.inventory.cube import Cube, View

VISIBILITY_AGE_S = 30


@dataclass(frozen=True)
class Snapshot:
    """The estate at one moment, as the actor sees it."""

    session: Session
    view: "View"
    now: datetime
    trial_days: int
    _predicate: Predicate

    def matching(self, wanted: PortalFilter) -> Predicate:
        """The predicate of a filter; a text is looked for here already."""
        seen, paced_ = self._predicate.seen, self._predicate.paced
        return searching.found(self.session, predicate(wanted, seen, paced_, self.now, self.trial_days))


class Estate:
    """Takes snapshots; one a process, since it keeps the counts in memory."""

    def __init__(self, store: Store, directory: Directory, trial_days: int) -> None:
        self.store = store
        self.trial_days = trial_days
        self._directory = directory
        self.histories = Histories()

    def seen(self, actor: Actor) -> frozenset[str] | None:
        """The instances whose portals the actor sees; None for all."""
        return self._directory.visible(actor, VISIBILITY_AGE_S)

    def paced(self, session: Session, now: datetime) -> dict[int, Paced]:
        """The portals whose verdict follows the clock."""
        return paced(session, now, self.histories)

    @contextmanager
    def snapshot(self, actor: Actor) -> Iterator[Snapshot]:
        """A snapshot for the length of a block; afterwards the changes are folded where there are many."""
        seen, now = self.seen(actor), self.store.clock()
        with self.store.reading() as session:
            view = self._cube.view(session)
            slow = self.paced(session, now)
            every = predicate(PortalFilter(), seen, slow, now, self.trial_days)
            yield Snapshot(session, view.judged(slow) if slow else view, now, self.trial_days, every)
        if view.changes > counts.FOLD_AT:
            counts.fold(self.store)

    @cached_property
    def _cube(self) -> "Cube":
        # Slow to import for a command that only lists.
        from core.insight.inventory.cube import Cube

        return Cube()
