"""Solutions in instances as people look at them: installations, and what needs what (R25, R27)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, select

from core.access import Actor
from core.directory.directory import Directory, KnownInstance
from core.errors import NotFound
from core.insight.installation_models import (
    InstallationFilter,
    InstallationState,
    InstallationSummary,
    PortalName,
    SolutionSummary,
)
from core.insight.naming import display_name
from core.platforms.port import InstalledSolution
from core.provisioning.queries import imports_under_way
from core.solutions.library import PackageLibrary
from core.solutions.manifest import Manifest
from core.storage.store import Store
from core.storage.tables import Installation, InstallationPortal, Portal, Run

VISIBILITY_AGE_S = 30


class InstallationInsight:
    """Reads installations; each call is one read transaction."""

    def __init__(self, store: Store, directory: Directory, library: PackageLibrary) -> None:
        self._store = store
        self._directory = directory
        self._library = library

    def find(self, wanted: InstallationFilter, actor: Actor) -> tuple[InstallationSummary, ...]:
        """Those that match and that the actor may see, by instance and in the order in which they were asked for."""
        visible = self._directory.visible(actor, VISIBILITY_AGE_S)
        query = select(Installation).order_by(col(Installation.instance), col(Installation.id))
        if visible is not None:
            query = query.where(col(Installation.instance).in_(visible))
        if wanted.instances:
            query = query.where(col(Installation.instance).in_(wanted.instances))
        if wanted.solutions:
            query = query.where(col(Installation.solution).in_(wanted.solutions))
        with self._store.reading() as session:
            rows = session.exec(query).all()
            asked = _portals(session, {row.instance for row in rows})
            coming = imports_under_way(session, {row.instance for row in rows})
            found = [_summary(row, asked, coming) for row in rows]
        return tuple(
            one
            for one in found
            if (not wanted.states or one.state in wanted.states)
            and (not wanted.portals or set(one.portals) & set(wanted.portals))
        )

    def solutions(self, known: KnownInstance, actor: Actor) -> tuple[SolutionSummary, ...]:
        """Every solution of the instance: those that failed or are coming first, then by name.

        Empty for who may not see the instance.
        """
        visible = self._directory.visible(actor, VISIBILITY_AGE_S)
        if visible is not None and known.slug not in visible:
            return ()
        asked = {one.solution: one for one in self.find(InstallationFilter((known.slug,)), actor)}
        there = {one.unique_name: one for one in known.instance.solutions}
        read = {name: self._manifest(name) for name in (*there, *asked)}
        manifests = {name: manifest for name, manifest in read.items() if manifest is not None}
        needs = direct_needs(manifests)
        needed_by: dict[str, list[str]] = defaultdict(list)
        for name, needed in needs.items():
            for other in needed:
                needed_by[other].append(name)
        names = self._names(asked.values())
        found = [
            self._solution(name, there.get(name), asked.get(name), names, needs, needed_by, manifests)
            for name in dict.fromkeys((*asked, *there))
        ]
        order = {"install-failed": 0, "installing": 1, "waiting": 2, "installed": 3}
        return tuple(sorted(found, key=lambda s: (order[s.state], s.unique_name.casefold())))

    def set_off_by(self, run_ids: Sequence[str]) -> tuple[str, ...]:
        """The runs that finish portals which these runs, now ended, healed; or that began meanwhile in their instances."""
        with self._store.reading() as session:
            begun = session.exec(select(Run.instance, Run.created_at).where(col(Run.id).in_(run_ids))).all()
            if not begun:
                return ()
            since = min(at for _, at in begun)
            query = select(Run.id).where(
                col(Run.kind) == "heal",
                col(Run.instance).in_({instance for instance, _ in begun}),
                col(Run.created_at) >= since,
            )
            return tuple(session.exec(query.order_by(col(Run.created_at), col(Run.id))).all())

    def under_way(self, instances: Iterable[str]) -> frozenset[str]:
        """The ids of the runs that still import something into these instances."""
        with self._store.reading() as session:
            return frozenset(imports_under_way(session, set(instances)).values())

    def _manifest(self, name: str) -> Manifest | None:
        try:
            return self._library.manifest(name)
        except NotFound:
            return None

    def _names(self, asked: Iterable[InstallationSummary]) -> dict[int, PortalName]:
        wanted = {portal for one in asked for portal in one.portals}
        query = select(Portal.id, Portal.name, Portal.state).where(
            col(Portal.id).in_(wanted), col(Portal.state) != "deleted"
        )
        with self._store.reading() as session:
            rows = session.exec(query).all()
        return {
            id_: PortalName(id_, display_name(name, state)) for id_, name, state in rows if id_ is not None
        }

    def _solution(
        self,
        name: str,
        there: InstalledSolution | None,
        asked: InstallationSummary | None,
        names: Mapping[int, PortalName],
        needs: Mapping[str, tuple[str, ...]],
        needed_by: Mapping[str, list[str]],
        manifests: Mapping[str, Manifest],
    ) -> SolutionSummary:
        manifest = manifests.get(name)
        # The instance has the last word: a solution can come and go behind the console's back.
        state: InstallationState = "installed" if asked is None else asked.state
        if there is not None and state == "waiting" and not (asked and asked.is_under_way):
            state = "installed"
        version = there.version if there is not None else asked.version if asked is not None else ""
        return SolutionSummary(
            unique_name=name,
            version=version,
            state=state,
            is_there=there is not None,
            is_holding=there is not None and there.is_holding,
            installed_at=None if there is None else there.installed_at,
            installed_by=None if there is None else there.installed_by,
            portals=tuple(names[p] for p in (asked.portals if asked else ()) if p in names),
            needs=needs.get(name, ()),
            needed_by=tuple(needed_by.get(name, ())),
            available=None if manifest is None else str(manifest.version),
            uploaded_at=None if manifest is None else self._library.uploaded_at(name),
            installation=asked,
        )


def direct_needs(manifests: Mapping[str, Manifest]) -> dict[str, tuple[str, ...]]:
    """What each needs, without what another of its needs needs in turn."""
    needs = {name: [need.solution for need in found.requires] for name, found in manifests.items()}
    return {
        name: tuple(
            one
            for one in needed
            if not any(one in needs.get(other, ()) and name not in needs.get(other, ()) for other in needed)
        )
        for name, needed in needs.items()
    }


def _portals(session: Session, instances: Iterable[str]) -> dict[int, tuple[int, ...]]:
    """By installation, the portals that asked, the first that asked first."""
    query = (
        select(InstallationPortal.installation_id, InstallationPortal.portal_id)
        .join(Installation, col(Installation.id) == col(InstallationPortal.installation_id))
        .where(col(Installation.instance).in_(tuple(instances)))
        .order_by(col(InstallationPortal.asked_at), col(InstallationPortal.portal_id))
    )
    found: dict[int, list[int]] = defaultdict(list)
    for installation_id, portal_id in session.exec(query).all():
        found[installation_id].append(portal_id)
    return {id_: tuple(portals) for id_, portals in found.items()}


def _summary(
    row: Installation, asked: Mapping[int, tuple[int, ...]], coming: Mapping[tuple[str, str], str]
) -> InstallationSummary:
    is_under_way = (row.instance, row.solution) in coming
    state: Any = "waiting" if is_under_way and row.state == "install-failed" else row.state
    return InstallationSummary(
        id=row.id or 0,
        instance=row.instance,
        solution=row.solution,
        version=row.version,
        state=state,
        portals=asked.get(row.id or 0, ()),
        language=row.language,
        error=row.error,
        cause=row.cause,
        knock_on_of=row.knock_on_of,
        attempts=row.attempts,
        requested_by=row.requested_by,
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        is_under_way=is_under_way,
    )
