"""--wait: beside another engine, in its place, interrupted."""

import pytest

from core.access import Actor
from core.bootstrap import Services
from core.commandline.errors import Interrupted
from core.commandline.stopping import Stop
from core.commandline.waiting import wait_for
from core.portals.commands import StartProvisioning
from core.provisioning import leases
from core.storage.tables import Run
from tests.commandline.conftest import AMELIE


@pytest.fixture
def run_id(services: Services) -> str:
    """A run that is queued."""
    request = StartProvisioning("Aide", "aide", "contoso", 1036, AMELIE, "customer", "custom")
    return services.portals.provision(request, Actor(AMELIE), accepted_terms=True).run_id


def test_the_rows_alone_are_read_when_another_engine_lives(services: Services, run_id: str) -> None:
    leases.register(services.store)
    looks: list[str] = []

    def look() -> None:
        looks.append(services.insight.run(run_id).state)
        if len(looks) == 2:
            with services.store.writing() as session:
                run = session.get_one(Run, run_id)
                run.state, run.ended_at = "succeeded", services.clock()
                session.add(run)

    wait_for(services, [run_id], look)
    assert looks == ["queued", "queued", "succeeded"]


def test_the_engine_runs_here_when_the_other_one_ends(services: Services, run_id: str) -> None:
    other = leases.register(services.store)
    looks: list[str] = []

    def look() -> None:
        looks.append(services.insight.run(run_id).state)
        if len(looks) == 2:
            leases.end(services.store, other)

    wait_for(services, [run_id], look)
    assert looks[:2] == ["queued", "queued"]
    assert looks[-1] == "succeeded"
    assert not leases.has_live_executor(services.store, services.settings.lease_s)


def test_the_run_stays_queued_when_the_wait_is_interrupted(services: Services, run_id: str) -> None:
    leases.register(services.store)
    stop = Stop()
    stop.ask()
    with pytest.raises(Interrupted) as caught:
        wait_for(services, [run_id], lambda: None, stop)
    assert caught.value.details == {"runs": [run_id]}
    assert services.insight.run(run_id).state == "queued"
