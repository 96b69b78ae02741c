"""A demo lives on: what failed in it can be mended by the engine, for real."""

from pathlib import Path

import pytest
from sqlmodel import col, select

from core.access import Actor
from core.insight.installation_models import InstallationFilter
from core.settings import Settings
from core.storage.tables import Installation, InstallationPortal, Portal, Run
from tests.demo.made import SMALL, make
from tests.provisioning.world import World, opened


@pytest.fixture
def world(tmp_path: Path) -> "object":
    make(tmp_path, SMALL)
    with opened(Settings(data_dir=tmp_path)) as found:
        yield found


def _failed(world: World, state: str) -> Portal:
    query = select(Portal).where(col(Portal.state) == state, col(Portal.verdict) == "failed")
    with world.services.store.reading() as session:
        found = session.exec(query.order_by(col(Portal.id)).limit(1)).first()
    assert found is not None, "this seed has none"
    return found


def test_a_portal_that_failed_is_provisioned_when_it_is_restarted(world: World) -> None:
    portal = _failed(world, "provisioning-failed")
    run_id = world.services.lifecycle.restart(portal.id or 0, Actor(portal.created_by))
    run = world.run(run_id)
    assert run.from_position == 0  # its website was never made
    world.drive(run_id)
    healed = world.portal(portal.id or 0)
    assert (healed.state, healed.verdict) == ("provisioned", "healthy")
    assert world.status_at_url(portal.subdomain) == 200


def test_a_portal_that_waits_goes_live_when_what_failed_is_retried(world: World) -> None:
    with world.services.store.reading() as session:
        query = (
            select(Portal, Installation.instance)
            .join(InstallationPortal, col(InstallationPortal.portal_id) == col(Portal.id))
            .join(Installation, col(Installation.id) == col(InstallationPortal.installation_id))
            .where(col(Installation.state) == "install-failed", col(Portal.verdict) == "failed")
        )
        found = session.exec(query.limit(1)).first()
    assert found is not None, "this seed has none"
    portal, instance = found
    who = Actor(portal.created_by)
    wanted = InstallationFilter(instances=(instance,), states=("install-failed",))
    ids = [row.id for row in world.services.installations.list(wanted, who)]
    plan = world.services.installations.plan_retry(ids, who)
    started = world.services.installations.start(plan, who, kind="retry")
    world.drive(*started.run_ids)
    healing = world.services.installation_insight.set_off_by(started.run_ids)
    assert healing
    world.drive(*healing)
    healed = world.portal(portal.id or 0)
    assert (healed.state, healed.verdict) == ("provisioned", "healthy")
    with world.services.store.reading() as session:
        runs = session.exec(select(Run).where(col(Run.portal_id) == portal.id).order_by(col(Run.number)))
        assert [run.kind for run in runs][-1] == "heal"
    assert world.status_at_url(portal.subdomain) == 200


def test_a_demo_portals_address_answers_404_when_its_website_is_not_made(world: World) -> None:
    query = select(Portal).where(col(Portal.verdict) == "healthy").limit(1)
    with world.services.store.reading() as session:
        portal = session.exec(query).one()
    assert world.status_at_url(portal.subdomain) == 404


def test_here_is_as_many_as_there_when_a_demo_is_counted_against_the_platform(world: World) -> None:
    found = world.services.reconciliations.check(Actor("admin@portico.example"))
    assert (found.here, found.there, found.odd_count) == (0, 0, 0)
