"""Packages by upload: checked and planned first, kept for every instance, withdrawn again (R25–R27)."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.access import Actor, require_system_administrator
from core.directory.directory import Directory
from core.errors import Conflict, NotFound
from core.portals.installations import Installations, Language
from core.portals.retries import ImportPlan
from core.solutions.inspection import Inspected, inspect
from core.solutions.library import PackageLibrary
from core.solutions.manifest import Manifest
from core.solutions.version import Version
from core.storage.store import Store
from core.storage.tables import Event


@dataclass(frozen=True)
class UploadPlan:
    """What an upload would do: the package, what it takes the place of, and its import as things stand now."""

    inspected: Inspected
    highest: str | None  # the highest version in the library before
    import_plan: ImportPlan

    @property
    def manifest(self) -> Manifest:
        """What the package says of itself; of one that can't be read, what its file's name says."""
        return self.inspected.manifest

    @property
    def reason(self) -> str | None:
        """Why its import would fail as things stand now; None where it would pass, or is not needed."""
        return next((item.reason for item in self.import_plan.failing), None)

    @property
    def is_highest(self) -> bool:
        """Whether installations would use it from now on: they take the highest version."""
        return self.highest is None or self.manifest.version >= Version.parse(self.highest)


class Uploads:
    """What can be done with packages that people bring."""

    def __init__(
        self, store: Store, directory: Directory, library: PackageLibrary, installations: Installations
    ) -> None:
        self._store = store
        self._directory = directory
        self._library = library
        self._installations = installations

    def inspect(self, data: bytes, file_name: str) -> Inspected:
        """A file as the platform would meet it; neither kept nor imported.

        Raises a PackageError for an unsafe one, and for a broken one of which nothing says which solution it is.
        """
        return inspect(data, file_name, self._library.next_version)

    def plan(
        self, instance: str, data: bytes, actor: Actor, *, file_name: str = "", language: Language = None
    ) -> UploadPlan:
        """Check a package and plan its import into the instance; neither keeps nor imports it.

        A broken one's plan says that the platform will refuse it. Raises as `inspect` does, NotSystemAdministrator.
        """
        require_system_administrator(actor, self._directory.get(instance).instance)
        inspected = self.inspect(data, file_name)
        name = inspected.manifest.unique_name
        plan = self._installations.plan_install(
            instance, (name,), actor, language=language, brought=(inspected,)
        )
        highest = self._highest(name, sound_only=inspected.error is None)
        return UploadPlan(inspected, highest, plan)

    def add(
        self, instance: str, data: bytes, actor: Actor, *, file_name: str = "", force: bool = False
    ) -> Manifest:
        """Add a package to the library, which every instance shares.

        For a System Administrator of the instance that it is meant for; a broken one only with `force`, for the platform to
        refuse it. Raises PackageError, and Conflict for a version below the library's highest: installations would go on
        with that.
        """
        require_system_administrator(actor, self._directory.get(instance).instance)
        inspected = self.inspect(data, file_name)
        self.require_usable((inspected,), force=force)
        self.keep(instance, inspected, actor)
        return inspected.manifest

    def require_usable(self, brought: Iterable[Inspected], *, force: bool) -> None:
        """Raise for the first that could not be kept, before any is: PackageError, Conflict."""
        for one in brought:
            if one.error is not None and not force:
                raise one.error
            self._require_highest(one)

    def keep(self, instance: str, inspected: Inspected, actor: Actor) -> None:
        """Put a package that is usable into the library, and say so in the history; the same again changes nothing."""
        manifest = inspected.manifest
        details: dict[str, object] = {"solution": manifest.unique_name, "version": str(manifest.version)}
        if inspected.error is None:
            self._library.add(inspected.data)
        else:
            self._library.add_broken(inspected)
            details["error"] = inspected.error.code
        self._tell(actor, "add-package", instance, details)

    def withdraw(self, instance: str, solution: str, version: str, actor: Actor) -> None:
        """Take an uploaded package out of the library; what it installed stays. Raises NotFound, Conflict for our own."""
        require_system_administrator(actor, self._directory.get(instance).instance)
        self._library.remove(solution, version)
        self._tell(actor, "withdraw-package", instance, {"solution": solution, "version": version})

    def _require_highest(self, inspected: Inspected) -> None:
        """A sound package takes the place of every broken one, so only sound ones count against it."""
        manifest = inspected.manifest
        highest = self._highest(manifest.unique_name, sound_only=inspected.error is None)
        if highest is not None and manifest.version < Version.parse(highest):
            raise Conflict(
                f"The library has {manifest.unique_name} {highest}, and installations take the highest version: "
                f"{manifest.version} would never be used. Upload a higher one.",
                field="file",
            )

    def _highest(self, solution: str, *, sound_only: bool) -> str | None:
        try:
            return str(self._library.highest(solution, sound_only=sound_only))
        except NotFound:
            return None

    def _tell(self, actor: Actor, act: str, instance: str, details: dict[str, object]) -> None:
        with self._store.writing() as session:
            at = self._store.clock()
            session.add(Event(at=at, actor=actor.email, act=act, instance=instance, details=details))
