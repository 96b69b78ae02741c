"""The workflow: a run's steps in order, each checkpointed. What a step does stands in core.provisioning.steps.

Its code is replayed after a crash, so it only loops over what its steps answer. A change of its steps stands behind
`DBOS.patch_async`: runs of an earlier release go on as they began.
"""

from dbos import DBOS

from core.provisioning import crash_points
from core.provisioning.steps import Steps

STOPPING = ("broken", "cancelled")


class _Process:
    """What the workflow works with in this process; the engine sets it before it starts."""

    steps: Steps | None = None


def use(steps: Steps | None) -> None:
    """Let the workflow of this process work with these steps."""
    _Process.steps = steps


def _steps() -> Steps:
    if _Process.steps is None:
        raise RuntimeError("the engine was asked to run a workflow before it was started")
    return _Process.steps


@DBOS.workflow(name="provision")
async def provision(run_id: str) -> str:
    """Carry out the run; returns its state. Its id is the workflow's."""
    names = await DBOS.run_step_async({"name": "begin"}, _begin, run_id)
    crash_points.reached("begin", "checkpointed")
    for position, name in enumerate(names):
        outcome = await DBOS.run_step_async({"name": name}, _perform, run_id, position)
        crash_points.reached(name, "checkpointed")
        if outcome in STOPPING:
            break
    state = await DBOS.run_step_async({"name": "finish"}, _finish, run_id)
    crash_points.reached("finish", "checkpointed")
    return state


async def _begin(run_id: str) -> list[str]:
    return await _steps().begin(run_id)


async def _perform(run_id: str, position: int) -> str:
    return await _steps().perform(run_id, position)


async def _finish(run_id: str) -> str:
    return await _steps().finish(run_id)
