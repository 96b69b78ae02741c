"""The steps of a run as coroutines: they wait without a thread, and each may be repeated.

A step is done once by its key on the platform, and its rows are guarded by the state that they start from: a step that ended
is not done again, one that was killed before its rows were written finds its effect done. A coroutine that is stopped
changes nothing: its step goes on at the next start.
"""

import asyncio
import logging
import time
from typing import Any, Literal

from core.errors import PlatformError, PlatformUnreachable, PorticoError
from core.provisioning import crash_points, effects, ending, failures, progress, slots
from core.provisioning.actions import Actions
from core.provisioning.context import Pause, StepContext
from core.provisioning.failures import Broken, Cancelled, Refused
from core.provisioning.progress import Job
from core.provisioning.slots import Line
from core.provisioning.threads import Threads

log = logging.getLogger(__name__)
Outcome = Literal["done", "refused", "broken", "cancelled", "skipped"]

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 15.0


class Steps:
    """Performs the steps. One instance an engine's life; `pause` is asyncio.sleep but in tests."""

    def __init__(self, context: StepContext, pause: Pause = asyncio.sleep) -> None:
        self._context = context
        self._pause = pause
        self._line = Line()
        self._threads = Threads(pause)
        self._actions = Actions(context, self._threads, self._line, pause)

    def close(self) -> None:
        """Let go of the threads; returns when none of them writes any more."""
        self._threads.close()

    async def begin(self, run_id: str) -> list[str]:
        """The run is under way; returns its steps' names. Idempotent: guarded by the run's state."""
        crash_points.reached("begin", "begun")
        try:
            names = await self._threads.run(ending.begin, self._context, run_id)
        except Exception as error:  # noqa: BLE001 - whatever it is, the run must end and say so
            await self._threads.run(ending.fail, self._context, run_id, _as_sentence(error, run_id))
            return []
        crash_points.reached("begin", "recorded")
        return names

    async def finish(self, run_id: str) -> str:
        """The run has ended, and with it what it says of the portal; returns its state. Idempotent likewise."""
        crash_points.reached("finish", "begun")
        state = await self._threads.run(ending.finish, self._context, run_id)
        crash_points.reached("finish", "recorded")
        return state

    async def perform(self, run_id: str, position: int) -> Outcome:
        """Do a step until it has a verdict: once by key, guarded by the step's state."""
        job = await self._load(run_id, position)
        if job.state not in progress.UNFINISHED:
            return _outcome_of(job)
        if job.is_refused and job.kind != "install":
            await self._threads.run(ending.record_ended, self._context, job, "skipped")
            return "skipped"
        try:
            return await self._attempts(job)
        except Exception as error:  # noqa: BLE001 - a fault of ours or of a library: the run must end and say so
            return await self._break(job, _as_sentence(error, run_id))
        finally:
            self._line.ring(job.instance)

    async def _attempts(self, job: Job) -> Outcome:
        """One attempt after another, as long as the trouble may pass and the patience lasts."""
        deadline = time.monotonic() + self._context.patience_s
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                return await self._attempt(job)
            except PlatformError as error:
                if not error.is_retryable or time.monotonic() + pause_s > deadline:
                    return await self._give_up(job, error)
                await self._step_back(job, error)
            await self._pause(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
            job = await self._load(job.run_id, job.position)

    async def _attempt(self, job: Job) -> Outcome:
        """One attempt; raises PlatformError where another may follow, PorticoError where the step breaks."""
        try:
            _check_cancelled(job)
            if job.kind == "install":
                await self._wait_for_turn(job)
            job = await self._start(job)
            crash_points.reached(job.name, "begun")
            await self._actions.perform(job)
        except Refused as refusal:
            return await self._refuse(job, refusal)
        except Broken as broken:
            return await self._break(job, broken.cause)
        except Cancelled:
            error = await self._threads.run(ending.cancel_error, self._context, job)
            await self._threads.run(ending.record_ended, self._context, job, "failed", error)
            return "cancelled"
        await self._threads.run(ending.record_done, self._context, job)
        crash_points.reached(job.name, "recorded")
        return "done"

    async def _wait_for_turn(self, job: Job) -> None:
        """One import at a time in an instance; a solution that stands there already needs no turn."""
        if await self._is_there(job):
            return
        place = self._line.join(job.instance)
        is_noted = False
        try:
            while not await self._takes_turn(job, place):
                if not is_noted:
                    await self._threads.run(ending.record_turn, self._context, job)
                    is_noted = True
                await self._line.wait(job.instance, place)
                _check_cancelled(await self._load(job.run_id, job.position))
        finally:
            self._line.leave(job.instance, place)

    async def _is_there(self, job: Job) -> bool:
        try:
            return await self._threads.run(effects.is_installed, self._context, job)
        except PlatformError:
            return False  # the attempt itself will meet the trouble, and counts

    async def _takes_turn(self, job: Job, place: slots.Place) -> bool:
        if not self._line.is_first(job.instance, place):
            return False
        return await self._threads.run(slots.take, self._context.store, job.instance, job.run_id)

    async def _load(self, run_id: str, position: int) -> Job:
        return await self._threads.run(progress.read, self._context.store, run_id, position)

    async def _start(self, job: Job) -> Job:
        return await self._threads.run(ending.start, self._context, job)

    async def _refuse(self, job: Job, error: Refused | PlatformError) -> Outcome:
        """A final answer about one solution; of another step it is a break."""
        if job.kind != "install":
            return await self._break(job, error)
        kept = self._kept(job, error, "refused")
        await self._threads.run(ending.record_refused, self._context, job, kept)
        return "refused"

    async def _give_up(self, job: Job, error: PlatformError) -> Outcome:
        """The attempts are used up: a lock is the platform's answer about the solution, silence is a break."""
        job = await self._load(job.run_id, job.position)
        if isinstance(error, PlatformUnreachable):
            return await self._break(job, error)
        return await self._refuse(job, error)

    async def _break(self, job: Job, error: PorticoError | Refused) -> Outcome:
        job = await self._load(job.run_id, job.position)
        kept = self._kept(job, error, "broken")
        await self._threads.run(ending.record_ended, self._context, job, "failed", kept)
        return "broken"

    async def _step_back(self, job: Job, error: PlatformError) -> None:
        """Between attempts the instance is free for others."""
        job = await self._load(job.run_id, job.position)
        await self._threads.run(ending.step_back, self._context, job, self._kept(job, error, "broken"))
        self._line.ring(job.instance)

    def _kept(self, job: Job, error: PorticoError | Refused, kind: failures.FailureKind) -> dict[str, Any]:
        kept = failures.kept(error, kind, at=self._context.clock(), step=job.name, attempt=job.attempts)
        return kept | self._context.diagnose(kept)


def _check_cancelled(job: Job) -> None:
    if job.is_cancelled:
        raise Cancelled


def _as_sentence(error: Exception, run_id: str) -> PorticoError:
    """An error for people: ours as it is, anything else goes to the log with its trace."""
    if isinstance(error, PorticoError):
        return error
    log.error("run %s broke", run_id, exc_info=error)
    name = type(error).__name__
    return PorticoError(
        f"An unexpected {name} stopped the step. The log has the details; restart provisioning."
    )


def _outcome_of(job: Job) -> Outcome:
    """What a step that has ended means for the run: a refusal of one solution does not stop it."""
    if job.state == "failed":
        return "refused" if (job.error or {}).get("kind") == "refused" else "broken"
    return "done" if job.state == "done" else "skipped"
