"""In what order a set of solutions can be installed, what is missing, and what goes in circles."""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.solutions.manifest import Manifest
from core.solutions.version import Version


@dataclass(frozen=True, slots=True)
class MissingRequirement:
    """What a solution needs and the set does not have; `found` is the lower version that it does have."""

    solution: str
    version: Version | None
    required_by: str
    found: Version | None


@dataclass(frozen=True, slots=True)
class Superseded:
    """A version that was left out because the set has a higher one of the same solution."""

    solution: str
    version: Version
    kept: Version


@dataclass(frozen=True, slots=True)
class Plan:
    """An install order. Solutions of a cycle stand together in it, in the order in which they came."""

    order: tuple[str, ...]
    missing: tuple[MissingRequirement, ...]
    cycles: tuple[tuple[str, ...], ...]
    superseded: tuple[Superseded, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As `packages plan` prints it; `superseded` only where there is one."""
        found: dict[str, Any] = {
            "order": list(self.order),
            "missing": [
                {
                    "solution": gap.solution,
                    "version": _text(gap.version),
                    "required_by": gap.required_by,
                    "found": _text(gap.found),
                }
                for gap in self.missing
            ],
            "cycles": [list(cycle) for cycle in self.cycles],
        }
        if self.superseded:
            found["superseded"] = [
                {"solution": old.solution, "version": str(old.version), "kept": str(old.kept)}
                for old in self.superseded
            ]
        return found


def plan(manifests: Iterable[Manifest]) -> Plan:
    """The order in which to install `manifests`: requirements first, otherwise as they came (R27).

    Of several versions of one solution the highest counts, at the place of the first. A requirement of a
    higher version than the set has is missing, and still decides the order.
    """
    chosen, superseded = _highest_versions(manifests)
    needs = {
        name: [need.solution for need in manifest.requires if need.solution in chosen]
        for name, manifest in chosen.items()
    }
    components = strongly_connected(needs)
    return Plan(
        order=tuple(_order(components, needs)),
        missing=tuple(_missing(chosen)),
        cycles=tuple(component for component in components if len(component) > 1),
        superseded=superseded,
    )


def strongly_connected(needs: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """The groups that need each other in a circle; who is in none is a group alone (Kosaraju's algorithm).

    Members keep the order of `needs`, and groups that of their first members. Every name needed is a key.
    """
    finished = _finishing_order(needs)
    needed_by: dict[str, list[str]] = {name: [] for name in needs}
    for name, required in needs.items():
        for other in required:
            needed_by[other].append(name)
    group_of: dict[str, int] = {}
    for group, start in enumerate(reversed(finished)):
        waiting = [start]
        while waiting:
            name = waiting.pop()
            if name not in group_of:
                group_of[name] = group
                waiting += needed_by[name]
    groups: dict[int, list[str]] = {}
    for name in needs:
        groups.setdefault(group_of[name], []).append(name)
    return [tuple(members) for members in groups.values()]


def _finishing_order(needs: Mapping[str, Sequence[str]]) -> list[str]:
    """Names in the order in which a depth-first walk leaves them; without recursion, however deep."""
    finished: list[str] = []
    seen: set[str] = set()
    for start in needs:
        if start in seen:
            continue
        seen.add(start)
        path = [(start, iter(needs[start]))]
        while path:
            name, remaining = path[-1]
            following = next((other for other in remaining if other not in seen), None)
            if following is None:
                finished.append(name)
                path.pop()
            else:
                seen.add(following)
                path.append((following, iter(needs[following])))
    return finished


def _order(components: Sequence[tuple[str, ...]], needs: Mapping[str, Sequence[str]]) -> list[str]:
    """Group by group, always the earliest of those whose needs are met."""
    group_of = {name: group for group, members in enumerate(components) for name in members}
    before = {
        group: {group_of[other] for name in members for other in needs[name]} - {group}
        for group, members in enumerate(components)
    }
    after: dict[int, list[int]] = {group: [] for group in before}
    for group, earlier in before.items():
        for other in earlier:
            after[other].append(group)
    unmet = {group: len(earlier) for group, earlier in before.items()}
    ready = [group for group, count in unmet.items() if count == 0]
    order: list[str] = []
    while ready:
        group = heapq.heappop(ready)
        order += components[group]
        for other in after[group]:
            unmet[other] -= 1
            if unmet[other] == 0:
                heapq.heappush(ready, other)
    return order


def _highest_versions(manifests: Iterable[Manifest]) -> tuple[dict[str, Manifest], tuple[Superseded, ...]]:
    chosen: dict[str, Manifest] = {}
    given: list[Manifest] = []
    for manifest in manifests:
        given.append(manifest)
        known = chosen.get(manifest.unique_name)
        if known is None or manifest.version > known.version:
            chosen[manifest.unique_name] = manifest
    superseded = tuple(
        Superseded(old.unique_name, old.version, chosen[old.unique_name].version)
        for old in given
        if old.version < chosen[old.unique_name].version
    )
    return chosen, superseded


def _missing(chosen: Mapping[str, Manifest]) -> list[MissingRequirement]:
    gaps: list[MissingRequirement] = []
    for name, manifest in chosen.items():
        for need in manifest.requires:
            there = chosen.get(need.solution)
            if there is None:
                gaps.append(MissingRequirement(need.solution, need.version, name, None))
            elif need.version is not None and there.version < need.version:
                gaps.append(MissingRequirement(need.solution, need.version, name, there.version))
    return gaps


def _text(version: Version | None) -> str | None:
    return None if version is None else str(version)
