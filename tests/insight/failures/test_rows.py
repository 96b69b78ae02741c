"""The rows of failures and the daily sums, against what steps and runs tell, under random histories with crashes."""

import importlib
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from core.bootstrap import Services, build_services
from core.errors import PlatformUnreachable
from core.insight.trends import sums
from core.provisioning import ending, failures, progress, trend_days
from core.provisioning.context import StepContext
from core.settings import Settings
from core.storage.failure_tables import Failure, TrendPending
from core.storage.store import Store
from core.storage.tables import Portal, Run, RunStep
from tests.contract.tenant import MovableClock
from tests.insight.failures import derivation

INSTANCES = ("contoso", "fabrikam")
SOLUTIONS = ("CustomerPortal", "StarterPortal", "KnowledgeManagement")
CAUSES = ("administration-mode", "missing-dependency", "unknown")
COMPARED = (
    "kind",
    "key",
    "instance",
    "solution",
    "cause",
    "failed_at",
    "last_at",
    "attempts",
    "healed_at",
    "run_id",
)


class Crash(Exception):
    """The process dies before the transaction is committed."""


class CrashingStore(Store):
    """A store whose next transaction dies at its end, when told so."""

    dies = False

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with super().writing() as session:
            yield session
            if self.dies:
                self.dies = False
                session.flush()
                raise Crash


@dataclass
class History:
    """What happens to a few portals and instances, one act after the other."""

    services: Services
    clock: MovableClock
    number: Iterator[int]
    open: list[str] = field(default_factory=list)
    portals: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = CrashingStore(self.services.settings.store_url, self.clock)
        self.context: StepContext = replace(self.services.step_context, store=self.store, clock=self.clock)

    def portal(self, instance: str, template: str) -> None:
        name = f"portal-{next(self.number)}"
        with self.store.writing() as session:
            row = Portal(
                application_id=1, type="production", name=name, subdomain=name, instance=instance, language=1033,
                administrator="a", audience="customer", template=template, state="configuring", created_by="a",
                created_at=self.clock.now, changed_at=self.clock.now, key=name,
            )  # fmt: skip
            session.add(row)
            session.flush()
            self.portals.append(row.id or 0)
        self.run(self.portals[-1], "provision")

    def again(self, which: int, kind: str) -> None:
        if self.portals:
            portal_id = self.portals[which % len(self.portals)]
            with self.store.reading() as session:
                states = session.exec(select(Run.state).where(col(Run.portal_id) == portal_id)).all()
            if not set(states) & set(progress.OPEN_STATES):
                self.run(portal_id, kind)

    def run(
        self, portal_id: int | None, kind: str, instance: str = "", solutions: tuple[str, ...] = SOLUTIONS
    ) -> None:
        with self.store.writing() as session:
            portal = None if portal_id is None else session.get_one(Portal, portal_id)
            count = select(sa.func.count()).select_from(Run).where(col(Run.portal_id) == portal_id)
            run = Run(
                id=f"run-{next(self.number)}", portal_id=portal_id, kind=kind, state="queued", requested_by="a",
                number=session.exec(count).one() + 1, created_at=self.clock.now,
                template="" if portal is None else portal.template,
                instance=instance if portal is None else portal.instance,
                values={"language": 1033} if portal else
                {"imports": {s: {"language": 1033, "required_language": None} for s in solutions}},
            )  # fmt: skip
            session.add(run)
            session.flush()
            kinds = ["publish"] * (portal is not None)
            for position, name in enumerate([*solutions, *kinds]):
                solution = name if name in SOLUTIONS else None
                label = f"install-{name}" if solution else name
                step = RunStep(
                    run_id=run.id,
                    position=position,
                    name=label,
                    kind="install" if solution else name,
                    solution=solution,
                )
                session.add(step)
        ending.begin(self.context, run.id)
        self.open.append(run.id)

    def step(self, which: int, verdict: str, cause: str, crash: str) -> None:
        """The next step of an open run gets its verdict; after the last, or a break, the run ends."""
        if not self.open:
            return
        run_id = self.open[which % len(self.open)]
        position = self._next(run_id)
        if position is None:
            self._finish(run_id, crash)
            return
        job = ending.start(self.context, progress.read(self.store, run_id, position))
        if verdict == "refused" and job.solution is None:
            verdict = "broken"
        error = self._error(job, verdict, cause)
        if job.solution is not None:
            ending.record_installing(self.context, job)
        self._do(crash, lambda: self._record(job, verdict, error))
        if verdict in ("broken", "cancelled"):
            self._finish(run_id, crash)

    def fall_down(self, which: int) -> None:
        """The workflow itself fails."""
        if self.open:
            run_id = self.open.pop(which % len(self.open))
            ending.fail(self.context, run_id, PlatformUnreachable("Nobody answers."))

    def fold(self) -> None:
        trend_days.fold(self.store)

    def _record(self, job: progress.Job, verdict: str, error: dict[str, Any]) -> None:
        if verdict == "done":
            ending.record_done(self.context, job)
        elif verdict == "refused":
            ending.record_refused(self.context, job, error)
        else:
            ending.record_ended(self.context, job, "failed", error)

    def _finish(self, run_id: str, crash: str) -> None:
        self._do(crash, lambda: ending.finish(self.context, run_id))
        self.open.remove(run_id)

    def _do(self, crash: str, act: Any) -> None:
        if crash == "before":
            self.store.dies = True
            with pytest.raises(Crash):
                act()
        act()
        if crash == "after":
            act()

    def _next(self, run_id: str) -> int | None:
        query = select(RunStep.position).where(col(RunStep.run_id) == run_id, col(RunStep.state) == "waiting")
        with self.store.reading() as session:
            return session.exec(query.order_by(col(RunStep.position))).first()

    def _error(self, job: progress.Job, verdict: str, cause: str) -> dict[str, Any]:
        if verdict == "cancelled":
            return failures.of_cancel("a", at=self.clock.now, step=job.name, attempt=1)
        return {"kind": verdict, "step": job.name, "cause": cause, "message": "No.", "missing": []}


NUMBER = st.integers(0, 5)
CRASHES = st.sampled_from(["", "", "before", "after"])
ACTS = st.one_of(
    st.tuples(st.just("portal"), st.sampled_from(INSTANCES), st.sampled_from(["custom", "community"])),
    st.tuples(st.just("again"), NUMBER, st.sampled_from(["restart", "change", "heal"])),
    st.tuples(
        st.just("run"), st.none(), st.sampled_from(["retry", "install"]), st.sampled_from(INSTANCES),
        st.sampled_from([SOLUTIONS[:1], SOLUTIONS[1:], SOLUTIONS]),
    ),
    *[
        st.tuples(
            st.just("step"), NUMBER, st.sampled_from(["done", "done", "refused", "refused", "broken", "cancelled"]),
            st.sampled_from(CAUSES), CRASHES,
        )
    ] * 4,
    st.tuples(st.just("fall_down"), NUMBER),
    st.tuples(st.just("fold")),
)  # fmt: skip


@pytest.fixture
def history_services(settings_on_both: Settings) -> Iterator[tuple[Services, MovableClock]]:
    clock = MovableClock()
    services = build_services(settings_on_both, clock=clock)
    yield services, clock
    services.close()


@pytest.mark.slow
def test_rows_and_sums_are_what_the_history_tells_when_anything_happens(
    history_services: tuple[Services, MovableClock],
) -> None:
    services, clock = history_services
    numbers = itertools.count()
    sums.rebuild(services.store)

    @hypothesis_settings(max_examples=15, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(ACTS, st.integers(1, 200_000)), min_size=10, max_size=60))
    def happens(acts: list[tuple[tuple[Any, ...], int]]) -> None:
        history = History(services, clock, numbers)
        for (name, *values), passed_s in acts:
            clock.now += timedelta(seconds=passed_s)
            getattr(history, name)(*values)
        while history.open:
            clock.now += timedelta(seconds=1)
            history.step(0, "done", "", "")
        history.store.close()
        _agree(services.store)

    happens()
    before = sums.check(services.store)
    assert before == ()
    assert sums.rebuild(services.store) > 0
    assert sums.check(services.store) == ()
    with services.store.reading() as session:
        assert session.exec(select(TrendPending)).first() is None
    assert _migration_agrees(services.store) > 20


def test_a_failure_from_before_any_portal_asked_names_no_template_after_the_migration(
    history_services: tuple[Services, MovableClock],
) -> None:
    services, clock = history_services
    history = History(services, clock, itertools.count())
    history.run(None, "install", "fabrikam", SOLUTIONS[:1])
    history.step(0, "refused", "administration-mode", "")
    clock.now += timedelta(seconds=1)
    history.portal("fabrikam", "custom")
    while history.open:
        clock.now += timedelta(seconds=1)
        history.step(0, "done", "", "")
    history.store.close()
    _agree(services.store)
    with services.store.reading() as session:
        assert session.exec(select(Failure.template)).all() == [None]
    assert _migration_agrees(services.store) == 1


def _migration_agrees(store: Store) -> int:
    """A store of the version before, with the same steps and runs, gets the same rows; how many."""
    migration = importlib.import_module("core.storage.migrations.versions.v0003_failures")
    told = (*COMPARED, "template", "language", "version", "healed_by")
    with store.engine.begin() as connection:
        with Operations.context(MigrationContext.configure(connection)):
            made = [*migration._refused(), *migration._broken()]
        kept = connection.execute(sa.text(f"SELECT {', '.join(told)} FROM failure")).all()
        connection.execute(sa.delete(Failure))
        connection.execute(migration._FAILURE.insert(), made)
        anew = connection.execute(sa.text(f"SELECT {', '.join(told)} FROM failure")).all()
    assert sorted(map(repr, anew)) == sorted(map(repr, kept))
    return len(kept)


def _agree(store: Store) -> None:
    ever = derivation.failures()
    with store.reading() as session:
        derived = session.connection().execute(sa.select(*(ever.c[name] for name in COMPARED))).all()
        rows = session.exec(select(Failure)).all()
    kept = [tuple(getattr(row, name) for name in COMPARED) for row in rows]
    assert sorted(map(repr, kept)) == sorted(repr(tuple(row)) for row in derived)
    assert all((row.healed_by is None) == (row.healed_at is None) for row in rows)
    assert sums.check(store) == ()
