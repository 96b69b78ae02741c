"""What a run leaves on its portal for lists."""

from tests.provisioning.world import World


def test_portal_tells_version_and_end_when_its_run_succeeded(world: World) -> None:
    started = world.submit()
    assert world.drive(started.run_id) == ["succeeded"]
    portal, run = world.portal(started.portal_id), world.run(started.run_id)
    assert portal.package_version == world.installations()["StarterPortal"].version
    assert (portal.has_failed, portal.last_cause, portal.last_error) == (False, None, None)
    assert portal.last_run_at == run.ended_at


def test_portal_tells_why_when_its_run_failed(world: World) -> None:
    started = world.submit("partner-field-service", force=True)
    assert world.drive(started.run_id) == ["failed"]
    portal, run = world.portal(started.portal_id), world.run(started.run_id)
    assert run.error is not None
    assert portal.has_failed
    assert portal.last_cause == run.error["cause"] == "missing-dependency"
    assert portal.last_error
    assert run.error["message"].startswith(portal.last_error)
    assert portal.package_version is None
