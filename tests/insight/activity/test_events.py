"""The latest events, where one may see them."""

import sqlalchemy as sa

from core.access import Actor
from core.insight.activity import EventFilter
from core.storage.tables import Event
from tests.insight.rows import add_portal
from tests.portals.world import ADMIN, AMELIE, CONTOSO, FABRIKAM, LAYLA, NADIA, World


def add(world: World, number: int, **values: object) -> None:
    row = {"at": world.clock.now, "actor": AMELIE.email, "act": "rename", "instance": CONTOSO, "details": {}}
    with world.store.writing() as session:
        session.connection().execute(sa.insert(Event), [row | values for _ in range(number)])


def acts(world: World, who: Actor, **wanted: object) -> list[str]:
    found = world.services.events.page(EventFilter(**wanted), who, limit=100)  # type: ignore[arg-type]  # by their names
    return [event.act for event in found.items]


def test_each_sees_what_happened_in_their_instances_and_what_they_did(world_on_both: World) -> None:
    world = world_on_both
    portal_id = add_portal(world, "there", instance=FABRIKAM)
    add(world, 1, act="rename")
    add(world, 1, act="restart", instance=FABRIKAM, portal_id=portal_id)
    add(world, 1, act="delete", instance=FABRIKAM, actor=NADIA.email)
    add(world, 1, act="add-applications", instance=None, actor=ADMIN.email)
    assert acts(world, ADMIN) == ["add-applications", "delete", "restart", "rename"]
    assert acts(world, NADIA) == ["delete", "restart", "rename"]
    assert acts(world, AMELIE) == ["restart", "rename"]  # the restart is her own
    assert acts(world, LAYLA) == []
    own = world.services.events.page(EventFilter(acts=("restart",)), AMELIE).items[0]
    assert (own.portal, own.details) == (None, {})  # she does not see Fabrikam
    assert (
        world.services.events.page(EventFilter(acts=("restart",)), NADIA).items[0].portal
        == "The there-Configuring"
    )


def test_only_what_matches_is_there_when_it_is_filtered(world: World) -> None:
    add(world, 2, act="rename")
    add(world, 1, act="delete", actor=NADIA.email)
    assert acts(world, ADMIN, acts=("delete",)) == ["delete"]
    assert acts(world, ADMIN, actor=AMELIE.email) == ["rename", "rename"]
    assert acts(world, ADMIN, instance=FABRIKAM) == []
    assert list(world.services.events.acts(ADMIN)) == ["delete", "rename"]
    assert list(world.services.events.actors(ADMIN)) == [AMELIE.email, NADIA.email]


def test_pages_follow_each_other_without_a_gap_when_there_are_many(world_on_both: World) -> None:
    world = world_on_both
    add(world, 25)
    seen: list[int] = []
    before = None
    while True:
        page = world.services.events.page(EventFilter(), AMELIE, before=before, limit=10)
        seen += [event.id for event in page.items]
        before = page.older
        if before is None:
            break
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 25


def test_no_more_is_read_than_the_latest_when_nothing_matches(world: World) -> None:
    add(world, 1, act="delete")
    add(world, 50_000)
    assert acts(world, ADMIN, acts=("delete",)) == []
