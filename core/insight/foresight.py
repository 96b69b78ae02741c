"""What would become of failures: which a retry heals now, what stands in the way, and how often the preflight was right."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from core.insight.failures.grouping import FailureGroup
from core.insight.failures.models import Failure
from core.portals.retries import PACKAGE_CAUSES
from core.provisioning.kept_steps import steps_of
from core.storage.store import Store
from core.storage.tables import Run

# The pages on which a cause is mended, the likeliest first.
_INSTANCES, _SOLUTIONS = ("instances",), ("solutions",)
MENDED_ON: Mapping[str, tuple[str, ...]] = {
    "access-mode": _INSTANCES,
    "administration-mode": _INSTANCES,
    "component-error": _SOLUTIONS,
    "dependency-too-old": _SOLUTIONS,
    "dependents-exist": _SOLUTIONS,
    "holding-solution": _SOLUTIONS,
    "invalid-package": _SOLUTIONS,
    "language-not-installed": _INSTANCES,
    "managed-mismatch": _SOLUTIONS,
    "missing-dependency": ("instances", "solutions"),
    "missing-privilege": _INSTANCES,
    "package-too-new": _SOLUTIONS,
    "same-or-lower-version": _SOLUTIONS,
    "unreachable": _INSTANCES,
}
# Which causes a check of the preflight foretells.
FORETELLS: Mapping[str, frozenset[str]] = {
    "system-administrator": frozenset({"missing-privilege"}),
    "language": frozenset({"language-not-installed"}),
    "prerequisites": frozenset({"missing-dependency", "dependency-too-old"}),
    "subdomain-free": frozenset({"subdomain-taken"}),
    "packages": PACKAGE_CAUSES,
    "reachable": frozenset({"unreachable", "timeout"}),
    "administration-mode": frozenset({"administration-mode"}),
    "import-running": frozenset({"import-lock"}),
    "access-mode": frozenset({"access-mode"}),
}
RETRY = "retry"  # the forecast of a retry or an installation, solution by solution
PASSES = "passes"
LEARNT_FROM = 500
_COMPARED = (
    col(Run.kind).in_(("provision", "retry", "install")),
    col(Run.state).in_(("succeeded", "failed")),
    col(Run.ended_at).is_not(None),
)
_LATEST_FIRST = (col(Run.ended_at).desc(),)  # by its index, however many there are


@dataclass(frozen=True)
class Score:
    """How often one check was right, of the runs that ended since it was kept.

    `missed`: it said fine, and just that happened. `false_alarms`: it said blocked, and that did not happen.
    """

    check: str
    right: int
    missed: int
    false_alarms: int

    @property
    def asked(self) -> int:
        """How often it was compared with what happened."""
        return self.right + self.missed + self.false_alarms


def clears(group: FailureGroup, standing: Mapping[str, frozenset[str]]) -> int:
    """How many knock-ons pass once the group's roots are mended and installed, and nothing else is."""
    there = {slug: set(names) for slug, names in standing.items()}
    for one in group.roots:
        there.setdefault(one.instance, set()).update(filter(None, (one.solution, *one.missing)))
    left: list[Failure] = list(group.knock_ons)
    cleared = 0
    while True:
        now = [one for one in left if set(one.missing) <= there.setdefault(one.instance, set())]
        if not now:
            return cleared
        for one in now:
            there[one.instance].add(str(one.solution))
        left = [one for one in left if one not in now]
        cleared += len(now)


class Scores:
    """Compares what was foretold with what happened."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: tuple[tuple[Any, ...], Mapping[str, Score]] | None = None

    def by_check(self) -> Mapping[str, Score]:
        """The same by check, counted anew only when another run has ended: for who asks at every keystroke."""
        with self._store.reading() as session:
            latest = select(Run.ended_at, Run.id).where(*_COMPARED).order_by(*_LATEST_FIRST)
            ended = tuple(session.exec(latest.limit(1)).first() or ())
        kept = self._kept
        if kept is None or kept[0] != ended:
            self._kept = kept = (ended, {one.check: one for one in self.read()})
        return kept[1]

    def read(self) -> tuple[Score, ...]:
        """A score a check that was compared at least once, by the latest runs that ended without being cancelled."""
        with self._store.reading() as session:
            return scores(session)


def scores(session: Session) -> tuple[Score, ...]:
    """The scores, checks in the preflight's order."""
    query = select(Run).where(*_COMPARED)
    runs = session.exec(query.order_by(*_LATEST_FIRST).limit(LEARNT_FROM)).all()
    told = [run for run in runs if run.values.get("foretold")]
    happened = _happened(session, [run.id for run in told])
    found: Counter[tuple[str, str]] = Counter()
    for run in told:
        compare = _of_submit if run.kind == "provision" else _of_imports
        found.update(compare(run.values["foretold"], happened.get(run.id, [])))
    checks = [check for check in (*FORETELLS, RETRY) if any(key == check for key, _ in found)]
    return tuple(
        Score(check, found[check, "right"], found[check, "missed"], found[check, "false-alarm"])
        for check in checks
    )


def _happened(session: Session, run_ids: list[str]) -> dict[str, list[tuple[str, str | None, str]]]:
    """By run, the state, the solution and the cause of each step that has ended."""
    return {
        run_id: [
            (step.state, step.solution, str((step.error or {}).get("cause", "")) if step.error else "")
            for step in steps
            if step.state in {"done", "failed"}
        ]
        for run_id, steps in steps_of(session, run_ids).items()
    }


def _of_submit(
    foretold: Mapping[str, Any], steps: Iterable[tuple[str, str | None, str]]
) -> Iterable[tuple[str, str]]:
    causes = {cause for _, _, cause in steps}
    for check, state in foretold.items():
        if check in FORETELLS:
            yield check, _judged(is_foretold=state == "blocked", is_so=bool(causes & FORETELLS[check]))


def _of_imports(
    foretold: Mapping[str, Any], steps: Iterable[tuple[str, str | None, str]]
) -> Iterable[tuple[str, str]]:
    for state, solution, cause in steps:
        if solution is not None and solution in foretold and (state == "done" or cause):
            yield RETRY, _judged(is_foretold=foretold[solution] != PASSES, is_so=state == "failed")


def _judged(*, is_foretold: bool, is_so: bool) -> str:
    if is_foretold == is_so:
        return "right"
    return "missed" if is_so else "false-alarm"
