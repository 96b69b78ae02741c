"""Plans of imports: the exact list in dependency order, and what will happen to each as things stand now (R25–R27)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.directory.directory import Directory, KnownInstance
from core.errors import NotFound, PackageError
from core.provisioning.forecast import Obstacle, PlannedImport, obstacle_to
from core.solutions import graph
from core.solutions.inspection import Inspected
from core.solutions.library import PackageLibrary
from core.solutions.manifest import Manifest
from core.solutions.package import Package
from core.solutions.templates import site_fault
from core.solutions.version import Version

Outlook = Literal["passes", "fails", "skipped"]
# What the platform says of a package itself: only another package can pass.
_PACKAGES_FAULT = frozenset({"0x80048060", "0x8004802C", "0x8004801E"})
# The causes that lie in a package, and in what stands of it in the instance already.
PACKAGE_CAUSES = frozenset(
    {"invalid-package", "component-error", "package-too-new", "managed-mismatch", "holding-solution"}
)


@dataclass(frozen=True)
class Failed:
    """How an import failed the last time."""

    at: datetime
    version: str
    code_hex: str
    message: str


@dataclass(frozen=True)
class Wanted:
    """An import that is asked for: by which installation's row (None for a new one), and in which languages.

    `brought`: the package, where it is not in the library yet. `is_under_way`: a run that has not ended imports it.
    """

    instance: str
    solution: str
    language: int
    required_language: int | None
    installation_id: int | None = None
    typical_s: float | None = None
    is_under_way: bool = False
    failed: Failed | None = None
    brought: Inspected | None = None


@dataclass(frozen=True)
class PlannedItem:
    """One import of a plan, in its place; `reason` and `page` say why it would fail or is skipped, and where to mend it."""

    wanted: Wanted
    version: str
    outlook: Outlook
    cause: str | None = None
    reason: str | None = None
    page: str | None = None
    passes_by_itself: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Its instance and solution: a plan has one item of each."""
        return self.wanted.instance, self.wanted.solution


@dataclass(frozen=True)
class ImportPlan:
    """What would be imported, in this order; the list that was shown is the list that runs."""

    items: tuple[PlannedItem, ...]

    @property
    def passing(self) -> tuple[PlannedItem, ...]:
        """Those that would pass as things stand now."""
        return tuple(item for item in self.items if item.outlook == "passes")

    @property
    def failing(self) -> tuple[PlannedItem, ...]:
        """Those that would fail again."""
        return tuple(item for item in self.items if item.outlook == "fails")

    @property
    def skipped(self) -> tuple[PlannedItem, ...]:
        """Those that need no import: they stand there, or are under way."""
        return tuple(item for item in self.items if item.outlook == "skipped")

    @property
    def typical_s(self) -> float | None:
        """How long those that would pass usually take, instances side by side; None where nothing is known of them."""
        by_instance: dict[str, float] = defaultdict(float)
        for item in self.passing:
            if item.wanted.typical_s is not None:
                by_instance[item.wanted.instance] += item.wanted.typical_s
        return max(by_instance.values(), default=None)

    def by_instance(self) -> Mapping[str, tuple[PlannedItem, ...]]:
        """The items of each instance, in order."""
        found: dict[str, list[PlannedItem]] = defaultdict(list)
        for item in self.items:
            found[item.wanted.instance].append(item)
        return {slug: tuple(items) for slug, items in found.items()}


class ImportPlans:
    """Makes plans."""

    def __init__(
        self,
        directory: Directory,
        library: PackageLibrary,
        language_name: Callable[[int], str] = str,
        language_code: Callable[[int], str] = str,
    ) -> None:
        self._directory = directory
        self._library = library
        self._language_name = language_name
        self._language_code = language_code  # as a package's site content has it: fr-FR

    def plan(self, wanted: Iterable[Wanted], on_behalf_of: str) -> ImportPlan:
        """Each instance's imports in an order that never fails on a prerequisite that the plan itself brings."""
        by_instance: dict[str, dict[str, Wanted]] = defaultdict(dict)
        for one in wanted:
            by_instance[one.instance][one.solution] = one
        items: list[PlannedItem] = []
        for slug in sorted(by_instance):
            items += self._of_instance(self._directory.get(slug), by_instance[slug], on_behalf_of)
        return ImportPlan(tuple(items))

    def package_at_fault(
        self, known: KnownInstance, solutions: Iterable[str], language: int, on_behalf_of: str
    ) -> PlannedItem | None:
        """The first of these solutions whose package, or whose kind or left-over there, the instance would refuse."""
        wanted = {name: Wanted(known.slug, name, language, language) for name in solutions}
        items = self._of_instance(known, wanted, on_behalf_of)
        return next((item for item in items if item.cause in PACKAGE_CAUSES), None)

    def _of_instance(
        self, known: KnownInstance, wanted: Mapping[str, Wanted], email: str
    ) -> list[PlannedItem]:
        manifests = {name: self._manifest(one) for name, one in wanted.items()}
        there = {name: found for name, found in manifests.items() if found is not None}
        brought: dict[str, Version] = {}
        items = []
        for name in graph.plan(there.values()).order:
            item = self._judge(wanted[name], there[name], known, email, brought)
            if item.outlook != "fails":
                brought[name] = there[name].version
            items.append(item)
        return items + [_without_package(one) for name, one in wanted.items() if name not in there]

    def _manifest(self, wanted: Wanted) -> Manifest | None:
        if wanted.brought is not None:
            return wanted.brought.manifest
        try:
            return self._library.manifest(wanted.solution)
        except NotFound:
            return None

    def _judge(
        self,
        wanted: Wanted,
        manifest: Manifest,
        known: KnownInstance,
        email: str,
        brought: Mapping[str, Version],
    ) -> PlannedItem:
        version = str(manifest.version)
        if wanted.is_under_way:
            return PlannedItem(wanted, version, "skipped", reason="A run that is under way installs it.")
        there = known.instance.solution(wanted.solution) if known.is_reachable else None
        if there is not None and Version.parse(there.version) >= manifest.version:
            return PlannedItem(
                wanted, version, "skipped", reason="It stands in the instance already and counts as done."
            )
        planned = PlannedImport(manifest, wanted.language, wanted.required_language, email)
        obstacle = (
            self._own_fault(wanted, manifest)
            or obstacle_to(planned, known, brought, self._language_name)
            or self._same_package(wanted, manifest)
            or self._site(wanted)
        )
        if obstacle is None:
            return PlannedItem(wanted, version, "passes")
        return PlannedItem(
            wanted,
            version,
            "fails",
            obstacle.cause,
            obstacle.message,
            obstacle.page,
            obstacle.passes_by_itself,
        )

    def _own_fault(self, wanted: Wanted, manifest: Manifest) -> Obstacle | None:
        """What only another package can mend: told before anything else, as to whoever has just brought it."""
        error = self._error(wanted)
        if error is not None:
            return self._same_package(wanted, manifest) or _refused("invalid-package", error.message)
        return None if wanted.brought is None else self._site(wanted)

    def _error(self, wanted: Wanted) -> PackageError | None:
        """Why the package can't be opened; None where it can."""
        if wanted.brought is not None:
            return wanted.brought.error
        try:
            return self._library.error(wanted.solution)
        except NotFound:
            return None

    def _site(self, wanted: Wanted) -> Obstacle | None:
        """An uploaded package whose site content can't be shown; Portico's own can."""
        package = self._uploaded(wanted)
        fault = None if package is None else site_fault(package, self._language_code(wanted.language))
        if fault is None:
            return None
        return _refused("component-error", f"{fault.sentence} Upload a mended package.")

    def _uploaded(self, wanted: Wanted) -> Package | None:
        if wanted.brought is not None:
            return wanted.brought.package
        try:
            is_ours = self._library.uploaded_at(wanted.solution) is None
            return None if is_ours else self._library.get(wanted.solution)
        except (NotFound, PackageError):  # it went, or was broken, in between: the platform will say
            return None

    def _same_package(self, wanted: Wanted, manifest: Manifest) -> Obstacle | None:
        """The package that the platform called broken, as long as nobody has brought another."""
        failed = wanted.failed
        if failed is None or failed.code_hex not in _PACKAGES_FAULT or wanted.brought is not None:
            return None
        try:
            uploaded_at = self._library.uploaded_at(wanted.solution)
        except (NotFound, PackageError):
            return None
        if str(manifest.version) != failed.version or (uploaded_at is not None and uploaded_at > failed.at):
            return None
        return Obstacle(
            "component-error" if failed.code_hex == "0x8004801E" else "invalid-package",
            f"Nothing has changed since it failed: {wanted.solution} {manifest.version} itself is at fault. "
            "Upload a mended package.",
            "solutions",
        )


def _refused(cause: str, why: str) -> Obstacle:
    return Obstacle(cause, f"This will be refused by the platform: {why}", "solutions")


def _without_package(wanted: Wanted) -> PlannedItem:
    return PlannedItem(
        wanted,
        "",
        "fails",
        "invalid-package",
        f"The library has no package of {wanted.solution}: upload it.",
        "solutions",
    )
