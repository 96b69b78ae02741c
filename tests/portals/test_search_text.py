"""What a search looks into follows every change of a portal."""

import pytest
from sqlmodel import select

from core.insight.models import PortalFilter
from core.storage.tables import CustomDomain, Portal
from tests.insight.rows import add_portal
from tests.portals.world import ADMIN, AMELIE, World


def found(world: World, text: str) -> list[int]:
    return [row.id for row in world.services.inventory.page(PortalFilter(search=text), ADMIN).items]


def verified(world: World, portal_id: int, domain: str) -> None:
    """The domain, as `verify` finds it proven: no network here."""
    world.portals.add_domain(portal_id, domain, AMELIE)
    with world.store.reading() as session:
        token = session.exec(select(CustomDomain.token).where(CustomDomain.domain == domain)).one()
    domains = world.portals._domains
    asked, domains._proofs = domains._proofs, Proofs(f"portico-verification={token}")
    try:
        world.portals.verify_domain(portal_id, domain, AMELIE)
    finally:
        domains._proofs = asked


class Proofs:
    def __init__(self, value: str) -> None:
        self._value = value

    def text_records(self, name: str) -> tuple[str, ...]:  # noqa: ARG002 - the protocol's
        return (self._value,)

    def file(self, url: str) -> str | None:  # noqa: ARG002 - the protocol's
        return None


def test_new_name_is_found_and_the_old_is_not_when_renamed(world_on_both: World) -> None:
    world = world_on_both
    portal_id = world.submit(name="Élan Vital").portal_id
    assert found(world, "ÉLAN") == [portal_id]
    world.portals.rename(portal_id, "Ωmega", AMELIE)
    assert (found(world, "ÉLAN"), found(world, "ωMEGA")) == ([], [portal_id])


def test_domain_is_found_while_it_is_verified(world_on_both: World) -> None:
    world = world_on_both
    portal_id = world.submit().portal_id
    world.portals.add_domain(portal_id, "other.example.org", AMELIE)
    assert found(world, "other.example.org") == []
    verified(world, portal_id, "support.example.org")
    assert found(world, "SUPPORT.example") == [portal_id]
    world.portals.rename(portal_id, "Another", AMELIE)
    assert found(world, "support.example") == [portal_id]
    world.portals.remove_domain(portal_id, "support.example.org", AMELIE)
    assert found(world, "support.example") == []


@pytest.mark.parametrize("change", ["subdomain", "administrator"])
def test_value_is_found_when_it_has_changed(world: World, change: str) -> None:
    portal_id = add_portal(world, "earlier", name="X", administrator="before@x.example")
    with world.store.writing() as session:
        portal = session.get_one(Portal, portal_id)
        setattr(portal, change, "afterwards")
        session.add(portal)
    assert found(world, "afterwards") == [portal_id]
    assert found(world, "before@x" if change == "administrator" else "earlier") == []


def test_nothing_is_found_when_the_portal_is_gone(world_on_both: World) -> None:
    portal_id = add_portal(world_on_both, "fleeting")
    assert found(world_on_both, "fleeting") == [portal_id]
    with world_on_both.store.writing() as session:
        session.delete(session.get_one(Portal, portal_id))
    assert found(world_on_both, "fleeting") == []
