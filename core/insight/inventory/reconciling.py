"""The inventory against the platform: as many portals here as websites there, and which are odd."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from core.access import Actor
from core.directory.directory import Directory
from core.errors import NotFound, PlatformUnreachable
from core.insight.inventory.models import InstanceCount, OddOne, Reconciliation
from core.platforms.port import Platform, Website
from core.storage.inventory_tables import StoreMark
from core.storage.store import Store
from core.storage.tables import Portal, Run

MARK = "reconciliation"
VISIBILITY_AGE_S = 30
MOST_ODD = 100  # that are kept by name, an instance


class Reconciliations:
    """Counts on both sides, and keeps what it found so that a page can say how old it is."""

    def __init__(self, store: Store, directory: Directory, platform: Platform) -> None:
        self._store = store
        self._directory = directory
        self._platform = platform

    def last(self, actor: Actor) -> Reconciliation:
        """What was found the last time, of the instances that the actor sees. Reads only."""
        seen = self._directory.visible(actor, VISIBILITY_AGE_S)
        with self._store.reading() as session:
            kept = session.get(StoreMark, MARK)
            counts = () if kept is None else tuple(_count(one) for one in kept.value["counts"])
        return Reconciliation(tuple(one for one in counts if seen is None or one.instance in seen))

    def check(self, actor: Actor, told: Callable[[int, int], None] | None = None) -> Reconciliation:
        """Count again, in every instance that the actor sees; `told` gets how many are done, and of how many.

        Idempotent. What is under way is on neither side: its website may stand there before its portal knows of it.
        """
        seen = self._directory.visible(actor, VISIBILITY_AGE_S)
        slugs = [slug for slug in self._platform.instance_slugs() if seen is None or slug in seen]
        found = []
        for number, slug in enumerate(slugs, 1):
            one = self._checked(slug)
            if one is not None:
                found.append(one)
            if told is not None:
                told(number, len(slugs))
        self._keep(found, gone=None if seen is not None else set(slugs))
        return Reconciliation(tuple(found))

    def _checked(self, slug: str) -> InstanceCount | None:
        now = self._store.clock()
        there: dict[str, Website] | None
        try:
            # The platform first: a website that is made meanwhile is then at most one that is here and not yet there.
            there = {one.website_id: one for one in self._platform.websites(slug)}
        except PlatformUnreachable:
            there = None
        except NotFound:
            return None
        with self._store.reading() as session:
            here, under_way = _here(session, slug)
        if there is None:
            return InstanceCount(slug, now, len(here), None, 0, ())
        there = {key: one for key, one in there.items() if one.subdomain not in under_way}
        odd = [OddOne(slug, *here[key], "here") for key in here if key not in there]
        odd += [
            OddOne(slug, one.subdomain, one.name, None, "there")
            for key, one in there.items()
            if key not in here
        ]
        return InstanceCount(slug, now, len(here), len(there), len(odd), tuple(odd[:MOST_ODD]))

    def _keep(self, found: list[InstanceCount], gone: set[str] | None) -> None:
        """Beside what is known of other instances; `gone`: the only ones that there are."""
        now = self._store.clock()
        with self._store.writing() as session:
            self._store.queue_up(session, MARK)
            mark = session.get(StoreMark, MARK, populate_existing=True)
            before = {} if mark is None else {one["instance"]: one for one in mark.value["counts"]}
            kept = {slug: one for slug, one in before.items() if gone is None or slug in gone}
            kept |= {one.instance: _plain(one) for one in found}
            value = {"counts": list(kept.values())}
            mark = mark or StoreMark(name=MARK, value=value, written_at=now)
            mark.value, mark.written_at = value, now
            session.add(mark)


def _here(session: Session, slug: str) -> tuple[dict[str, tuple[str, str, int]], set[str]]:
    """Portals by the id of their website; and the subdomains of those that are under way."""
    under_way = sa.exists().where(col(Run.portal_id) == col(Portal.id), col(Run.ended_at).is_(None))
    query = sa.select(Portal.website_id, Portal.subdomain, Portal.name, Portal.id, under_way).where(  # type: ignore[call-overload]
        col(Portal.instance) == slug, col(Portal.state) != "deleted"
    )
    here: dict[str, tuple[str, str, int]] = {}
    busy = set()
    for website_id, subdomain, name, portal_id, is_under_way in session.connection().execute(query):
        if is_under_way:
            busy.add(subdomain)
        elif website_id is not None:
            here[website_id] = (subdomain, name, portal_id)
    return here, busy


def _plain(one: InstanceCount) -> dict[str, Any]:
    return asdict(one) | {"checked_at": one.checked_at.isoformat(), "odd": [asdict(odd) for odd in one.odd]}


def _count(value: dict[str, Any]) -> InstanceCount:
    odd = tuple(OddOne(**one) for one in value["odd"])
    return InstanceCount(**(value | {"checked_at": datetime.fromisoformat(value["checked_at"]), "odd": odd}))
