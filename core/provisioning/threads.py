"""Short blocking calls of the steps, in a few threads: nothing that waits holds one."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from core.provisioning.context import Pause
from core.provisioning.outages import is_outage

log = logging.getLogger(__name__)
T = TypeVar("T")

THREADS = 8
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 10.0
CLOSING_S = 10.0


class Threads:
    """Runs calls that may be repeated; one that meets an outage of the store is, until the store is back."""

    def __init__(self, pause: Pause = asyncio.sleep) -> None:
        self._pause = pause
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="portico-step")
        self._under_way: set[Future[Any]] = set()

    async def run(self, function: Callable[..., T], *args: Any) -> T:
        """What the function returns. It is called again after an outage, so it must be idempotent."""
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                return await self._once(function, *args)
            except SQLAlchemyError as error:
                if not is_outage(error):
                    raise
                log.warning("The store does not answer (%s); trying again.", type(error).__name__)
            await self._pause(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    def close(self) -> None:
        """Let go of the threads, and wait for the calls that run in them now: what comes after may rely on it."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        _, late = wait(list(self._under_way), CLOSING_S)
        if late:
            log.warning("%d calls of steps had not ended when the engine stopped.", len(late))

    async def _once(self, function: Callable[..., T], *args: Any) -> T:
        future = self._pool.submit(function, *args)
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)
        return await asyncio.wrap_future(future)
