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
from core.solutions.library import PackageLibrary
from core.solutions.manifest import Manifest
from core.solutions.version import Version

Outlook = Literal["passes", "fails", "skipped"]
# What the platform says of a package itself: only another package can pass.
_PACKAGES_FAULT = frozenset({"0x80048060", "0x8004802C", "0x8004801E"})


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

    `manifest` stands for a package that is not in the library yet. `is_under_way`: a run that has not ended imports it.
    """

    instance: str
    solution: str
    language: int
    required_language: int | None
    installation_id: int | None = None
    typical_s: float | None = None
    is_under_way: bool = False
    failed: Failed | None = None
    manifest: Manifest | None = None


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
        self, directory: Directory, library: PackageLibrary, language_name: Callable[[int], str] = str
    ) -> None:
        self._directory = directory
        self._library = library
        self._language_name = language_name

    def plan(self, wanted: Iterable[Wanted], on_behalf_of: str) -> ImportPlan:
        """Each instance's imports in an order that never fails on a prerequisite that the plan itself brings."""
        by_instance: dict[str, dict[str, Wanted]] = defaultdict(dict)
        for one in wanted:
            by_instance[one.instance][one.solution] = one
        items: list[PlannedItem] = []
        for slug in sorted(by_instance):
            items += self._of_instance(slug, by_instance[slug], on_behalf_of)
        return ImportPlan(tuple(items))

    def _of_instance(self, slug: str, wanted: Mapping[str, Wanted], email: str) -> list[PlannedItem]:
        known = self._directory.get(slug)
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
        if wanted.manifest is not None:
            return wanted.manifest
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
        obstacle = obstacle_to(planned, known, brought, self._language_name)
        obstacle = obstacle or self._same_package(wanted, manifest)
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

    def _same_package(self, wanted: Wanted, manifest: Manifest) -> Obstacle | None:
        """The package that the platform called broken, as long as nobody has brought another."""
        failed = wanted.failed
        if failed is None or failed.code_hex not in _PACKAGES_FAULT or wanted.manifest is not None:
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


def _without_package(wanted: Wanted) -> PlannedItem:
    return PlannedItem(
        wanted,
        "",
        "fails",
        "invalid-package",
        f"The library has no package of {wanted.solution}: upload it.",
        "solutions",
    )
