"""Processes that run the engine, and that a test may kill: each forked from a server that has imported everything."""

import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import forkserver, get_context
from multiprocessing.connection import wait
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any

from core.provisioning.crash_points import VARIABLE
from core.settings import Settings
from tests.provisioning.world import Place, World, opened

KILLED = -signal.SIGKILL
LIFE_S = 150.0

# A start also looks after the other threads' processes, and two that read how one ended would disagree.
_one_at_a_time = Lock()
_context = get_context("forkserver")
_context.set_forkserver_preload(["tests.faults.warm"])


def start_server() -> None:
    """Start the server that the processes are forked from."""
    forkserver.ensure_running()


def start(
    task: Callable[..., None], settings: Settings, *args: Any, crash_point: str | None = None
) -> ForkServerProcess:
    """A process that does the task on the store of these settings, and dies at the crash point."""
    process = _context.Process(target=_live, args=(task, settings, crash_point, args), daemon=True)
    with _one_at_a_time, _without_main():
        process.start()
    return process


@contextmanager
def _without_main() -> Iterator[None]:
    """Let the process not begin with this one's main script: the tests of pages leave a page as that."""
    main, sys.modules["__main__"] = sys.modules["__main__"], ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def ended(process: ForkServerProcess) -> int | None:
    """How the process ended: its exit code, or -9 where it was killed."""
    is_over = wait([process.sentinel], LIFE_S)
    with _one_at_a_time:
        if not is_over:
            process.kill()
            raise AssertionError(f"the process did not end within {LIFE_S} s")
        process.join()
        return process.exitcode


def run(
    task: Callable[..., None], settings: Settings, *args: Any, crash_point: str | None = None
) -> int | None:
    """Start such a process and wait for its end."""
    return ended(start(task, settings, *args, crash_point=crash_point))


def drain(settings: Settings) -> None:
    """Run the engine until nothing is left to do."""
    with opened(settings) as world, world.services.engine().running() as engine:
        while not engine.is_idle():
            time.sleep(0.01)  # it works in its own thread


def serve(settings: Settings) -> None:
    """Run the engine until somebody kills us, or asks us to end (SIGTERM)."""
    is_asked: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: is_asked.append(1))
    with opened(settings) as world, world.services.engine().running():
        while not is_asked:
            time.sleep(0.01)


def submit(settings: Settings, template: str, place: Place, subdomain: str) -> None:
    """Submit a portal."""
    with opened(settings) as world:
        world.submit(template, place, subdomain)


def _live(
    task: Callable[..., None], settings: Settings, crash_point: str | None, args: tuple[Any, ...]
) -> None:
    logging.basicConfig(filename=Path(settings.data_dir) / "log.txt", level=logging.INFO)
    if crash_point is not None:
        os.environ[VARIABLE] = crash_point
    task(settings, *args)


def is_running(world: World, run_id: str) -> bool:
    """Whether the run is under way."""
    return world.run(run_id).ended_at is None
