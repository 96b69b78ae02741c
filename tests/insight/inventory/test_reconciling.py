"""The inventory against the platform: equal, or the odd ones by name; how old it is; who sees what."""

from datetime import timedelta

from sqlmodel import select

from core.platforms.port import WebsiteRequest
from core.storage.tables import Portal
from tests.insight.rows import add_portal, add_run
from tests.portals.world import ADMIN, AMELIE, CONTOSO, FABRIKAM, FRENCH, NADIA, STRANGER, World


def website(world: World, subdomain: str, instance: str = CONTOSO) -> str:
    """A website on the platform itself."""
    by = AMELIE.email if instance == CONTOSO else NADIA.email
    request = WebsiteRequest(instance, subdomain, f"Site {subdomain}", FRENCH, "custom", by)
    return world.services.platform.create_website(f"{subdomain}:website", request).result["website_id"]


def with_website(world: World, subdomain: str, instance: str = CONTOSO) -> int:
    website_id = website(world, subdomain, instance)
    return add_portal(
        world, subdomain, instance=instance, state="provisioned", verdict="healthy", website_id=website_id
    )


def test_counts_are_equal_when_every_portal_has_its_website(world: World) -> None:
    with_website(world, "one")
    with_website(world, "two", FABRIKAM)
    checks = world.services.reconciliations
    assert checks.last(ADMIN).checked_at is None
    found = checks.check(ADMIN)
    assert (found.here, found.there, found.odd, found.silent) == (2, 2, (), ())
    world.clock.advance(60)
    assert checks.last(ADMIN) == found
    assert found.checked_at == world.clock.now - timedelta(seconds=60)


def test_odd_ones_are_named_when_one_side_lacks_them(world: World) -> None:
    lost = add_portal(world, "lost", name="Lost", state="provisioned", verdict="healthy", website_id="gone")
    website(world, "stray")
    busy = add_portal(world, "busy")
    add_run(world, busy, state="running")
    website(world, "busy")  # made, and its portal does not know of it yet
    found = world.services.reconciliations.check(AMELIE)
    assert (found.here, found.there, found.odd_count) == (1, 1, 2)
    assert [(one.where, one.subdomain, one.name, one.portal) for one in found.odd] == [
        ("here", "lost", "Lost", lost),
        ("there", "stray", "Site stray", None),
    ]


def test_instance_is_told_apart_when_it_does_not_answer(world: World) -> None:
    with_website(world, "one")
    world.change("reachable", is_on=False)
    found = world.services.reconciliations.check(ADMIN)
    assert (found.here, found.there, found.silent) == (0, 0, (CONTOSO,))


def test_everybody_sees_the_own_instances_when_reconciled(world: World) -> None:
    with_website(world, "one")
    with_website(world, "two", FABRIKAM)
    checks = world.services.reconciliations
    checks.check(ADMIN)
    with world.store.writing() as session:
        portal = session.exec(select(Portal).where(Portal.subdomain == "one")).one()
        portal.website_id = None
        session.add(portal)
    assert [one.instance for one in checks.check(AMELIE).counts] == [CONTOSO]
    assert (checks.last(AMELIE).here, checks.last(AMELIE).there) == (0, 1)
    assert (checks.last(ADMIN).here, checks.last(ADMIN).there) == (
        1,
        2,
    )  # the others as they were found before
    assert checks.check(STRANGER).counts == checks.last(STRANGER).counts == ()
