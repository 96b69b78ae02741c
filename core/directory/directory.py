"""What the platform says of its instances, kept in the store so that a silent one still shows."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select

from core.access import Actor, can_pick, can_see
from core.errors import NotFound, PlatformUnreachable
from core.platforms.port import InstalledSolution, Instance, Platform, User
from core.storage.store import Store
from core.storage.tables import InstanceSnapshot

KEPT_S = 5.0
NAMES_KEPT_S = 60.0


@dataclass(frozen=True)
class KnownInstance:
    """An instance as last synchronised; `is_reachable` tells whether the last attempt got an answer."""

    instance: Instance
    synchronised_at: datetime
    is_reachable: bool

    @property
    def slug(self) -> str:
        """The instance's slug."""
        return self.instance.slug


class Directory:
    """Reads instances through the platform; what was read last stands in for a platform that is silent."""

    def __init__(self, platform: Platform, store: Store) -> None:
        self._platform = platform
        self._store = store
        self._names: tuple[datetime | None, dict[str, str]] = (None, {})
        self._read: dict[tuple[str, datetime], KnownInstance] = {}  # by slug and when it was synchronised

    def get(self, slug: str) -> KnownInstance:
        """The instance as it is now, or as last known while the platform is silent.

        Raises NotFound; PlatformUnreachable where it was never reached.
        """
        try:
            instance = self._platform.instance(slug)
        except PlatformUnreachable:
            return self._last_known(slug)
        except NotFound as error:
            raise NotFound(
                f"There is no instance '{slug}'. Choose one that `instances list` shows.",
                field="instance",
            ) from error
        return self._keep([instance], {k.slug: k for k in self._snapshots(slug)})[0]

    def name(self, slug: str) -> str:
        """The instance's name as it was heard in the last minute; its slug where there is none of that."""
        now = self._store.clock()
        heard_at, names = self._names
        age_s = NAMES_KEPT_S if heard_at is None else (now - heard_at).total_seconds()
        if age_s >= NAMES_KEPT_S or (slug not in names and age_s >= KEPT_S):
            names = {known.slug: known.instance.name for known in self.all(NAMES_KEPT_S)}
            self._names = now, names
        return names.get(slug, slug)

    def all(self, max_age_s: float = 0) -> tuple[KnownInstance, ...]:
        """Every instance, in the platform's order; those read less than `max_age_s` ago are not asked again.

        One that is silent shows as last known; one that was never reached is not among them.
        """
        now = self._store.clock()
        known = {k.slug: k for k in self._snapshots()}
        found: dict[str, KnownInstance] = {}
        answered: list[Instance] = []
        silent: list[str] = []
        try:
            slugs = self._platform.instance_slugs()
        except PlatformUnreachable:
            return tuple(self._fell_silent(k) for k in known.values())
        for slug in slugs:
            before = known.get(slug)
            if before is not None and before.is_reachable and _is_young(before, now, max_age_s):
                found[slug] = before
                continue
            try:
                answered.append(self._platform.instance(slug))
            except PlatformUnreachable:
                silent.append(slug)
        found |= {k.slug: k for k in self._keep(answered, known)}
        found |= {slug: self._fell_silent(known[slug]) for slug in silent if slug in known}
        return tuple(found[slug] for slug in slugs if slug in found)

    def pickable(self, actor: Actor, max_age_s: float = 0) -> tuple[KnownInstance, ...]:
        """The instances that the actor is offered (R2)."""
        return tuple(k for k in self.all(max_age_s) if can_pick(actor, k.instance))

    def visible(self, actor: Actor, max_age_s: float = 0) -> frozenset[str] | None:
        """The slugs of the instances whose portals the actor sees; None for all."""
        if actor.is_console_administrator:
            return None
        return frozenset(k.slug for k in self.all(max_age_s) if can_see(actor, k.instance))

    def people(self, max_age_s: float = 60) -> tuple[User, ...]:
        """Everybody who is a user of some instance, once, by name."""
        found: dict[str, User] = {}
        for known in self.all(max_age_s):
            for user in known.instance.users:
                found.setdefault(user.email.casefold(), user)
        return tuple(sorted(found.values(), key=lambda user: user.name))

    def _snapshots(self, *slugs: str) -> list[KnownInstance]:
        """What was kept of these instances, or of all, in the platform's order."""
        query = select(
            InstanceSnapshot.slug, InstanceSnapshot.synchronised_at, InstanceSnapshot.is_reachable
        ).order_by(col(InstanceSnapshot.position))
        if slugs:
            query = query.where(col(InstanceSnapshot.slug).in_(slugs))
        with self._store.reading() as session:
            stamps = session.exec(query).all()
            # A snapshot is long, and every page asks for all of them: one that was read stays in memory.
            known = {slug: self._read.get((slug, at)) for slug, at, _ in stamps}
            missing = [slug for slug, found in known.items() if found is None]
            rows = select(InstanceSnapshot).where(col(InstanceSnapshot.slug).in_(missing))
            for row in session.exec(rows).all() if missing else ():
                known[row.slug] = self._read[row.slug, row.synchronised_at] = _from_row(row)
        found = [replace(one, is_reachable=up) for slug, _, up in stamps if (one := known[slug]) is not None]
        if not slugs:  # let go of those that were read anew since
            self._read = {(one.slug, one.synchronised_at): one for one in found}
        return found

    def _last_known(self, slug: str) -> KnownInstance:
        kept = self._snapshots(slug)
        if not kept:
            raise PlatformUnreachable(
                f"The instance '{slug}' does not answer and was never reached. Try again when it does.",
                field="instance",
            )
        return self._fell_silent(kept[0])

    def _fell_silent(self, known: KnownInstance) -> KnownInstance:
        """The instance as last known, and noted as silent where that is new."""
        if known.is_reachable:
            with self._store.writing() as session:
                session.connection().execute(
                    sa.update(InstanceSnapshot)
                    .where(col(InstanceSnapshot.slug) == known.slug)
                    .values(is_reachable=False)
                )
        return replace(known, is_reachable=False)

    def _keep(self, instances: list[Instance], before: dict[str, KnownInstance]) -> list[KnownInstance]:
        """Keep what was read; a row is written only where it tells something new or is 5 s old."""
        now = self._store.clock()
        news = [i for i in instances if _is_news(before.get(i.slug), i, now)]
        if news:
            self._write(news, now)
        return [KnownInstance(instance, now, is_reachable=True) for instance in instances]

    def _write(self, instances: list[Instance], now: datetime) -> None:
        order = {slug: position for position, slug in enumerate(self._platform.instance_slugs())}
        rows = [
            {
                "slug": instance.slug,
                "position": order.get(instance.slug, len(order)),
                "content": _to_content(instance),
                "synchronised_at": now,
                "is_reachable": True,
            }
            for instance in instances
        ]
        # Two processes may see the same new instance at once.
        insert = (sqlite.insert if self._store.is_sqlite else postgresql.insert)(InstanceSnapshot)
        changed = {name: insert.excluded[name] for name in ("content", "synchronised_at", "is_reachable")}
        with self._store.writing() as session:
            session.connection().execute(
                insert.on_conflict_do_update(index_elements=["slug"], set_=changed), rows
            )
        for instance in instances:
            self._read[instance.slug, now] = KnownInstance(instance, now, is_reachable=True)


def _is_young(known: KnownInstance, now: datetime, max_age_s: float) -> bool:
    return now - known.synchronised_at < timedelta(seconds=max_age_s)


def _is_news(before: KnownInstance | None, instance: Instance, now: datetime) -> bool:
    if before is None or not before.is_reachable or before.instance != instance:
        return True
    return not _is_young(before, now, KEPT_S)


def _to_content(instance: Instance) -> dict[str, Any]:
    """As JSON keeps it: times as text; tuples become lists."""
    content = asdict(instance)
    for solution in content["solutions"]:
        solution["installed_at"] = solution["installed_at"].isoformat()
    return content


def _from_row(row: InstanceSnapshot) -> KnownInstance:
    content = dict(row.content)
    users = tuple(User(**{**u, "roles": tuple(u["roles"])}) for u in content.pop("users"))
    solutions = tuple(
        InstalledSolution(**{**s, "installed_at": datetime.fromisoformat(s["installed_at"])})
        for s in content.pop("solutions")
    )
    languages = tuple(content.pop("languages"))
    instance = Instance(**content, users=users, solutions=solutions, languages=languages)
    return KnownInstance(instance, row.synchronised_at, row.is_reachable)
