"""The counts kept beside the portals: exact at all times, whoever writes, folds or dies meanwhile."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from random import Random
from threading import Event
from typing import Any

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from sqlmodel import Session, col, func, select

from core.insight.inventory.cube import Cube, View
from core.insight.inventory.predicate import FACETS, NOTHING
from core.storage import counts
from core.storage.inventory_tables import PortalCount, PortalCountChange
from core.storage.store import Store
from core.storage.tables import Portal
from tests.insight.rows import add_portal
from tests.portals.world import World

CHANGES: dict[str, tuple[Any, ...]] = {
    "state": ("configuring", "provisioned", "provisioning-failed"),
    "verdict": ("healthy", "failed", "getting-set-up", None),
    "language": (1033, 1036, 1031),
    "template": ("custom", "partner"),
    "has_failed": (True, False),
}


def assert_exact(session: Session, view: View) -> None:
    """Every figure of the view is that of the rows, in the same snapshot."""
    connection = session.connection()
    assert view.total(NOTHING) == connection.execute(sa.select(func.count()).select_from(Portal)).scalar_one()
    for facet, (_, _, column) in FACETS.items():
        rows = connection.execute(sa.select(col(column), func.count()).group_by(col(column))).all()
        assert view.counts(NOTHING, facet) == {
            "" if value is None else value: number for value, number in rows
        }


def change(store: Store, chance: Random) -> None:
    """A portal changes, or two in one transaction."""
    with store.writing() as session:
        ids = [one or 0 for one in session.exec(select(Portal.id)).all()]
        for portal_id in sorted(chance.sample(ids, chance.choice([1, 1, 2]))):  # in turn: no deadlock
            name = chance.choice(list(CHANGES))
            values = {name: chance.choice(CHANGES[name])}
            session.connection().execute(sa.update(Portal).where(col(Portal.id) == portal_id).values(values))


@contextmanager
def dying(store: Store) -> Iterator[None]:
    """The process ends after a folding has written and before it has committed."""

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    sa.event.listen(store.engine, "commit", die)
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        sa.event.remove(store.engine, "commit", die)


def folded(store: Store) -> Counter[Any]:
    with store.reading() as session:
        rows = session.exec(select(PortalCount)).all()
        changes = session.exec(select(PortalCountChange)).all()
    found: Counter[Any] = Counter()
    both: list[Any] = [*rows, *changes]
    for row in both:
        found[tuple(getattr(row, name) for name in counts.DIMENSIONS)] += row.portals
    return Counter({values: number for values, number in found.items() if number})


@pytest.mark.slow
def test_counts_are_those_of_the_rows_whatever_happens(world_on_both: World) -> None:
    world, chance, cube = world_on_both, Random(3), Cube()
    store = world.store
    for number in range(6):
        add_portal(world, f"p-{number}")

    @settings(max_examples=30, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(
            st.sampled_from(["change", "change", "new", "gone", "fold", "die", "look", "other"]), max_size=8
        )
    )
    def happens(history: list[str]) -> None:
        for act in history:
            if act == "change":
                change(store, chance)
            elif act == "new":
                add_portal(world, f"n-{chance.random()}", instance=f"instance-{chance.randint(1, 9)}")
            elif act == "gone":
                with store.writing() as session:
                    last = session.exec(select(func.max(Portal.id))).one()
                    if (last or 0) > 6:
                        session.connection().execute(sa.delete(Portal).where(col(Portal.id) == last))
            elif act == "fold":
                counts.fold_all(store)
            elif act == "die":
                before = folded(store)
                with dying(store):
                    counts.fold(store)
                assert folded(store) == before
            with store.reading() as session:
                view = (Cube() if act == "other" else cube).view(session)  # another process knows nothing yet
                assert_exact(session, view)

    happens()


def test_counts_are_exact_in_every_snapshot_when_many_write_and_fold_at_once(world_on_both: World) -> None:
    world, store, over = world_on_both, world_on_both.store, Event()
    for number in range(8):
        add_portal(world, f"p-{number}")
    cube, looks = Cube(), 0

    def write(seed: int) -> None:
        chance = Random(seed)
        for _ in range(40):
            change(store, chance)

    def fold() -> int:
        times = 0
        while not over.is_set():
            times += bool(counts.fold(store))
        return times

    with ThreadPoolExecutor(4) as pool:
        folding = pool.submit(fold)
        writing = [pool.submit(write, seed) for seed in range(3)]
        try:
            while not all(one.done() for one in writing):
                with store.reading() as session:
                    view = cube.view(session)
                    assert_exact(session, view)
                    looks += 1
        finally:
            over.set()
        assert [one.result() for one in writing] == [None] * 3
        assert folding.result()
    assert looks
    counts.fold_all(store)
    with store.reading() as session:
        assert session.exec(select(func.count()).select_from(PortalCountChange)).one() == 0
        assert_exact(session, cube.view(session))


def test_snapshot_that_began_before_a_folding_counts_by_itself(world_on_both: World) -> None:
    world, store, cube = world_on_both, world_on_both.store, Cube()
    add_portal(world, "one")
    with store.reading() as session:
        session.exec(select(func.max(Portal.id))).one()  # its snapshot begins
        add_portal(world, "two")
        counts.fold_all(store)
        with store.reading() as later:
            assert cube.view(later).total(NOTHING) == 2
        assert cube.view(session).total(NOTHING) == 1
        assert_exact(session, cube.view(session))
    with store.reading() as session:
        assert_exact(session, cube.view(session))


def test_folding_leaves_it_to_others_when_the_store_is_being_written(world_on_both: World) -> None:
    world, store = world_on_both, world_on_both.store
    add_portal(world, "one")
    with store.writing() as session:
        store.queue_up(session, "portal-count")
        assert counts.fold(store) == 0
    assert counts.fold(store) == 1


def test_changes_are_folded_when_a_reader_finds_many(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "FOLD_AT", 3)
    from core.insight.models import PortalFilter
    from tests.portals.world import ADMIN

    for number in range(5):
        add_portal(world, f"p-{number}")
        assert world.services.inventory.page(PortalFilter(), ADMIN).total == number + 1
    with world.store.reading() as session:
        assert session.exec(select(func.count()).select_from(PortalCountChange)).one() == 1
