"""Each test runs against every platform."""

from pathlib import Path

import pytest

from tests.contract.tenant import FACTORIES, Tenant


@pytest.fixture(params=sorted(FACTORIES))
def tenant(request: pytest.FixtureRequest, tmp_path: Path) -> Tenant:
    """A fresh platform with one instance of the suite's own."""
    return FACTORIES[request.param](tmp_path).found()
