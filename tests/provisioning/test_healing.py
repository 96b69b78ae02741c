"""After the last solution is healed the portal goes live by itself (R25), on both databases."""

from sqlmodel import col, select

from core.access import Actor
from core.storage.tables import InstallationPortal, Run
from tests.provisioning.world import CONTOSO, World

AMELIE = Actor(CONTOSO.email)


def retry(world: World) -> list[str]:
    installations = world.services.installations
    started = installations.start(installations.plan_retry(None, AMELIE), AMELIE, kind="retry", force=True)
    return world.drive(*started.run_ids)


def heals(world: World) -> list[Run]:
    with world.services.store.reading() as session:
        return list(
            session.exec(select(Run).where(col(Run.kind) == "heal").order_by(col(Run.created_at))).all()
        )


def refuse(world: World, *subdomains: str, template: str = "custom") -> list[int]:
    """Portals whose every solution was refused."""
    world.change("administration-mode", is_on=True)
    started = [world.submit(template, subdomain=one, force=True) for one in subdomains]
    assert set(world.drive(*(one.run_id for one in started))) == {"failed"}
    world.change("administration-mode", is_on=False)
    return [one.portal_id for one in started]


def test_the_portal_is_live_when_its_last_solution_is_healed(world_on_both: World) -> None:
    world = world_on_both
    (portal_id,) = refuse(world, "help")
    assert world.status_at_url() == 503
    assert retry(world) == ["succeeded"]
    (heal,) = heals(world)
    assert (heal.portal_id, heal.number, heal.state) == (portal_id, 2, "queued")
    assert world.portal(portal_id).verdict == "getting-set-up"
    # It begins at the sample data: website and content stand already.
    done = [name for name, step in world.steps(heal.id).items() if step.state == "done"]
    assert done[0] == "create-website"
    assert len(done) == 16
    assert world.drive(heal.id) == ["succeeded"]
    assert world.status_at_url() == 200
    assert world.portal(portal_id).verdict == "healthy"


def test_each_portal_is_healed_once_when_several_waited(world_on_both: World) -> None:
    world = world_on_both
    ids = refuse(world, "one", "two", "three")
    assert retry(world) == ["succeeded"]
    found = heals(world)
    assert sorted(run.portal_id or 0 for run in found) == ids
    assert set(world.drive(*(run.id for run in found))) == {"succeeded"}
    assert {world.status_at_url(one) for one in ("one", "two", "three")} == {200}
    with world.services.store.reading() as session:
        assert all(link.content_at for link in session.exec(select(InstallationPortal)).all())
    # Retried again, nothing is left to do.
    assert retry(world) == []
    assert len(heals(world)) == 3


def test_it_waits_when_one_of_its_solutions_still_fails(world: World) -> None:
    (portal_id,) = refuse(world, "help")
    world.change("hold-solution", solution="StarterPortal")
    assert retry(world) == ["failed"]
    assert heals(world) == []
    assert (world.portal(portal_id).verdict, world.status_at_url()) == ("failed", 503)
    world.services.installations.uninstall("contoso", "StarterPortal_Upgrade", AMELIE)
    assert retry(world) == ["succeeded"]
    assert world.drive(heals(world)[0].id) == ["succeeded"]
    assert world.status_at_url() == 200


def test_another_portals_run_heals_it_when_that_brings_what_was_missing(world: World) -> None:
    ids = refuse(world, "help")
    other = world.submit("custom", subdomain="other")
    assert world.drive(other.run_id) == ["succeeded"]
    (heal,) = heals(world)
    assert heal.portal_id == ids[0]
    assert world.drive(heal.id) == ["succeeded"]
    assert {world.status_at_url(one) for one in ("help", "other")} == {200}


def test_a_deleted_portal_stays_deleted_when_its_solutions_are_healed(world: World) -> None:
    (portal_id,) = refuse(world, "help")
    world.services.lifecycle.delete(portal_id, "why", AMELIE)
    assert retry(world) == ["succeeded"]
    assert heals(world) == []
    assert world.status_at_url() == 404


def test_a_restart_is_offered_when_finishing_the_portal_breaks(world: World) -> None:  # R22: for that run
    (portal_id,) = refuse(world, "help")
    assert retry(world) == ["succeeded"]
    world.change("reachable", is_on=False)
    assert world.drive(heals(world)[0].id) == ["failed"]
    world.change("reachable", is_on=True)
    assert (world.portal(portal_id).state, world.portal(portal_id).verdict) == ("provisioned", "failed")
    run_id = world.services.lifecycle.restart(portal_id, AMELIE)
    assert world.portal(portal_id).state == "provisioned"
    assert world.drive(run_id) == ["succeeded"]
    assert world.status_at_url() == 200
