"""What the platform says of its instances, kept in the store so that a silent instance still shows."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select

from core.access import Actor, can_pick, can_see
from core.errors import NotFound, PlatformUnreachable
from core.platforms.port import InstalledSolution, Instance, Platform, User
from core.storage.store import Store
from core.storage.tables import InstanceSnapshot


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

    def get(self, slug: str) -> KnownInstance:
        """The instance as it is now, or as last known while the platform is silent.

        Raises NotFound; PlatformUnreachable where it was never reached.
        """
        try:
            instance = self._platform.instance(slug)
        except PlatformUnreachable:
            return self._known(slug)
        except NotFound as error:
            raise NotFound(
                f"There is no instance '{slug}'. `instances list` names those that there are.",
                field="instance",
            ) from error
        return self._keep([instance])[0]

    def all(self, max_age_s: float = 0) -> tuple[KnownInstance, ...]:
        """Every instance, in the platform's order; those read less than `max_age_s` ago are not asked again."""
        now = self._store.clock()
        kept = {
            k.slug: k for k in self._snapshots() if now - k.synchronised_at <= timedelta(seconds=max_age_s)
        }
        slugs = self._platform.instance_slugs()
        fresh: dict[str, KnownInstance] = {}
        answered: list[Instance] = []
        for slug in slugs:
            if slug in kept and kept[slug].is_reachable:
                continue
            try:
                answered.append(self._platform.instance(slug))
            except PlatformUnreachable:
                fresh[slug] = self._known(slug)
        fresh |= {k.slug: k for k in self._keep(answered)}
        return tuple(fresh[slug] if slug in fresh else kept[slug] for slug in slugs)

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

    def _snapshots(self) -> Iterable[KnownInstance]:
        with self._store.reading() as session:
            rows = session.exec(select(InstanceSnapshot).order_by(col(InstanceSnapshot.position))).all()
        return [_from_row(row) for row in rows]

    def _known(self, slug: str) -> KnownInstance:
        with self._store.writing() as session:
            row = session.get(InstanceSnapshot, slug)
            if row is None:
                raise PlatformUnreachable(
                    f"The instance '{slug}' does not answer and was never reached. Try again when it does.",
                    field="instance",
                )
            row.is_reachable = False
            return _from_row(row)

    def _keep(self, instances: list[Instance]) -> list[KnownInstance]:
        """Keep what was read; the row is written only where it tells something new or is 5 s old."""
        if not instances:
            return []
        now = self._store.clock()
        known = [KnownInstance(instance, now, is_reachable=True) for instance in instances]
        with self._store.reading() as session:
            wanted = [i.slug for i in instances]
            rows = session.exec(select(InstanceSnapshot).where(col(InstanceSnapshot.slug).in_(wanted))).all()
            before = {row.slug: (row.content, row.synchronised_at, row.is_reachable) for row in rows}
        changed = [i for i in instances if _is_news(before.get(i.slug), _to_content(i), now)]
        if changed:
            self._write(changed, now)
        return known

    def _write(self, instances: list[Instance], now: datetime) -> None:
        slugs = self._platform.instance_slugs()
        order = {slug: position for position, slug in enumerate(slugs)}
        with self._store.writing() as session:
            for instance in instances:
                session.merge(
                    InstanceSnapshot(
                        slug=instance.slug,
                        position=order.get(instance.slug, len(order)),
                        content=_to_content(instance),
                        synchronised_at=now,
                        is_reachable=True,
                    )
                )


def _is_news(
    before: tuple[dict[str, Any], datetime, bool] | None, content: dict[str, Any], now: datetime
) -> bool:
    if before is None:
        return True
    was, at, is_reachable = before
    return was != content or not is_reachable or now - at > timedelta(seconds=5)


def _to_content(instance: Instance) -> dict[str, Any]:
    content = asdict(instance)
    for solution in content["solutions"]:
        solution["installed_at"] = solution["installed_at"].isoformat()
    return _as_json(content)


def _as_json(content: dict[str, Any]) -> dict[str, Any]:
    """Tuples as lists, as the store gives them back."""
    return {
        key: [_as_json(v) if isinstance(v, dict) else (list(v) if isinstance(v, tuple) else v) for v in value]
        if isinstance(value, list | tuple)
        else value
        for key, value in content.items()
    }


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
