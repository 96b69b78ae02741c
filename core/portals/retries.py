"""Plans of imports: the exact list in dependency order, and what will happen to each as things stand now (R25–R27)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from core.directory.directory import Directory, KnownInstance
from core.provisioning.forecast import Obstacle, PlannedImport, obstacle_to
from core.solutions import graph
from core.solutions.library import PackageLibrary
from core.solutions.manifest import Manifest
from core.solutions.version import Version

Outlook = Literal["passes", "fails", "skipped"]


@dataclass(frozen=True)
class Wanted:
    """An import that is asked for: by which installation's row (None for a new one), and in which languages."""

    instance: str
    solution: str
    language: int
    required_language: int | None
    installation_id: int | None = None
    typical_s: float | None = None


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
    def typical_s(self) -> float | None:
        """How long those that run usually take, where anything is known of them."""
        known = [item.wanted.typical_s for item in self.items if item.wanted.typical_s is not None]
        return sum(known) if known else None

    def by_instance(self) -> Mapping[str, tuple[PlannedItem, ...]]:
        """The items of each instance, in order."""
        found: dict[str, list[PlannedItem]] = defaultdict(list)
        for item in self.items:
            found[item.wanted.instance].append(item)
        return {slug: tuple(items) for slug, items in found.items()}


class ImportPlans:
    """Makes plans."""

    def __init__(self, directory: Directory, library: PackageLibrary) -> None:
        self._directory = directory
        self._library = library

    def plan(self, wanted: Iterable[Wanted], on_behalf_of: Callable[[str], str]) -> ImportPlan:
        """Each instance's imports in an order that never fails on a prerequisite that the plan itself brings."""
        by_instance: dict[str, dict[str, Wanted]] = defaultdict(dict)
        for one in wanted:
            by_instance[one.instance][one.solution] = one
        items: list[PlannedItem] = []
        for slug in sorted(by_instance):
            items += self._of_instance(slug, by_instance[slug], on_behalf_of(slug))
        return ImportPlan(tuple(items))

    def _of_instance(self, slug: str, wanted: Mapping[str, Wanted], email: str) -> list[PlannedItem]:
        known = self._directory.get(slug)
        manifests = {name: self._library.manifest(name) for name in wanted}
        brought: dict[str, Version] = {}
        items = []
        for name in _in_order(list(manifests.values())):
            item = _judge(wanted[name], manifests[name], known, email, brought)
            if item.outlook != "fails":
                brought[name] = manifests[name].version
            items.append(item)
        return items


def _in_order(manifests: Sequence[Manifest]) -> tuple[str, ...]:
    return tuple(graph.plan(manifests).order)


def _judge(
    wanted: Wanted, manifest: Manifest, known: KnownInstance, email: str, brought: Mapping[str, Version]
) -> PlannedItem:
    version = str(manifest.version)
    there = known.instance.solution(wanted.solution) if known.is_reachable else None
    if there is not None and Version.parse(there.version) >= manifest.version:
        return PlannedItem(
            wanted, version, "skipped", reason="It stands in the instance already and counts as done."
        )
    planned = PlannedImport(manifest, wanted.language, wanted.required_language, email)
    obstacle: Obstacle | None = obstacle_to(planned, known, brought)
    if obstacle is None:
        return PlannedItem(wanted, version, "passes")
    return PlannedItem(
        wanted, version, "fails", obstacle.cause, obstacle.message, obstacle.page, obstacle.passes_by_itself
    )
