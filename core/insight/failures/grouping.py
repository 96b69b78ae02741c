"""One group a thing to mend: its root failures, and under them what failed only because of these (R27)."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.diagnosis import UNKNOWN
from core.diagnosis.fingerprint import template_of
from core.insight.failures.models import Failure

# The fault is one package's own, so each package is a thing to mend by itself; elsewhere it is the instance's.
_OF_THE_PACKAGE = frozenset(
    {
        "component-conflict",
        "component-error",
        "dependency-too-old",
        "holding-solution",
        "invalid-package",
        "managed-mismatch",
        "missing-dependency",
        "package-too-new",
        "package-too-old",
        "publisher-mismatch",
        "same-or-lower-version",
    }
)
MISSING = "missing-dependency"
ALIKE = 0.6  # of the words of both messages
NOW_THERE = "now-there"  # what was missing stands there meanwhile


@dataclass(frozen=True)
class FailureGroup:
    """The failures that one act mends. `subject`: the package at fault, or the kind of message of what is not known."""

    cause: str
    subject: str
    roots: tuple[Failure, ...]
    knock_ons: tuple[Failure, ...]

    @property
    def id(self) -> str:
        """A short name that stays the same while the group is there."""
        return hashlib.sha256(f"{self.cause}|{self.subject}".encode()).hexdigest()[:10]

    @property
    def failures(self) -> tuple[Failure, ...]:
        """All of them, the roots first."""
        return self.roots + self.knock_ons

    @property
    def instances(self) -> tuple[str, ...]:
        """Where, those with the most failures first."""
        return tuple(slug for slug, _ in Counter(f.instance for f in self.failures).most_common())

    @property
    def portals(self) -> frozenset[int]:
        """The numbers of those that wait for it."""
        return frozenset().union(*(f.portals for f in self.failures))

    @property
    def since(self) -> datetime:
        """When the first of them failed."""
        return min(f.failed_at for f in self.failures)

    @property
    def last_at(self) -> datetime:
        """When one of them failed last."""
        return max(f.last_at for f in self.failures)

    @property
    def attempts(self) -> int:
        """How often the root that was tried most was tried."""
        return max(f.attempts for f in self.roots)

    @property
    def is_closed(self) -> bool:
        """Whether every one was fixed since, or given up."""
        return all(f.closed_at is not None for f in self.failures)

    @property
    def is_given_up(self) -> bool:
        """Whether every one was given up."""
        return all(f.is_given_up for f in self.failures)

    @property
    def is_under_way(self) -> bool:
        """Whether every one that is not fixed is being tried again."""
        return not self.is_closed and all(f.is_under_way or f.closed_at is not None for f in self.failures)

    @property
    def missing(self) -> tuple[str, ...]:
        """What must be there first, in the order in which the platform named it."""
        return tuple(dict.fromkeys(name for f in self.roots for name in f.missing))

    @property
    def installations(self) -> tuple[int, ...]:
        """What a retry of the group names."""
        ids = (id_ for f in self.failures if f.closed_at is None for id_ in f.installations)
        return tuple(dict.fromkeys(ids))

    @property
    def portals_to_restart(self) -> tuple[int, ...]:
        """The portals whose process broke: restarted (R22), not retried."""
        broken = (f for f in self.failures if f.kind == "run" and not f.installations and f.closed_at is None)
        return tuple(dict.fromkeys(id_ for f in broken for id_ in f.portals))


def grouped(
    failures: Iterable[Failure], standing: Mapping[str, frozenset[str]] | None = None
) -> tuple[FailureGroup, ...]:
    """The failures by what mends them, those with the most first.

    `standing`: by instance, the solutions that stand there now.
    """
    found = list(failures)
    roots_of = _roots(found)
    root_groups: dict[tuple[str, str], list[Failure]] = defaultdict(list)
    likeness: list[tuple[frozenset[str], str]] = []
    for one in sorted(found, key=lambda each: (each.failed_at, each.key)):
        if roots_of[one.key] is one:
            root_groups[_place(one, standing or {}, likeness)].append(one)
    place_of = {root.key: place for place, roots in root_groups.items() for root in roots}
    under: dict[tuple[str, str], list[Failure]] = defaultdict(list)
    for one in found:
        root = roots_of[one.key]
        if root is not one:
            under[place_of[root.key]].append(one)
    groups = [
        FailureGroup(*place, roots=tuple(roots), knock_ons=tuple(under[place]))
        for place, roots in root_groups.items()
    ]
    return tuple(sorted(groups, key=lambda g: (g.is_closed, -len(g.failures), g.cause, g.subject)))


def _place(
    failure: Failure,
    standing: Mapping[str, frozenset[str]],
    likeness: list[tuple[frozenset[str], str]],
) -> tuple[str, str]:
    there = standing.get(failure.instance, frozenset())
    if failure.cause == MISSING and failure.missing and set(failure.missing) <= there:
        return failure.cause, NOW_THERE
    if failure.cause == UNKNOWN:
        return failure.cause, _like(failure, likeness)
    return failure.cause, failure.solution or "" if failure.cause in _OF_THE_PACKAGE else ""


def _like(failure: Failure, likeness: list[tuple[frozenset[str], str]]) -> str:
    """The fingerprint of the first message that this one is like, names and numbers aside; its own where it is like none."""
    words = frozenset(template_of(failure.platform_words).split())
    for others, fingerprint in likeness:
        if words == others or len(words & others) >= ALIKE * len(words | others):
            return fingerprint
    own = failure.fingerprint or " ".join(sorted(words))[:100]
    likeness.append((words, own))
    return own


def _roots(failures: Sequence[Failure]) -> dict[str, Failure]:
    """Each failure's root: what it hangs on in the end; itself where that is nothing."""
    by_number = {number: one for one in failures for number in one.installations}
    by_solution = {(one.instance, one.solution): one for one in failures if one.closed_at is None}
    above: dict[str, Failure] = {}
    for one in failures:
        named = (by_solution.get((one.instance, name)) for name in one.missing)
        candidates = (by_number.get(one.knock_on_of or 0), *named)
        parent = next((c for c in candidates if c is not None and c is not one), None)
        if parent is not None and one.closed_at is None:
            above[one.key] = parent
    return {one.key: _follow(one, above) for one in failures}


def _follow(failure: Failure, above: Mapping[str, Failure]) -> Failure:
    seen = {failure.key}
    at = failure
    while at.key in above and above[at.key].key not in seen:
        at = above[at.key]
        seen.add(at.key)
    return at if at.key not in above else failure
