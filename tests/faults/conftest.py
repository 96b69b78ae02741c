"""A console whose processes die."""

from pathlib import Path

import pytest

from core.settings import Settings
from tests.faults import processes
from tests.faults.effects import Effects, effects_of
from tests.provisioning.conftest import made_data, world, world_on_both
from tests.provisioning.world import copy_data, opened

__all__ = ["made_data", "world", "world_on_both"]  # fixtures


@pytest.fixture(scope="session", autouse=True)
def _process_server() -> None:
    processes.start_server()


@pytest.fixture(scope="session")
def undisturbed(made_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Effects:
    """What a run leaves that nobody disturbs."""
    folder = tmp_path_factory.mktemp("undisturbed") / "data"
    copy_data(made_data, folder)
    with opened(Settings(data_dir=folder)) as world:
        world.drive(world.submit().run_id)
        return effects_of(world)
