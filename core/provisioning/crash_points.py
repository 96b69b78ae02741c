"""Named points at which a test kills the process; off unless the environment names one.

A point is `<step>:<moment>`: the step's name, and begun (nothing done yet), effect (the platform has done it, nothing
is recorded), recorded (our rows are written, the engine's checkpoint is not), checkpointed.
"""

import os
import signal

VARIABLE = "PORTICO_CRASH_POINT"
MOMENTS = ("begun", "effect", "recorded", "checkpointed")


def reached(step: str, moment: str) -> None:
    """Die here by SIGKILL if the environment says so."""
    if os.environ.get(VARIABLE) == f"{step}:{moment}":
        os.kill(os.getpid(), signal.SIGKILL)
