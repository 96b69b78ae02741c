import pytest

from core.errors import NotFound
from core.provisioning import queries
from tests.provisioning.world import World


def test_state_is_told_when_a_run_is_asked_for(world: World) -> None:
    started = world.submit()
    assert queries.state_of(world.services.store, started.run_id) == "queued"
    assert queries.open_runs(world.services.store) == (started.run_id,)
    with pytest.raises(NotFound):
        queries.state_of(world.services.store, "nowhere")
