"""How the rows of a page are found on SQLite: by an index, in order, whatever is asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from core.insight.inventory import SORTS
from core.insight.models import PortalFilter
from core.storage.tables import Portal
from tests.insight.rows import add_portal
from tests.portals.world import ADMIN, CONTOSO, NADIA, World

NUMBER = 3000


@pytest.fixture
def many(world: World) -> World:
    """Three thousand portals of the usual kinds; one in a hundred failed."""
    add_portal(world, "first")
    chance, rows = Random(5), []
    with world.store.writing() as session:
        first = session.get_one(Portal, 1).model_dump(exclude={"id"})
        for n in range(NUMBER):
            has_failed = n % 100 == 0
            rows.append(
                first
                | {
                    "name": f"Name {n}",
                    "name_folded": f"name {n}",
                    "search_text": f"name {n}\np-{n}\nadmin{n % 50}@contoso.example",
                    "subdomain": f"p-{n}",
                    "key": f"{n}",
                    "state": "provisioning-failed" if has_failed else "provisioned",
                    "verdict": "failed" if has_failed else "healthy",
                    "instance": chance.choice([CONTOSO, CONTOSO, "fabrikam", f"instance-{n % 200}"]),
                    "language": chance.choice([1033, 1036, 1031]),
                    "has_failed": has_failed,
                    "last_cause": "timeout" if has_failed else None,
                    "last_run_at": world.clock.now,
                    "package_version": "9.2",
                    "provisioned_at": world.clock.now,
                }
            )
        session.connection().execute(sa.insert(Portal), rows)
    return world


@contextmanager
def plans(world: World) -> Iterator[list[str]]:
    """How SQLite finds the rows of `portal`, a line a step of each statement meanwhile."""
    found: list[str] = []

    def explain(_c: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT portal.id") and "FROM portal" in statement:
            steps = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
            found.extend(str(step[3]) for step in steps)

    sa.event.listen(world.store.engine, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        sa.event.remove(world.store.engine, "before_cursor_execute", explain)


def assert_in_order(found: list[str]) -> None:
    assert found
    assert not [step for step in found if "TEMP B-TREE" in step], found
    assert not [step for step in found if step == "SCAN portal"], found


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (PortalFilter(), "ix_portal_created"),
        (PortalFilter(states=("provisioning-failed",)), "ix_portal_state"),
        (PortalFilter(states=("provisioned",), instances=("fabrikam",)), "ix_portal_"),
        (PortalFilter(exclude_states=("provisioned",)), "ix_portal_state"),
        (PortalFilter(exclude_languages=(1033,)), "ix_portal_"),
        (PortalFilter(failing=True), "ix_portal_verdict"),
        (PortalFilter(instances=("fabrikam", "instance-7"), languages=(1036,)), "ix_portal_"),
        (PortalFilter(ever_failed=True), "ix_portal_created"),
        (PortalFilter(trial_ends_within=7), ""),
        (PortalFilter(causes=("timeout",)), "ix_portal_cause"),
    ],
)
def test_page_comes_from_an_index_in_order_when_filtered(
    many: World, wanted: PortalFilter, index: str
) -> None:
    inventory = many.services.inventory
    with plans(many) as found:
        page = inventory.page(wanted, ADMIN, size=20)
        if page.next_cursor:
            inventory.page(wanted, ADMIN, size=20, cursor=page.next_cursor)
    if page.total:
        steps = [step for step in found if "INTEGER PRIMARY KEY" not in step]
        assert_in_order(steps)
        assert all(index in step for step in steps), steps


@pytest.mark.parametrize("sort", [f"{way}{field}" for field in SORTS for way in ("", "-")])
def test_page_comes_from_an_index_in_order_when_sorted(many: World, sort: str) -> None:
    with plans(many) as found:
        page = many.services.inventory.page(PortalFilter(), ADMIN, sort=sort, size=20)
        many.services.inventory.page(PortalFilter(), ADMIN, sort=sort, size=20, cursor=page.next_cursor)
    if sort.removeprefix("-") == "id":
        found = [step for step in found if step != "SCAN portal"]  # the table itself is in this order
    assert not [step for step in found if "TEMP B-TREE" in step or step == "SCAN portal"], found


def test_page_comes_from_the_own_instances_when_few_are_seen(many: World) -> None:
    with plans(many) as found:
        page = many.services.inventory.page(PortalFilter(), NADIA, size=20)
    assert len(page.items) == 20
    assert_in_order([step for step in found if "INTEGER PRIMARY KEY" not in step])


def test_found_portals_are_read_by_their_ids_when_a_text_is_looked_for(many: World) -> None:
    with plans(many) as found:
        assert many.services.inventory.page(PortalFilter(search="p-29"), ADMIN).total == 111
    assert all(
        "INTEGER PRIMARY KEY" in s or "json_each" in s or "ORDER BY" in s or "LIST SUBQUERY" in s
        for s in found
    ), found


def test_no_more_is_read_than_shown_when_a_page_is_turned(many: World) -> None:
    counted = {"portals": 0, "statements": 0}

    def loaded(*_: Any) -> None:
        counted["portals"] += 1

    def sent(*_: Any) -> None:
        counted["statements"] += 1

    inventory = many.services.inventory
    cursor = inventory.page(PortalFilter(), ADMIN).next_cursor
    sa.event.listen(Portal, "load", loaded)
    sa.event.listen(many.store.engine, "before_cursor_execute", sent)
    try:
        page = inventory.page(PortalFilter(), ADMIN, cursor=cursor)
    finally:
        sa.event.remove(Portal, "load", loaded)
        sa.event.remove(many.store.engine, "before_cursor_execute", sent)
    assert (len(page.items), page.total) == (50, NUMBER + 1)
    assert counted["portals"] == 50
    assert counted["statements"] <= 8
