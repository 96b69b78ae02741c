"""What an administrator does on an instance itself, where the platform lets Portico act (`local`)."""

from collections.abc import Callable
from pathlib import Path
from time import sleep
from uuid import uuid4

from core.access import SYSTEM_ADMINISTRATOR, Actor, require_may_change_instance
from core.catalogue import Catalogue
from core.directory.directory import Directory, KnownInstance
from core.errors import Conflict, NotFound, PlatformUnreachable
from core.platforms.port import (
    ImportRequest,
    InstanceAdministration,
    InstanceChange,
    Platform,
    User,
)
from core.portals.operations import finished
from core.solutions.library import PackageLibrary
from core.solutions.package import Package
from core.solutions.version import Version
from core.storage.store import Store
from core.storage.tables import Event


class Instances:
    """Changes instances on the platform itself, behind no run's back: each change is told in the history."""

    def __init__(
        self,
        store: Store,
        directory: Directory,
        platform: Platform,
        administration: InstanceAdministration | None,
        library: PackageLibrary,
        catalogue: Catalogue,
        pause: Callable[[float], None] = sleep,
    ) -> None:
        self._store = store
        self._directory = directory
        self._platform = platform
        self._administration = administration
        self._library = library
        self._catalogue = catalogue
        self._pause = pause

    def change(self, slug: str, changes: tuple[InstanceChange, ...], actor: Actor) -> KnownInstance:
        """Apply the changes, all or none; returns the instance afterwards.

        For its System Administrators (R1) and the console administrator.
        """
        if not actor.is_console_administrator:  # who need not know it: an instance may never have answered
            require_may_change_instance(actor, self._directory.get(slug).instance)
        instance = self._administers().change_instance(slug, changes)
        for change in changes:
            given = {key: value for key, value in vars(change).items() if value is not None}
            self._tell(actor, slug, "change-instance", given)
        return KnownInstance(instance, self._store.clock(), is_reachable=self._answers(slug))

    def add(self, slug: str, name: str, base_language: int, actor: Actor) -> KnownInstance:
        """A further instance; who adds it is its System Administrator."""
        user = User(
            actor.email, actor.name or actor.email, (SYSTEM_ADMINISTRATOR,), "read-write", base_language
        )
        self._administers().add_instance(slug, name, base_language, user)
        self._tell(actor, slug, "add-instance", {"name": name, "base_language": base_language})
        return self._directory.get(slug)

    def import_solution(self, slug: str, file_or_name: str, actor: Actor) -> KnownInstance:
        """Import a solution, with those that its own package brings before it and no others.

        In the actor's default language there; waits for the end.
        Raises PlatformRefused with the platform's code, PlatformBusy, PackageError, NotFound.
        """
        instance = self._directory.get(slug).instance
        require_may_change_instance(actor, instance)
        user = instance.user(actor.email)
        language = instance.base_language if user is None else user.default_language
        for package in self._with_those_before(file_or_name):
            found = self._platform.instance(slug).solution(package.manifest.unique_name)
            if found is not None and Version.parse(found.version) >= package.manifest.version:
                continue
            request = ImportRequest(slug, package.to_zip_bytes(), language, actor.email)
            begun = self._platform.import_solution(f"import:{uuid4().hex}", request)
            finished(self._platform, slug, begun, self._pause)
            self._tell(actor, slug, "import-solution", {"solution": package.manifest.unique_name})
        return self._directory.get(slug)

    def _with_those_before(self, file_or_name: str) -> list[Package]:
        path = Path(file_or_name)
        if path.is_file():
            return [Package.from_zip_bytes(path.read_bytes())]
        if path.suffix.lower() == ".zip":
            raise NotFound(
                f"There is no file {path.name[:80]} there. Give a zip's path, or a solution's unique name.",
                field="import-solution",
            )
        return [self._library.get(name) for name in (*self._before(file_or_name), file_or_name)]

    def _before(self, solution: str) -> tuple[str, ...]:
        """What stands before the solution in every package that brings it, and so in its own."""
        orders = [order for order in self._catalogue.packages().values() if solution in order]
        before = [order[: order.index(solution)] for order in orders]
        return tuple(name for name in (before[0] if before else ()) if all(name in each for each in before))

    def _answers(self, slug: str) -> bool:
        try:
            return self._directory.get(slug).is_reachable
        except PlatformUnreachable:
            return False

    def _administers(self) -> InstanceAdministration:
        if self._administration is None:
            raise Conflict(
                f"{self._platform.name} lets nobody change its instances from here. Use its admin centre.",
                field="instance",
            )
        return self._administration

    def _tell(self, actor: Actor, slug: str, act: str, details: dict[str, object]) -> None:
        with self._store.writing() as session:
            session.add(
                Event(at=self._store.clock(), actor=actor.email, act=act, instance=slug, details=details)
            )
