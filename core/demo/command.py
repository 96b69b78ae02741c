"""Fills an empty store with a demo: `python -m core demo`."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from core.catalogue import Catalogue
from core.clock import Clock
from core.demo.batch import Batch
from core.demo.bulk import Ahead, bulk
from core.demo.causes import Diagnose, Words, load_troubles
from core.demo.durations import Durations
from core.demo.imports import Imports
from core.demo.lives import Lives
from core.demo.names import load_tongues
from core.demo.plan import Plan, make_plan
from core.demo.runs import Runs
from core.demo.tallies import Tallies
from core.demo.tenants import Tenant
from core.errors import Conflict, InvalidValue
from core.insight.marks import DEMO, DemoMark, read_demo
from core.insight.trends.sums import MARK as TREND_DAYS
from core.platforms.port import SYSTEM_ADMINISTRATOR, Furnishing, InstanceAdministration, User
from core.provisioning.kept_steps import keep_plans
from core.solutions.library import PackageLibrary
from core.solutions.package import Package
from core.storage.inventory_tables import StoreMark
from core.storage.store import Store
from core.storage.tables import Application, Installation, Portal

MOST_PORTALS, MOST_DAYS = 5_000_000, 3650
RUNS_A_PORTAL = 3
AT_ONCE = 5_000  # portals in a transaction
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Wanted:
    """What a demo is made of."""

    portals: int
    days: int
    seed: int


@dataclass(frozen=True)
class Written:
    """What was written; `rows` by table. `is_new` False: it was there already."""

    portals: int
    days: int
    seed: int
    made_at: str
    instances: int
    rows: Mapping[str, int]
    seconds: float
    is_new: bool


@dataclass(frozen=True)
class Demo:
    """Makes up estates. It writes into a store that has no portals, and says so in the store before it begins."""

    store: Store
    catalogue: Catalogue
    administration: InstanceAdministration | None
    library: PackageLibrary
    diagnose: Diagnose
    name_purge_s: float
    clock: Clock

    def make(self, wanted: Wanted, progress: Progress = lambda _text: None) -> Written:
        """Fill the store; the same for the same seed and the same now. One that is there already, just so, stays.

        Raises InvalidValue, Conflict where the store holds something else.
        """
        _check(wanted)
        before = read_demo(self.store)
        if before is not None:
            return _as_it_is(before, wanted)
        self._require_empty()
        began, now = time.monotonic(), self.clock().astimezone(UTC).replace(microsecond=0)
        mark = DemoMark(wanted.portals, wanted.days, wanted.seed, now, is_complete=False)
        self._mark(mark, {})
        rows, instances = self._write(wanted, now, progress)
        kept = {"rows": dict(rows), "instances": instances}
        self._finish(replace(mark, is_complete=True), kept)
        return Written(
            wanted.portals,
            wanted.days,
            wanted.seed,
            made_at=now.isoformat(),
            instances=instances,
            rows=dict(rows),
            seconds=round(time.monotonic() - began, 1),
            is_new=True,
        )

    def _write(self, wanted: Wanted, now: datetime, progress: Progress) -> tuple[Counter[str], int]:
        rng = Random(f"{wanted.seed}")  # noqa: S311 - reproducible numbers, no secrets
        names = [*self.catalogue.solutions(), *(one.unique_name for one in self.catalogue.other_solutions)]
        versions = {name: str(self.library.manifest(name).version) for name in names}
        troubles, now_ms = load_troubles(), int(now.timestamp() * 1000)
        plan = make_plan(
            self.catalogue, load_tongues(), troubles, versions, wanted.portals, wanted.days, now_ms, rng
        )
        progress(f"Making {len(plan.tenants)} instances …")
        self._found(plan)
        tallies = Tallies()
        runs = Runs(plan, Durations(plan.steps, rng), Words(self.diagnose), troubles, tallies)
        with self.store.reading() as session:
            first_portal = _next_id(session, Portal)
            first_application = _next_id(session, Application)
            imports = Imports(plan, runs, tallies, _next_id(session, Installation))
        purge, terms = timedelta(seconds=self.name_purge_s), self.catalogue.terms.version
        lives = Lives(plan, runs, imports, terms, first_portal, first_application, purge)
        with self.store.writing() as session:
            keep_plans(
                session,
                [[step.name for step in steps] for steps in plan.steps.values()] + imports.plans(),
                now,
            )
        rows = self._fill(wanted, lives, imports, tallies, progress)
        return rows, len(plan.tenants)

    def _fill(
        self, wanted: Wanted, lives: Lives, imports: Imports, tallies: Tallies, progress: Progress
    ) -> Counter[str]:
        rows: Counter[str] = Counter()
        with bulk(self.store) as writer:
            with Ahead(writer.write) as ahead:
                for batch in _batches(wanted, lives, imports):
                    ahead.write(batch)
                    rows.update(batch.counted())
                    progress(f"{rows['portal']:,} of {wanted.portals:,} portals, {rows['run']:,} runs")
                progress("Adding up the days …")
                for batch in tallies.daily():
                    ahead.write(batch)
                    rows.update(batch.counted())
            progress("Making the indexes …")
            writer.dress()
        return rows

    def _found(self, plan: Plan) -> None:
        """The instances, on the platform itself, with their people and what stands there."""
        if self.administration is None:
            raise Conflict("This platform lets nobody add instances from here. A demo needs the local one.")
        others = tuple(one.unique_name for one in self.catalogue.other_solutions)
        packages = {name: _read(self.library.get(name)) for name in (*others, *self.catalogue.solutions())}
        for number, tenant in enumerate(plan.tenants):
            lacking = {
                solution
                for episode in plan.episodes[number]
                if episode.healed_ms is None
                for solution in episode.solutions
            }
            there = tuple(package for name, package in packages.items() if name not in lacking)
            people = _people(tenant)
            furnishing = Furnishing(tenant.languages[1:], people[1:], there)
            self.administration.add_instance(
                tenant.slug, tenant.name, tenant.languages[0], people[0], furnishing
            )

    def _require_empty(self) -> None:
        with self.store.reading() as session:
            if session.connection().execute(sa.select(col(Portal.id)).limit(1)).first() is not None:
                raise Conflict(
                    "This store holds portals; a demo is not mixed with them. Give the demo a folder of its own: "
                    "PORTICO_DATA_DIR=data/runtime/demo python -m core demo …",
                    field="portals",
                )

    def _mark(self, mark: DemoMark, kept: Mapping[str, Any]) -> None:
        value = mark.as_value() | dict(kept)
        with self.store.writing() as session:
            session.merge(StoreMark(name=DEMO, value=value, written_at=self.clock()))

    def _finish(self, mark: DemoMark, kept: Mapping[str, Any]) -> None:
        """Counts and statistics, then the mark that it is whole: one transaction."""
        with self.store.writing() as session:
            _count_portals(session)
            session.merge(StoreMark(name=TREND_DAYS, value={}, written_at=self.clock()))
            if not self.store.is_sqlite:
                _raise_sequences(session)
            session.merge(StoreMark(name=DEMO, value=mark.as_value() | dict(kept), written_at=self.clock()))
        with self.store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")


def _batches(wanted: Wanted, lives: Lives, imports: Imports) -> Iterator[Batch]:
    """Everything that is made up, in the order of time; each part has random numbers of its own."""
    batch = Batch()
    imports.add_episodes(batch, Random(f"{wanted.seed} episodes"))  # noqa: S311 - as above
    runs = len(batch.rows["run"])
    yield batch
    for begin in range(0, wanted.portals, AT_ONCE):
        end = min(begin + AT_ONCE, wanted.portals)
        rng, batch = Random(f"{wanted.seed} {begin}"), Batch()  # noqa: S311 - as above
        for number in range(begin, end):
            runs += lives.add(number, (number + rng.random()) / wanted.portals, batch, rng)
        updates = max(0, RUNS_A_PORTAL * end - runs)
        imports.add_updates(updates, begin / wanted.portals, end / wanted.portals, batch, rng)
        runs += updates
        yield batch
    batch = Batch()
    imports.add_installations(batch, Random(f"{wanted.seed} installations"))  # noqa: S311 - as above
    yield batch


def _check(wanted: Wanted) -> None:
    for field, number, most in (
        ("portals", wanted.portals, MOST_PORTALS),
        ("days", wanted.days, MOST_DAYS),
    ):
        if not 1 <= number <= most:
            raise InvalidValue(f"--{field} is a number from 1 to {most:,}, not {number:,}.", field=field)


def _as_it_is(before: DemoMark, wanted: Wanted) -> Written:
    asked = (wanted.portals, wanted.days, wanted.seed)
    if not before.is_complete:
        raise Conflict(
            "A demo was begun in this store and broken off. Delete the data directory (and the database, where "
            "PORTICO_DATABASE_URL names one), or give another, and make it anew.",
            field="portals",
        )
    if (before.portals, before.days, before.seed) != asked:
        raise Conflict(
            f"This store holds a demo already: {before.portals:,} portals, {before.days} days, seed {before.seed}. "
            "Give another PORTICO_DATA_DIR, or delete this one first.",
            field="portals",
        )
    return Written(
        *asked,
        made_at=before.made_at.isoformat(),
        instances=before.instances,
        rows=before.rows,
        seconds=0.0,
        is_new=False,
    )


def _read(package: Package) -> Package:
    """With its files at hand: they are read for every instance."""
    return replace(package, files={path: package.files[path] for path in package.files})


def _people(tenant: Tenant) -> tuple[User, ...]:
    return tuple(
        User(email, name, (SYSTEM_ADMINISTRATOR,), "read-write", tenant.languages[0])
        for email, name in tenant.people
    )


def _next_id(session: Session, table: Any) -> int:
    return int(session.connection().execute(sa.select(sa.func.max(table.id))).scalar() or 0) + 1


_COUNTED = "state, coalesce(verdict, ''), instance, template, audience, language, type, has_failed"
_COUNTS = "state, verdict, instance, template, audience, language, type, has_failed, portals, epoch"


def _count_portals(session: Session) -> None:
    """The counts of all portals at once, in place of a change each."""
    for statement in (
        "DELETE FROM portal_count_change",
        "DELETE FROM portal_count",
        f"INSERT INTO portal_count ({_COUNTS}) SELECT {_COUNTED}, count(*), 1 FROM portal GROUP BY 1, 2, 3, 4, 5, 6, 7, 8",  # noqa: S608 - constants
    ):
        session.connection().execute(sa.text(statement))


def _raise_sequences(session: Session) -> None:
    """PostgreSQL numbers on from what was given by number."""
    for table in ("portal", "application", "installation"):
        session.connection().execute(
            sa.text(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"  # noqa: S608 - constants
            )
        )
