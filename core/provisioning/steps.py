"""The steps of a run as coroutines: they wait without a thread, and each may be repeated.

A step is done once by its key on the platform, and its rows are guarded by the state that they start from: a step that ended
is not done again, one that was killed before its rows were written finds its effect done.
"""

import asyncio
import functools
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal, TypeVar

from core.errors import PlatformBusy, PlatformError, PlatformUnreachable, PorticoError
from core.platforms.port import Operation
from core.provisioning import crash_points, effects, ending, failures, installations, progress, slots
from core.provisioning.context import Pause, StepContext
from core.provisioning.failures import Cancelled, Refused
from core.provisioning.progress import Job

log = logging.getLogger(__name__)
Outcome = Literal["done", "refused", "broken", "cancelled", "skipped"]
T = TypeVar("T")

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 15.0
FIRST_POLL_S = 0.05
LONGEST_POLL_S = 2.0
SLOT_LOOK_S = 1.0  # how often a waiter looks for a slot that another process gave back
THREADS = 8


class Steps:
    """Performs the steps. One instance a process; `pause` is asyncio.sleep but in tests."""

    def __init__(self, context: StepContext, pause: Pause = asyncio.sleep) -> None:
        self._context = context
        self._pause = pause
        self._bell = slots.SlotBell()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="portico-step")
        self._actions: dict[str, Callable[[Job], Any]] = {
            "create-website": self._create_website,
            "install": self._install,
            "sample-data": self._operation(effects.add_sample_data),
            "administrator": self._operation(effects.assign_administrator),
            "publish": self._operation(effects.publish),
            "probe": self._probe,
        }

    def close(self) -> None:
        """Let go of the threads; what runs in one ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def begin(self, run_id: str) -> int:
        """The run is under way; returns how many steps it has. Idempotent: guarded by the run's state."""
        return await self._in_thread(ending.begin, self._context, run_id)

    async def finish(self, run_id: str) -> str:
        """The run has ended, and with it what it says of the portal; returns its state. Idempotent likewise."""
        return await self._in_thread(ending.finish, self._context, run_id)

    async def perform(self, run_id: str, position: int) -> Outcome:
        """Do a step until it has a verdict: once by key, guarded by the step's state."""
        job = await self._load(run_id, position)
        if job.state in ("done", "failed", "skipped"):
            return _outcome_of(job)
        if job.is_refused and job.kind != "install":
            await self._end(job, "skipped")
            return "skipped"
        deadline = time.monotonic() + self._context.patience_s
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                return await self._attempt(run_id, position)
            except PlatformError as error:
                if not error.is_retryable or time.monotonic() + pause_s > deadline:
                    return await self._give_up(run_id, position, error)
                await self._wait_again(run_id, position, error)
            await self._pause(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def _attempt(self, run_id: str, position: int) -> Outcome:
        """One attempt; raises PlatformError where another may follow."""
        job = await self._load(run_id, position)
        try:
            _check_cancelled(job)
            if job.kind == "install":
                await self._wait_for_slot(job)
            job = await self._start(job)
            crash_points.reached(job.name, "begun")
            await self._actions[job.kind](job)
        except Refused as refusal:
            return await self._refused(job, refusal)
        except Cancelled:
            return await self._end_badly(job, ending.cancel_error(self._context, job), "cancelled")
        except PlatformError:
            raise
        except PorticoError as error:
            return await self._end_badly(job, self._kept(job, error), "broken")
        except Exception as error:  # a fault of ours or of a library: the run must end and say so, with a trace in the log
            log.exception("step %s of run %s broke", job.name, run_id)
            fault = PorticoError(f"An unexpected {type(error).__name__} stopped the step. The log has the details; restart provisioning.")
            return await self._end_badly(job, self._kept(job, fault), "broken")
        finally:
            self._bell.ring(job.instance)
        await self._end(job, "done")
        crash_points.reached(job.name, "recorded")
        return "done"

    # What each kind of step does.

    async def _create_website(self, job: Job) -> None:
        operation = await self._finished(job, await self._in_thread(effects.create_website, self._context, job))
        crash_points.reached(job.name, "effect")
        await self._in_thread(ending.record_website, self._context, job, operation.result["website_id"])

    async def _install(self, job: Job) -> None:
        """The solution into the instance, then its site content into the website: two effects."""
        if not await self._in_thread(effects.is_installed, self._context, job):
            await self._record(installations.installing, job)
            operation = await self._in_thread(effects.import_solution, self._context, job)
            await self._finished(job, operation)
        crash_points.reached(job.name, "effect")
        await self._in_thread(ending.record_installed, self._context, job)
        for content in await self._in_thread(effects.add_site_content, self._context, job):
            await self._finished(job, content)
        await self._in_thread(ending.record_content, self._context, job)

    def _operation(self, effect: Callable[[StepContext, Job], Operation]) -> Callable[[Job], Any]:
        async def act(job: Job) -> None:
            await self._finished(job, await self._in_thread(effect, self._context, job))
            crash_points.reached(job.name, "effect")

        return act

    async def _probe(self, job: Job) -> None:
        await self._in_thread(effects.probe, self._context, job)
        crash_points.reached(job.name, "effect")

    # How a step waits.

    async def _finished(self, job: Job, operation: Operation) -> Operation:
        """The operation once it has ended; asks again and again without a thread. Raises Refused, PlatformBusy, Cancelled."""
        pause_s = FIRST_POLL_S
        while not operation.has_ended:
            await self._pause(pause_s)
            pause_s = min(pause_s * 1.5, LONGEST_POLL_S)
            operation = await self._in_thread(self._poll, job, operation.key)
        fault = operation.fault
        if fault is not None and fault.is_passing:
            raise PlatformBusy(fault.text, details=failures.of_fault(fault, "refused", step=job.name, attempt=job.attempts))
        return effects.verdict(operation)

    def _poll(self, job: Job, key: str) -> Operation:
        with self._context.store.reading() as session:
            _check_cancelled(progress.load(session, job.run_id, job.position))
        return effects.poll(self._context, job, key)

    async def _wait_for_slot(self, job: Job) -> None:
        """One import at a time in an instance; a solution that stands there already needs no turn."""
        if await self._in_thread(effects.is_installed, self._context, job):
            return
        is_noted = False
        while not await self._in_thread(slots.take, self._context.store, job.instance, job.run_id):
            if not is_noted:
                await self._record(progress.waits, job)
                is_noted = True
            await self._bell.wait(job.instance, SLOT_LOOK_S)
            _check_cancelled(await self._load(job.run_id, job.position))

    # How a step's rows change.

    async def _load(self, run_id: str, position: int) -> Job:
        def read() -> Job:
            with self._context.store.reading() as session:
                return progress.load(session, run_id, position)

        return await self._in_thread(read)

    async def _start(self, job: Job) -> Job:
        def write() -> Job:
            with self._context.store.writing() as session:
                progress.started(session, job, self._context.clock())
                return progress.load(session, job.run_id, job.position)

        return await self._in_thread(write)

    async def _record(self, change: Callable[..., None], job: Job, *more: Any) -> None:
        def write() -> None:
            with self._context.store.writing() as session:
                now = self._context.clock()
                if change is progress.waits:
                    progress.waits(session, job, now, *more)
                else:
                    run, _ = progress.run_and_portal(session, job.run_id)
                    change(session, run, job.solution, *more, now)

        await self._in_thread(write)

    async def _end(self, job: Job, state: str, error: dict[str, Any] | None = None) -> None:
        await self._in_thread(ending.end_step, self._context, job, state, error)

    async def _end_badly(self, job: Job, error: dict[str, Any], outcome: Outcome) -> Outcome:
        await self._end(job, "failed", error)
        return outcome

    async def _refused(self, job: Job, refusal: Refused) -> Outcome:
        error = failures.of_fault(refusal.fault, "refused", step=job.name, attempt=job.attempts)
        if job.kind != "install":
            return await self._end_badly(job, error | {"kind": "broken"}, "broken")
        await self._in_thread(ending.record_refused, self._context, job, error)
        return "refused"

    async def _give_up(self, run_id: str, position: int, error: PlatformError) -> Outcome:
        """The attempts are used up: a lock is the platform's answer about the solution, silence is a break."""
        job = await self._load(run_id, position)
        kept = self._kept(job, error)
        is_answer = job.kind == "install" and not isinstance(error, PlatformUnreachable)
        if not is_answer:
            return await self._end_badly(job, kept, "broken")
        await self._in_thread(ending.record_refused, self._context, job, kept | {"kind": "refused"})
        return "refused"

    async def _wait_again(self, run_id: str, position: int, error: PlatformError) -> None:
        """Between attempts the instance is free for others."""
        job = await self._load(run_id, position)
        await self._in_thread(ending.step_back, self._context, job, self._kept(job, error))
        self._bell.ring(job.instance)

    def _kept(self, job: Job, error: PorticoError) -> dict[str, Any]:
        return failures.of_error(error, "broken", at=self._context.clock(), step=job.name, attempt=job.attempts)

    async def _in_thread(self, function: Callable[..., T], *args: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, functools.partial(function, *args))


def _check_cancelled(job: Job) -> None:
    if job.is_cancelled:
        raise Cancelled


def _outcome_of(job: Job) -> Outcome:
    if job.state == "failed":
        return ending.outcome_of_failed(job)
    return "done" if job.state == "done" else "skipped"
