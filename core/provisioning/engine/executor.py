"""One executor: it renews its lease, adopts the runs of the dead, begins what is queued, mends what fell between."""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from core.errors import PorticoError
from core.provisioning import ending, leases, queries
from core.provisioning.context import StepContext
from core.provisioning.engine.library import Execution, Library
from core.provisioning.outages import is_outage

log = logging.getLogger(__name__)
T = TypeVar("T")

LOOK_S = 0.5  # how often queued runs that nobody told us of are looked for
MEND_S = 30.0  # how often the rows and the workflows are compared


class Executor:
    """An executor from its registration until it is stopped, or finds that others took it for dead."""

    def __init__(self, executor_id: str, context: StepContext, library: Library, lease_s: float) -> None:
        self.id = executor_id
        self._context = context
        self._store = context.store
        self._library = library
        self._lease_s = lease_s
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake = asyncio.Event()
        self._is_stopping = False
        self._claimed: set[str] = set()
        self._renewed = self._mended = float("-inf")
        self._is_away = False
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="portico-engine")

    def wake(self) -> None:
        """Look now. Called from any thread; nothing happens before the start and after the end."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._wake.set)

    def stop(self) -> None:
        """Return from `live` soon. Called from any thread."""
        self._is_stopping = True
        self.wake()

    def end(self) -> None:
        """Let go of the library, then of the lease: whatever we leave may be adopted at once."""
        self._library.destroy()
        try:
            leases.end(self._store, self.id)
        except SQLAlchemyError as error:
            # The lease runs out by itself.
            log.warning(
                "The store does not answer (%s); the lease stays until it is over.", type(error).__name__
            )

    async def live(self, is_launched: Callable[[], None]) -> None:
        """Look after runs until we are stopped or adopted by another; workflows are tasks of this loop."""
        self._loop = asyncio.get_running_loop()
        self._library.launch()
        is_launched()
        try:
            while not self._is_stopping and await self._look_safely():
                await self._until_woken()
        finally:
            self._library.hush()
            self._threads.shutdown(wait=False, cancel_futures=True)

    async def _until_woken(self) -> None:
        # Woken while it looked, it looks again at once.
        try:
            await asyncio.wait_for(self._wake.wait(), min(LOOK_S, self._lease_s / 3))
        except TimeoutError:
            return
        finally:
            self._wake.clear()

    async def _look_safely(self) -> bool:
        """One look; False where we were adopted. What goes wrong must not end the engine: it looks again."""
        try:
            is_ours = await self._look()
        except Exception as error:  # a look that fails is told, and the next one tries again
            if not is_outage(error):
                log.exception("The engine could not look after its runs; it tries again.")
            elif not self._is_away:
                log.warning("The store does not answer (%s); the engine waits for it.", type(error).__name__)
            self._is_away = True
            return True
        if self._is_away:
            log.warning("The engine can look after its runs again.")
        self._is_away = False
        return is_ours

    async def _look(self) -> bool:
        if not await self._renew():
            return False
        await self._adopt()
        await self._begin_queued()
        if time.monotonic() - self._mended > MEND_S:
            await self._mend()
            self._mended = time.monotonic()
        return True

    async def _renew(self) -> bool:
        """Renew the lease when a third of it is over; False where others took our runs meanwhile."""
        if time.monotonic() - self._renewed < self._lease_s / 3:
            return True
        at = time.monotonic()
        if not await self._in_thread(leases.renew, self._store, self.id):
            log.warning("Executor %s was silent for too long and others took its runs over.", self.id)
            return False
        self._renewed = at
        return True

    async def _adopt(self) -> None:
        """Take over from the dead; done over again from the start where we die in the middle of it."""
        lost = await self._in_thread(leases.declare_lost, self._store, self.id, self._lease_s)
        if lost:
            log.info("Taking over what %s left.", ", ".join(lost))
            await self._in_thread(self._library.recover, lost)
            await self._in_thread(leases.adopted, self._store, lost, self.id)

    async def _begin_queued(self) -> None:
        """Begin the queued runs that nobody has claimed, and those of ours that could not be begun before."""
        self._claimed |= set(await self._in_thread(queries.claim, self._store, self.id))
        for run_id in tuple(self._claimed):
            await self._library.begin(run_id)
            self._claimed.discard(run_id)

    async def _mend(self) -> None:
        """Compare open runs with their workflows: none may be open that nobody has in hand."""
        for some in await self._in_thread(queries.begun_and_open, self._store):
            executions = await self._library.executions(some)
            living = {one.id for one in await self._in_thread(leases.live, self._store, self._lease_s)}
            for run_id in some:
                await self._mend_run(run_id, executions.get(run_id), living | {self.id})

    async def _mend_run(self, run_id: str, execution: Execution | None, living: set[str]) -> None:
        if execution is None:
            # The checkpoints are gone: its rows say how far it came.
            await self._library.begin(run_id)
        elif execution.has_ended:
            error = PorticoError(
                "The workflow ended without a result. The log has the details; restart provisioning."
            )
            await self._in_thread(ending.fail, self._context, run_id, error)
        elif execution.is_under_way and execution.executor_id not in living:
            await self._in_thread(self._library.recover, [str(execution.executor_id)])

    async def _in_thread(self, function: Callable[..., T], *args: object) -> T:
        # A thread of its own: steps that wait for the store must not delay the lease.
        return await asyncio.get_running_loop().run_in_executor(self._threads, function, *args)
