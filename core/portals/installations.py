"""Solutions in instances: what is installed, install, retry in the right order, uninstall (R25–R27)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.access import Actor, is_system_administrator, require_system_administrator
from core.directory.directory import Directory
from core.errors import Conflict, InvalidValue, NotFound, NotSystemAdministrator, PlatformRefused
from core.platforms.port import Instance, Operation, Platform
from core.portals.retries import ImportPlan, ImportPlans, PlannedItem, Wanted
from core.provisioning.runs import ImportLanguages, add_import_run
from core.solutions.library import PackageLibrary
from core.storage.store import Store
from core.storage.tables import Event, Installation, InstallationPortal, Portal

POLL_S = 0.1
Language = int | Literal["mine"] | None


@dataclass(frozen=True)
class StartedImports:
    """What became of a plan: the runs that carry it out, and what was refused at once."""

    run_ids: tuple[str, ...]
    queued: tuple[PlannedItem, ...]
    refused: tuple[PlannedItem, ...]
    done_already: tuple[PlannedItem, ...]


@dataclass(frozen=True)
class UninstallPlan:
    """What an uninstall would do: `order` ends with the solution itself; `blockers` must go first."""

    instance: str
    solution: str
    blockers: tuple[str, ...]  # solutions that need it, in the order in which they could be uninstalled
    portals: tuple[str, ...]  # portals whose package it belongs to


class Installations:
    """What can be done with the solutions of instances."""

    def __init__(
        self,
        store: Store,
        directory: Directory,
        platform: Platform,
        library: PackageLibrary,
        nudge: Callable[[], None],
        pause: Callable[[float], None],
    ) -> None:
        self._store = store
        self._directory = directory
        self._platform = platform
        self._library = library
        self._plans = ImportPlans(directory, library)
        self._nudge = nudge
        self._pause = pause

    def plan_retry(
        self,
        ids: Sequence[int] | None,
        actor: Actor,
        *,
        instance: str | None = None,
        language: Language = None,
    ) -> ImportPlan:
        """The plan to retry these failed installations, or all that the actor may retry (R25). Changes nothing.

        In the portal's language (of several the first that is not deleted), unless another is given (R26).
        Raises NotFound, Conflict for one that did not fail, NotSystemAdministrator for one named and not theirs.
        """
        with self._store.reading() as session:
            rows = _failed(session, ids, instance)
            rows = self._permitted(rows, actor, is_named=ids is not None)
            wanted = [self._wanted_again(session, row, actor, language) for row in rows]
        return self._plans.plan(wanted, lambda _slug: actor.email)

    def plan_install(
        self, instance: str, solutions: Sequence[str], actor: Actor, *, language: int | None = None
    ) -> ImportPlan:
        """The plan to install just these solutions, in the person's default language unless told otherwise (R26)."""
        known = self._directory.get(instance).instance
        require_system_administrator(actor, known)
        for name in solutions:
            self._library.manifest(name)  # raises NotFound, naming it
        with self._store.reading() as session:
            wanted = [
                Wanted(
                    instance,
                    name,
                    _mine(known, actor) if language is None else language,
                    _required_language(session, instance, name),
                    _row_id(session, instance, name),
                )
                for name in solutions
            ]
        return self._plans.plan(wanted, lambda _slug: actor.email)

    def start(
        self, plan: ImportPlan, actor: Actor, *, kind: Literal["install", "retry"], force: bool = False
    ) -> StartedImports:
        """Carry out the plan that was shown: one run an instance, one import at a time.

        What would fail is refused, and runs only with `force`. The list is the plan's; what stands there by then counts as done.
        """
        runs: list[str] = []
        queued: list[PlannedItem] = []
        for slug, items in plan.by_instance().items():
            require_system_administrator(actor, self._directory.get(slug).instance)
            chosen = [item for item in items if item.outlook != "fails" or force]
            if not chosen or (kind == "install" and all(item.outlook == "skipped" for item in chosen)):
                continue
            queued += [item for item in chosen if item.outlook != "skipped"]
            runs.append(self._begin(slug, chosen, actor, kind, force=force))
        self._nudge()
        is_run = {(item.wanted.instance, item.wanted.solution) for item in queued}
        return StartedImports(
            tuple(runs),
            tuple(queued),
            tuple(i for i in plan.failing if (i.wanted.instance, i.wanted.solution) not in is_run),
            tuple(i for i in plan.items if i.outlook == "skipped"),
        )

    def plan_uninstall(self, instance: str, solution: str) -> UninstallPlan:
        """What stands in the way of an uninstall: what needs the solution, in reverse order (R27), and portals."""
        known = self._directory.get(instance).instance
        if known.solution(solution) is None:
            raise NotFound(f"{solution} is not installed in {known.name}.", field="solution")
        needing = self._needing(known, solution)
        with self._store.reading() as session:
            portals = session.exec(
                select(Portal.name)
                .join(InstallationPortal, col(InstallationPortal.portal_id) == col(Portal.id))
                .join(Installation, col(Installation.id) == col(InstallationPortal.installation_id))
                .where(col(Installation.instance) == instance, col(Installation.solution) == solution)
                .where(col(Portal.state) != "deleted")
                .order_by(col(Portal.id))
            ).all()
        return UninstallPlan(instance, solution, tuple(needing), tuple(portals))

    def uninstall(self, instance: str, solution: str, actor: Actor) -> None:
        """Remove a solution; refused while another solution needs it or a portal uses it. Waits for the platform."""
        known = self._directory.get(instance).instance
        require_system_administrator(actor, known)
        plan = self.plan_uninstall(instance, solution)
        if plan.blockers or plan.portals:
            what = [*plan.blockers, *(f"the portal {name}" for name in plan.portals)]
            raise Conflict(
                f"{solution} is needed by {', '.join(what)}. Remove these first, in this order.",
                field="solution",
                details={"dependents": list(plan.blockers), "portals": list(plan.portals)},
            )
        now = self._store.clock()
        key = f"uninstall:{solution}:{known.solution(solution)}"
        self._finish(self._platform.uninstall_solution(key, instance, solution, actor.email), instance)
        with self._store.writing() as session:
            _forget(session, instance, solution)
            details: dict[str, Any] = {"solution": solution}
            session.add(Event(at=now, actor=actor.email, act="uninstall", instance=instance, details=details))

    def _needing(self, known: Instance, solution: str) -> list[str]:
        """The installed solutions that need this one, directly or not; each before those that it needs."""
        there = [s.unique_name for s in known.solutions if not s.is_holding]
        needs = {name: self._needs(name) for name in there}
        found: set[str] = set()
        todo = [solution]
        while todo:
            one = todo.pop()
            more = [name for name in there if one in needs[name] and name not in found]
            found.update(more)
            todo += more
        return sorted(found, key=lambda name: (-len(needs[name] & found), name))

    def _needs(self, solution: str) -> frozenset[str]:
        try:
            return frozenset(need.solution for need in self._library.manifest(solution).requires)
        except NotFound:
            return frozenset()  # not one of ours: the platform itself refuses what it needs

    def _permitted(self, rows: Iterable[Installation], actor: Actor, *, is_named: bool) -> list[Installation]:
        may: dict[str, bool] = {}
        kept = []
        for row in rows:
            if row.instance not in may:
                may[row.instance] = is_system_administrator(actor, self._directory.get(row.instance).instance)
            if may[row.instance]:
                kept.append(row)
            elif is_named:
                raise NotSystemAdministrator(
                    f"{actor.email} is no System Administrator of {row.instance}, where {row.solution} failed."
                )
        return kept

    def _wanted_again(self, session: Session, row: Installation, actor: Actor, language: Language) -> Wanted:
        required = _required_language(session, row.instance, row.solution)
        if language == "mine":
            chosen = _mine(self._directory.get(row.instance).instance, actor)
        else:
            chosen = language or required or row.language
        return Wanted(row.instance, row.solution, chosen, required, row.id, _typical_s(session, row.solution))

    def _begin(
        self,
        slug: str,
        items: Sequence[PlannedItem],
        actor: Actor,
        kind: Literal["install", "retry"],
        *,
        force: bool,
    ) -> str:
        imports = {
            item.wanted.solution: ImportLanguages(item.wanted.language, item.wanted.required_language)
            for item in items
        }
        foretold = {item.wanted.solution: item.cause or "passes" for item in items}
        with self._store.writing() as session:
            now = self._store.clock()
            run = add_import_run(
                session,
                slug,
                imports,
                kind=kind,
                requested_by=actor.email,
                values={"force": force, "foretold": foretold},
                now=now,
            )
            details: dict[str, Any] = {"solutions": list(imports), "force": force}
            session.add(
                Event(at=now, actor=actor.email, act=kind, run_id=run.id, instance=slug, details=details)
            )
            return run.id

    def _finish(self, operation: Operation, instance: str) -> None:
        while not operation.has_ended:
            self._pause(POLL_S)
            operation = self._platform.operation(instance, operation.key)
        if operation.fault is not None:
            raise PlatformRefused(
                f"The platform refused ({operation.fault.code_hex}): {operation.fault.text}"
            )


def _failed(session: Session, ids: Sequence[int] | None, instance: str | None) -> list[Installation]:
    query = select(Installation).order_by(col(Installation.id))
    if instance is not None:
        query = query.where(col(Installation.instance) == instance)
    if ids is None:
        return list(session.exec(query.where(col(Installation.state) == "install-failed")).all())
    rows = {row.id: row for row in session.exec(query.where(col(Installation.id).in_(ids))).all()}
    for one in ids:
        if one not in rows:
            raise NotFound(
                f"There is no installation {one}. `installations list` shows those there are.", field="id"
            )
        if rows[one].state in ("waiting", "installing"):
            raise Conflict(f"{rows[one].solution} is not Install Failed but {rows[one].state}.", field="id")
    return [rows[one] for one in dict.fromkeys(ids)]


def _required_language(session: Session, instance: str, solution: str) -> int | None:
    """The language of the first portal that asked and is not deleted (R26)."""
    query = (
        select(Portal.language)
        .join(InstallationPortal, col(InstallationPortal.portal_id) == col(Portal.id))
        .join(Installation, col(Installation.id) == col(InstallationPortal.installation_id))
        .where(col(Installation.instance) == instance, col(Installation.solution) == solution)
        .where(col(Portal.state) != "deleted")
        .order_by(col(InstallationPortal.asked_at), col(Portal.id))
    )
    return session.exec(query.limit(1)).first()


def _row_id(session: Session, instance: str, solution: str) -> int | None:
    where = (col(Installation.instance) == instance, col(Installation.solution) == solution)
    return session.exec(select(Installation.id).where(*where)).first()


def _mine(instance: Instance, actor: Actor) -> int:
    user = instance.user(actor.email)
    if user is None:
        raise InvalidValue(
            f"{actor.email} is no user of {instance.name}. Name the language.", field="language"
        )
    return user.default_language


def _typical_s(session: Session, solution: str) -> float | None:
    """How long the solution's last installations took, in the middle."""
    ended = select(Installation.started_at, Installation.ended_at).where(
        col(Installation.solution) == solution, col(Installation.state) == "installed"
    )
    durations = sorted(
        (end - start).total_seconds() for start, end in session.exec(ended.limit(50)).all() if start and end
    )
    return durations[len(durations) // 2] if durations else None


def _forget(session: Session, instance: str, solution: str) -> None:
    row_id = _row_id(session, instance, solution)
    if row_id is None:
        return
    connection = session.connection()
    connection.execute(
        sa.update(Installation).where(col(Installation.knock_on_of) == row_id).values(knock_on_of=None)
    )
    connection.execute(sa.delete(InstallationPortal).where(col(InstallationPortal.installation_id) == row_id))
    connection.execute(sa.delete(Installation).where(col(Installation.id) == row_id))
