"""Run a sample in a process of its own: a fresh interpreter a sample, and nothing of it stays."""

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TIMEOUT_S = 900


@dataclass(frozen=True)
class Work:
    """What a sample is asked to do; `database_url` None: SQLite under `data_dir`."""

    data_dir: str
    database_url: str | None
    runs: int
    at_a_time: int
    steps: int = 0


def apart(module: str, work: Any) -> dict[str, Any]:
    """The figures that `python -m <module> <the work as JSON>` prints on its last line.

    `work` is a dataclass. Raises RuntimeError with the end of what the process said where it failed.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PORTICO_")}
    command = [sys.executable, "-m", module, json.dumps(asdict(work))]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=TIMEOUT_S
    )
    if done.returncode:
        raise RuntimeError(f"{module} failed: {(done.stdout + done.stderr)[-4000:]}")
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures
