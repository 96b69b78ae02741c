"""Progress, as a terminal shows it and as a pipe does."""

import io
import sys

import pytest

from core.access import Actor
from core.bootstrap import Services
from core.commandline.watching import watched
from core.portals.commands import StartProvisioning
from core.storage.tables import Run, RunStep
from tests.commandline.conftest import AMELIE


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def run_id(services: Services) -> str:
    """A run whose first step has failed once and is tried again."""
    request = StartProvisioning("Aide", "aide", "contoso", 1036, AMELIE, "customer", "custom")
    run_id = services.portals.provision(request, Actor(AMELIE), accepted_terms=True).run_id
    with services.store.writing() as session:
        step = session.get_one(RunStep, (run_id, 0))
        step.state, step.error = "running", {"message": "The platform is busy."}
        session.add(step)
    return run_id


def _end(services: Services, run_id: str) -> None:
    with services.store.writing() as session:
        run = session.get_one(Run, run_id)
        run.state, run.ended_at = "cancelled", services.clock()
        session.add(run)


def test_the_step_is_shown_when_a_terminal_watches(
    services: Services, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm-256color")
    with watched(services, run_id) as look:
        look()
    _end(services, run_id)
    with watched(services, run_id) as look:
        look()
    assert "create-website" in screen.getvalue()
    assert "cancelled" in screen.getvalue()
    assert "0/20" in screen.getvalue()


def test_each_change_is_a_line_when_a_pipe_watches(
    services: Services, run_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with watched(services, run_id) as look:
        look()
        look()
    assert capsys.readouterr().err == "create-website running  The platform is busy.\n"
