"""A process killed at one point after the other, each time resumed by the next."""

from collections.abc import Sequence

from sqlmodel import col, func, select

from core.storage.tables import Run, RunStep
from tests.faults import processes
from tests.faults.processes import KILLED
from tests.provisioning.world import World


def kill_at_each(world: World, chain: Sequence[str]) -> None:
    """Each process resumes what the one before it left, and dies at the next point; the last one ends it."""
    done = progress_of(world)
    for point in chain:
        # It serves until it dies: one that only drains may end by itself between its last row and the point behind that.
        assert processes.run(processes.serve, world.settings, crash_point=point) == KILLED, point
        assert progress_of(world) >= done, f"{point}: a run went back"
        done = progress_of(world)
        assert states_of(world) <= {"queued", "running", "waiting", "succeeded", "failed", "cancelled"}, point
    assert processes.run(processes.drain, world.settings) == 0
    assert states_of(world) <= {"succeeded", "failed", "cancelled"}


def progress_of(world: World) -> int:
    """How many steps are done, of all runs."""
    with world.services.store.reading() as session:
        query = select(func.count()).select_from(RunStep).where(col(RunStep.state) == "done")
        return session.exec(query).one()


def states_of(world: World) -> set[str]:
    """The states that runs are in."""
    with world.services.store.reading() as session:
        return set(session.exec(select(Run.state)).all())
