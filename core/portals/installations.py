"""Solutions in instances: install, retry in the right order, uninstall (R25–R27)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session

from core.access import Actor, can_see, is_system_administrator, require_system_administrator
from core.directory.directory import Directory
from core.errors import Conflict, InvalidValue, NotFound, NotPermitted, NotSystemAdministrator
from core.insight.installation_models import InstallationFilter, InstallationSummary
from core.insight.installations import InstallationInsight
from core.platforms.port import Instance, Platform
from core.portals import installation_rows as rows_of
from core.portals.operations import finished
from core.portals.part_of import ALONE, PartOf
from core.portals.retries import ImportPlan, ImportPlans, PlannedItem, Wanted
from core.provisioning import installations
from core.provisioning.queries import imports_under_way
from core.provisioning.runs import ImportLanguages, add_import_run
from core.solutions import graph
from core.solutions.inspection import Inspected
from core.solutions.library import PackageLibrary
from core.storage.store import Store
from core.storage.tables import Event, Installation

Language = int | Literal["mine"] | None
Kind = Literal["install", "retry"]


@dataclass(frozen=True)
class StartedImports:
    """What became of a plan: the runs that carry it out, and what was refused at once.

    `queued`: what these runs, or runs that were under way already, import. `done_already`: what stands there.
    """

    run_ids: tuple[str, ...]
    queued: tuple[PlannedItem, ...]
    refused: tuple[PlannedItem, ...]
    done_already: tuple[PlannedItem, ...]


@dataclass(frozen=True)
class UninstallPlan:
    """What an uninstall would do; `blockers` must go first, in this order."""

    instance: str
    solution: str
    version: str
    blockers: tuple[str, ...]  # solutions that need it, in the order in which they could be uninstalled
    portals: tuple[str, ...]  # the names of the portals that asked for it

    @property
    def is_clear(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.blockers and not self.portals


class Installations:
    """What can be done with the solutions of instances."""

    def __init__(
        self,
        store: Store,
        directory: Directory,
        platform: Platform,
        library: PackageLibrary,
        insight: InstallationInsight,
        plans: ImportPlans,
        nudge: Callable[[], None],
        pause: Callable[[float], None],
    ) -> None:
        self._store = store
        self._directory = directory
        self._platform = platform
        self._library = library
        self._insight = insight
        self._plans = plans
        self._nudge = nudge
        self._pause = pause

    def list(self, wanted: InstallationFilter, actor: Actor) -> tuple[InstallationSummary, ...]:
        """The installations that match and that the actor may see, by instance and in the order in which they were asked for."""
        return self._insight.find(wanted, actor)

    def plan_retry(
        self,
        ids: Sequence[int] | None,
        actor: Actor,
        *,
        instance: str | None = None,
        language: Language = None,
    ) -> ImportPlan:
        """The plan to retry these installations, or all failed ones that the actor may retry (R25). Changes nothing.

        In the portal's language (of several the first that is not deleted), unless another is given (R26).
        Raises NotFound; Conflict for one that waits for its portal; NotSystemAdministrator for one named and not theirs.
        """
        if instance is not None:
            self._directory.get(instance)  # raises NotFound
        with self._store.reading() as session:
            rows = rows_of.failed(session, instance) if ids is None else rows_of.named(session, ids)
            found = self._permitted(rows, actor, is_named=ids is not None)
            wanted = self._wanted_again(session, found, actor, language)
        return self._plans.plan(wanted, actor.email)

    def plan_install(
        self,
        instance: str,
        solutions: Sequence[str],
        actor: Actor,
        *,
        language: Language = None,
        brought: Iterable[Inspected] = (),
    ) -> ImportPlan:
        """The plan to install just these solutions, in the person's default language unless told otherwise (R26).

        `brought`: packages among them that are not in the library yet. Raises NotFound, NotSystemAdministrator.
        """
        known = self._directory.get(instance).instance
        require_system_administrator(actor, known)
        packages = {one.manifest.unique_name: one for one in brought}
        for name in solutions:
            if name not in packages:
                self._require_in_library(name)
        wanted = self._wanted_new(known, solutions, actor, language, packages)
        return self._plans.plan(wanted, actor.email)

    def start(
        self, plan: ImportPlan, actor: Actor, *, kind: Kind, force: bool = False, part_of: PartOf = ALONE
    ) -> StartedImports:
        """Carry out the plan that was shown: one run an instance, one import at a time.

        What would fail is refused, and runs only with `force`. The list is the plan's; what stands there by then counts
        as done, and what another run has in hand by then is left to it. Raises NotSystemAdministrator before anything began.
        """
        by_instance = plan.by_instance()
        for slug in by_instance:
            require_system_administrator(actor, self._directory.get(slug).instance)
        run_ids = []
        for slug, items in by_instance.items():
            chosen = [item for item in items if item.outlook != "fails" or force]
            # One that stands there is taken along where its row says otherwise: portals wait for its content.
            has_work = [i for i in chosen if i.outlook != "skipped" or i.wanted.installation_id is not None]
            run_id = self._begin(slug, has_work, actor, kind, force=force, part_of=part_of)
            if run_id is not None:
                run_ids.append(run_id)
        self._nudge()
        return StartedImports(
            tuple(run_ids),
            tuple(
                i
                for i in plan.items
                if i.outlook == "passes" or i.wanted.is_under_way or (force and i in plan.failing)
            ),
            () if force else plan.failing,
            tuple(i for i in plan.skipped if not i.wanted.is_under_way),
        )

    def plan_uninstall(self, instance: str, solution: str, actor: Actor) -> UninstallPlan:
        """What stands in the way of an uninstall: what needs the solution, in reverse order (R27), and portals.

        Also of a holding solution (X_Upgrade), which nothing needs. Raises NotFound, NotPermitted.
        """
        known = self._directory.get(instance).instance
        if not can_see(actor, known):
            raise NotPermitted(f"{actor.email} is no user of {known.name}. Ask for access there.")
        there = next((s for s in known.solutions if s.unique_name == solution), None)
        if there is None:
            raise NotFound(
                f"{solution[:100]} is not installed in {known.name}. Choose one that is.", field="solution"
            )
        with self._store.reading() as session:
            portals = rows_of.portals_using(session, instance, solution)
        needing = () if there.is_holding else self._needing(known, solution)
        return UninstallPlan(instance, solution, there.version, needing, () if there.is_holding else portals)

    def uninstall(self, instance: str, solution: str, actor: Actor) -> None:
        """Remove a solution; refused while another solution needs it or a portal uses it. Waits for the platform.

        Idempotent by what stands there. Raises NotFound, NotSystemAdministrator, Conflict, PlatformError.
        """
        known = self._directory.get(instance).instance
        require_system_administrator(actor, known)
        plan = self.plan_uninstall(instance, solution, actor)
        if not plan.is_clear:
            what = [*(f"the portal {name}" for name in plan.portals), *plan.blockers]
            raise Conflict(
                f"{solution} is needed by {', '.join(what)}. Remove these first, in this order.",
                field="solution",
                details={"dependents": [*plan.blockers], "portals": [*plan.portals]},
            )
        there = next(s for s in known.solutions if s.unique_name == solution)
        key = f"uninstall:{solution}:{there.version}:{there.installed_at.isoformat()}"
        begun = self._platform.uninstall_solution(key, instance, solution, actor.email)
        finished(self._platform, instance, begun, self._pause)
        with self._store.writing() as session:
            self._store.queue_up(session, installations.line_of(instance))
            rows_of.forget(session, instance, solution, self._store.clock())
            details = {"solution": solution, "version": there.version}
            session.add(self._event(actor, "uninstall", instance, details))

    def give_up(self, ids: Sequence[int], actor: Actor) -> None:
        """Ask no more for solutions that are not installed and that no portal waits for: all of these, or none.

        Their rows go; the failures stay in the history, closed as given up. Raises NotFound; NotSystemAdministrator; Conflict
        for one that is installed, that a run has in hand, or that a portal waits for.
        """
        with self._store.reading() as session:
            named = self._permitted(rows_of.named(session, ids), actor, is_named=True)
        with self._store.writing() as session:
            instances = sorted({row.instance for row in named})
            for instance in instances:
                self._store.queue_up(session, installations.line_of(instance))
            under_way = imports_under_way(session, instances)
            for row in rows_of.named(session, ids):
                rows_of.require_nobody_waits(session, row, under_way)
                rows_of.forget(session, row.instance, row.solution, self._store.clock())
                details = {"solution": row.solution, "version": row.version}
                session.add(self._event(actor, "give-up", row.instance, details))

    def _require_in_library(self, name: str) -> None:
        try:
            self._library.manifest(name)
        except NotFound as error:
            error.field = "file-or-name"
            raise

    def _needing(self, known: Instance, solution: str) -> tuple[str, ...]:
        """The installed solutions that need this one, directly or not; each before those that it needs."""
        there = {one.unique_name for one in known.solutions if not one.is_holding}
        manifests = {name: self._library.manifest(name) for name in self._library.names() if name in there}
        found: set[str] = set()
        todo = [solution]
        while todo:
            needed = todo.pop()
            more = [
                name
                for name, manifest in manifests.items()
                if name not in found and any(need.solution == needed for need in manifest.requires)
            ]
            found.update(more)
            todo += more
        return tuple(reversed(graph.plan(manifests[name] for name in manifests if name in found).order))

    def _permitted(
        self, found: Iterable[Installation], actor: Actor, *, is_named: bool
    ) -> Sequence[Installation]:
        may: dict[str, bool] = {}
        kept = []
        for row in found:
            if row.instance not in may:
                may[row.instance] = is_system_administrator(actor, self._directory.get(row.instance).instance)
            if may[row.instance]:
                kept.append(row)
            elif is_named:
                raise NotSystemAdministrator(
                    f"{actor.email} is no System Administrator of {row.instance}, where {row.solution} is to be "
                    "installed. Ask one of them to retry it."
                )
        return kept

    def _wanted_again(
        self, session: Session, found: Sequence[Installation], actor: Actor, language: Language
    ) -> Sequence[Wanted]:
        instances = {row.instance for row in found}
        required = rows_of.required_languages(session, instances)
        under_way = imports_under_way(session, instances)
        rows_of.require_retryable(session, found, under_way)
        typical = rows_of.typical_s(session, {row.solution for row in found})
        mine = {
            slug: _mine(self._directory.get(slug).instance, actor) for slug in instances if language == "mine"
        }
        return [
            Wanted(
                row.instance,
                row.solution,
                mine[row.instance]
                if language == "mine"
                else language or required.get((row.instance, row.solution)) or row.language,
                required.get((row.instance, row.solution)),
                row.id,
                typical.get(row.solution),
                (row.instance, row.solution) in under_way,
                rows_of.last_failure(row),
            )
            for row in found
        ]

    def _wanted_new(
        self,
        known: Instance,
        solutions: Sequence[str],
        actor: Actor,
        language: Language,
        brought: Mapping[str, Inspected],
    ) -> Sequence[Wanted]:
        chosen = language if isinstance(language, int) else _mine(known, actor)
        with self._store.reading() as session:
            there = rows_of.ids(session, known.slug, solutions)
            required = rows_of.required_languages(session, (known.slug,))
            under_way = imports_under_way(session, (known.slug,))
            typical = rows_of.typical_s(session, solutions)
            return [
                Wanted(
                    known.slug,
                    name,
                    chosen,
                    required.get((known.slug, name)),
                    there[name].id if name in there else None,
                    typical.get(name),
                    (known.slug, name) in under_way,
                    rows_of.last_failure(there[name]) if name in there else None,
                    brought.get(name),
                )
                for name in solutions
            ]

    def _begin(
        self,
        slug: str,
        items: Sequence[PlannedItem],
        actor: Actor,
        kind: Kind,
        *,
        force: bool,
        part_of: PartOf,
    ) -> str | None:
        """The run that does these; None where others have all of it in hand."""
        with self._store.writing() as session:
            self._store.queue_up(session, installations.line_of(slug))
            taken = imports_under_way(session, (slug,))
            items = [item for item in items if item.key not in taken]
            if not items:
                return None
            now = self._store.clock()
            imports = {
                item.wanted.solution: ImportLanguages(item.wanted.language, item.wanted.required_language)
                for item in items
            }
            foretold = {item.wanted.solution: item.cause or "passes" for item in items}
            run = add_import_run(
                session,
                slug,
                imports,
                kind=kind,
                requested_by=actor.email,
                values={"force": force, "foretold": foretold},
                now=now,
            )
            asked = [(item.wanted.solution, item.version) for item in items]
            installations.ask(session, run, asked, now)
            details = {"solutions": [*imports], "force": force, **part_of.note}
            session.add(self._event(actor, kind, slug, details, run.id))
            part_of.record(session, run.id)
            return run.id

    def _event(
        self, actor: Actor, act: str, instance: str, details: Mapping[str, object], run_id: str | None = None
    ) -> Event:
        at = self._store.clock()
        return Event(
            at=at, actor=actor.email, act=act, run_id=run_id, instance=instance, details=dict(details)
        )


def _mine(instance: Instance, actor: Actor) -> int:
    user = instance.user(actor.email)
    if user is None:
        raise InvalidValue(
            f"{actor.email} is no user of {instance.name}. Name the language.", field="language"
        )
    return user.default_language
