"""Lists of portals: what is found, in which order, by whom, and how much is read for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from core.access import Actor
from core.errors import InvalidValue
from core.insight.models import PortalFilter
from core.storage.tables import Portal, Run, RunStep
from tests.insight.rows import add_history, add_portal, add_run
from tests.portals.world import (
    ADMIN,
    ADVENTURE,
    AMELIE,
    CONTOSO,
    ENGLISH,
    FABRIKAM,
    FRENCH,
    LAYLA,
    NADIA,
    OLIVER,
    PRIYA,
    STRANGER,
    World,
)

EVERY = PortalFilter()


def found(world: World, actor: Actor = ADMIN, wanted: PortalFilter = EVERY, **page: Any) -> list[str]:
    return [one.subdomain for one in world.insight.portals(wanted, actor, **page).items]


@pytest.fixture
def shelf(world_on_both: World) -> World:
    """Five portals in three instances, in every state."""
    world, now = world_on_both, world_on_both.clock.now
    add_portal(world, "alpha", name="Élan", created_s=500)
    add_portal(
        world,
        "bravo",
        name="ヘルプデスク 100%",
        created_s=400,
        state="provisioned",
        verdict="healthy",
        provisioned_at=now - timedelta(seconds=300),
        instance=FABRIKAM,
        administrator=NADIA.email,
        language=ENGLISH,
        template="partner",
        audience="partner",
    )
    add_portal(
        world,
        "charlie",
        name="zulu_x",
        created_s=300,
        state="provisioning-failed",
        verdict="failed",
        type="trial",
        instance=ADVENTURE,
        administrator=LAYLA.email,
    )
    add_portal(world, "delta", name="Zulu", created_s=200, state="deleted", verdict=None, deleted_at=now)
    add_portal(
        world, "echo", name="élite", created_s=100, state="provisioned", verdict="failed", provisioned_at=now
    )
    return world


def test_nothing_is_found_when_the_store_is_fresh(world: World) -> None:
    page = world.insight.portals(EVERY, ADMIN)
    assert (page.total, page.items) == (0, ())
    assert world.insight.counts(ADMIN) == {"total": 0}
    assert world.insight.facets(EVERY, ADMIN)["state"] == {}


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("configuring", "Contoso Help-Configuring"),
        ("provisioning-failed", "Contoso Help-Provisioning Failed"),
        ("provisioned", "Contoso Help"),
        ("deleted", "Contoso Help"),
    ],
)
def test_display_name_follows_the_state(world: World, state: str, shown: str) -> None:  # R7
    portal_id = add_portal(world, "help", name="Contoso Help", state=state)
    listed = world.insight.portals(EVERY, ADMIN).items[0]
    assert (listed.name, listed.display_name) == ("Contoso Help", shown)
    assert world.details(portal_id).portal.display_name == shown


def test_display_name_follows_the_new_name_when_renamed(world: World) -> None:  # R5, R7
    portal_id = world.submit().portal_id
    world.portals.rename(portal_id, "Hilfe", AMELIE)
    assert world.details(portal_id).portal.display_name == "Hilfe-Configuring"


def test_url_is_made_of_the_subdomain(world: World) -> None:  # R11
    add_portal(world, "help")
    assert world.insight.portals(EVERY, ADMIN).items[0].url == "http://help.localhost:8501"


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (PortalFilter(), "alpha bravo charlie delta echo"),
        (PortalFilter(states=("provisioned",)), "bravo echo"),
        (PortalFilter(states=("provisioned", "deleted")), "bravo delta echo"),
        (PortalFilter(verdicts=("failed",)), "charlie echo"),
        (PortalFilter(verdicts=("healthy", "getting-set-up")), "alpha bravo"),
        (PortalFilter(instances=(FABRIKAM, ADVENTURE)), "bravo charlie"),
        (PortalFilter(portals=("partner",)), "bravo"),
        (PortalFilter(states=("provisioned",), verdicts=("failed",)), "echo"),
        (PortalFilter(states=("lost",)), ""),
        (PortalFilter(instances=("x' OR 1=1 --",)), ""),
    ],
)
def test_portals_are_found_when_every_field_matches(
    shelf: World, wanted: PortalFilter, expected: str
) -> None:
    assert found(shelf, wanted=wanted, sort="subdomain") == expected.split()
    assert shelf.insight.portals(wanted, ADMIN).total == len(expected.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "alpha bravo charlie delta echo"),
        ("  ", "alpha bravo charlie delta echo"),
        ("alp", "alpha"),
        ("ALPHA", "alpha"),
        ("zulu", "charlie delta"),
        ("Élan", "alpha"),
        ("éLAN", "alpha"),  # SQLite's own lower() knows ASCII only
        ("É", "alpha echo"),
        ("E\u0301lan", "alpha"),  # as macOS types it
        ("ヘルプ", "bravo"),
        ("デスク", "bravo"),
        ("100%", "bravo"),
        ("%", "bravo"),
        ("_", "charlie"),
        ("u_x", "charlie"),
        ("\\", ""),
        ("'", ""),
        ("nadia.haddad", "bravo"),
        ("  alpha ", "alpha"),
        ("\0", ""),
        ("\ud800", ""),
        ("x" * 10_000, ""),
    ],
)
def test_portals_are_found_when_the_text_is_in_them(shelf: World, text: str, expected: str) -> None:
    assert found(shelf, wanted=PortalFilter(search=text), sort="subdomain") == expected.split()


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("created_at", "alpha bravo charlie delta echo"),
        ("-created_at", "echo delta charlie bravo alpha"),
        ("id", "alpha bravo charlie delta echo"),
        ("name", "delta charlie alpha echo bravo"),
        ("-name", "bravo echo alpha charlie delta"),
        ("display_name", "delta charlie alpha echo bravo"),
        ("-url", "echo delta charlie bravo alpha"),
        ("provisioned_at", "bravo echo alpha charlie delta"),  # those without a value last …
        ("-provisioned_at", "echo bravo delta charlie alpha"),  # … both ways
        ("state", "alpha delta bravo echo charlie"),
        ("verdict", "charlie echo alpha bravo delta"),
        ("type", "alpha bravo delta echo charlie"),
        ("language", "bravo alpha charlie delta echo"),
    ],
)
def test_portals_are_sorted_alike_on_both_databases(shelf: World, sort: str, expected: str) -> None:
    assert found(shelf, sort=sort) == expected.split()


@pytest.mark.parametrize("sort", ["colour", "", "-", "--id", "name; DROP TABLE portal"])
def test_sort_is_refused_when_there_is_no_such_field(world: World, sort: str) -> None:
    with pytest.raises(InvalidValue, match="Choose one of: id, name") as caught:
        world.insight.portals(EVERY, ADMIN, sort=sort)
    assert caught.value.field == "sort"


def test_pages_hold_every_portal_once(shelf: World) -> None:
    pages = [found(shelf, sort="type", limit=2, offset=offset) for offset in (0, 2, 4, 6)]
    assert pages == [["alpha", "bravo"], ["delta", "echo"], ["charlie"], []]
    assert found(shelf, limit=0) == []
    assert shelf.insight.portals(EVERY, ADMIN, limit=1).total == 5


@pytest.mark.parametrize(
    ("page", "field"),
    [
        ({"limit": -1}, "limit"),
        ({"offset": -1}, "offset"),
        ({"limit": 10**30}, "limit"),
        ({"offset": 2**40}, "offset"),
    ],
)
def test_page_is_refused_when_there_is_no_such(world: World, page: dict[str, int], field: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        world.insight.portals(EVERY, ADMIN, **page)  # type: ignore[arg-type]  # limit and offset only
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("actor", "expected"),
    [
        (ADMIN, "alpha bravo charlie delta echo"),
        (AMELIE, "alpha delta echo"),
        (PRIYA, "alpha delta echo"),
        (OLIVER, "alpha delta echo"),  # any user of it
        (NADIA, "alpha bravo delta echo"),
        (LAYLA, "charlie"),
        (STRANGER, ""),
    ],
    ids=lambda value: value.email if isinstance(value, Actor) else "",
)
def test_everybody_sees_the_portals_of_the_own_instances(shelf: World, actor: Actor, expected: str) -> None:
    assert found(shelf, actor, sort="subdomain") == expected.split()  # R1–R3: who may see
    assert shelf.insight.counts(actor)["total"] == len(expected.split())
    assert sum(shelf.insight.facets(EVERY, actor)["instance"].values()) == len(expected.split())


def test_facets_count_every_portal_that_matches(shelf: World) -> None:
    assert shelf.insight.facets(EVERY, ADMIN) == {
        "state": {"configuring": 1, "provisioned": 2, "provisioning-failed": 1, "deleted": 1},
        "verdict": {"getting-set-up": 1, "healthy": 1, "failed": 2, "": 1},
        "instance": {CONTOSO: 3, FABRIKAM: 1, ADVENTURE: 1},
        "portal": {"custom": 4, "partner": 1},
        "audience": {"customer": 4, "partner": 1},
        "language": {str(FRENCH): 4, str(ENGLISH): 1},
        "type": {"production": 4, "trial": 1},
    }
    some = shelf.insight.facets(PortalFilter(states=("provisioned",), search="é"), ADMIN)
    assert {field: sum(values.values()) for field, values in some.items()} == dict.fromkeys(some, 1)


def test_counts_tell_each_state_and_all(shelf: World) -> None:
    assert shelf.insight.counts(ADMIN) == {
        "configuring": 1,
        "provisioned": 2,
        "provisioning-failed": 1,
        "deleted": 1,
        "total": 5,
    }


# ── How much is read ────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def reads(world: World) -> Iterator[dict[str, int]]:
    """How many statements are sent meanwhile, and how many rows become objects."""
    counted = {"statements": 0, "Portal": 0, "Run": 0, "RunStep": 0}

    def statement(*_: Any) -> None:
        counted["statements"] += 1

    def loaded(row: Any, _context: Any) -> None:
        counted[type(row).__name__] += 1

    sa.event.listen(world.store.engine, "before_cursor_execute", statement)
    for table in (Portal, Run, RunStep):
        sa.event.listen(table, "load", loaded)
    try:
        yield counted
    finally:
        sa.event.remove(world.store.engine, "before_cursor_execute", statement)
        for table in (Portal, Run, RunStep):
            sa.event.remove(table, "load", loaded)


def test_no_more_is_read_than_shown_when_many_portals_are_under_way(world: World) -> None:
    add_history(world, [100.0] * 10)
    with world.store.writing() as session:
        template = session.get_one(Portal, 1).model_dump(exclude={"id"})
        many = [
            template | {"subdomain": f"p-{n}", "key": f"{n}", "state": "configuring", "provisioned_at": None}
            for n in range(1000)
        ]
        session.connection().execute(sa.insert(Portal), many)
        now = world.clock.now
        session.connection().execute(
            sa.insert(Run),
            [
                {
                    "id": str(n),
                    "portal_id": n + 11,
                    "number": 1,
                    "kind": "provision",
                    "state": "running",
                    "requested_by": "a",
                    "template": "custom",
                    "instance": CONTOSO,
                    "values": {},
                    "from_position": 0,
                    "created_at": now,
                    "started_at": now,
                    "moved_at": now,
                }
                for n in range(1000)
            ],
        )
    # How long runs take is learnt once, from the steps of runs that succeeded, and again only after another has.
    world.insight.portals(PortalFilter(), ADMIN, limit=0)
    with reads(world) as counted:
        page = world.insight.portals(PortalFilter(verdicts=("getting-set-up",)), ADMIN, limit=20)
    assert (page.total, len(page.items)) == (1000, 20)
    assert (counted["Portal"], counted["Run"], counted["RunStep"]) == (20, 0, 0)
    assert counted["statements"] <= 10


def test_details_take_as_many_reads_when_there_were_many_runs(world: World) -> None:
    portal_id = add_portal(world, "help")
    add_run(world, portal_id, state="failed")
    world.details(portal_id)  # how long its like takes is read once
    with reads(world) as first:
        world.details(portal_id)
    for number in range(2, 21):
        add_run(world, portal_id, state="failed", number=number)
    with reads(world) as later:
        assert len(world.details(portal_id).runs) == 20
    assert later["statements"] == first["statements"]
