"""Named points at which a test kills the process; off unless the environment names one.

A point is `<step>:<moment>`: the step's name, and one of MOMENTS. The submit, the beginning and the end of a
run have points as well: their only effect is our rows.
"""

import os
import signal

VARIABLE = "PORTICO_CRASH_POINT"
MOMENTS = (
    "begun",  # the step is under way, nothing is done yet
    "effect",  # the platform has done it, nothing is recorded
    "content",  # an installation's second effect: the website has the content, nothing says so
    "recorded",  # our rows are written, the engine's checkpoint is not
    "checkpointed",  # both are written, the next step has not begun
)


def reached(step: str, moment: str) -> None:
    """Die here by SIGKILL if the environment says so."""
    if os.environ.get(VARIABLE) == f"{step}:{moment}":
        os.kill(os.getpid(), signal.SIGKILL)
