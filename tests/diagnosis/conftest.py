"""The project's own diagnoser, made once."""

import pytest

from core.diagnosis import Diagnoser, load_diagnoser


@pytest.fixture(scope="session")
def diagnoser() -> Diagnoser:
    return load_diagnoser()
