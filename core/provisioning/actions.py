"""What each kind of step does: its effects on the platform, each waited for without a thread."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from core.errors import PlatformRefused
from core.platforms.port import Operation
from core.provisioning import crash_points, effects, ending, failures, progress
from core.provisioning.context import Pause, StepContext
from core.provisioning.failures import Broken, Cancelled, Refused
from core.provisioning.progress import Job, JobPortal
from core.provisioning.slots import Line
from core.provisioning.threads import Threads

log = logging.getLogger(__name__)
Effect = Callable[[StepContext, Job], Operation]

FIRST_POLL_S = 0.05
LONGEST_POLL_S = 5.0
POLL_GROWTH = 1.3
POLLS_A_SECOND = 50  # of all that wait in this process together


class Actions:
    """Performs a step's effects; each is once by its key, so an action may be repeated from its beginning.

    Raises PlatformError and Refused (the platform's no), Broken, Cancelled.
    """

    def __init__(
        self, context: StepContext, threads: Threads, line: Line, pause: Pause = asyncio.sleep
    ) -> None:
        self._context = context
        self._threads = threads
        self._line = line
        self._asking = 0
        self._pause = pause
        self._by_kind: dict[str, Callable[[Job], Awaitable[None]]] = {
            "clear-website": self._website_away(effects.clear_website),
            "delete-website": self._website_away(effects.delete_website),
            "create-website": self._create_website,
            "install": self._install,
            "sample-data": self._operation(effects.add_sample_data),
            "administrator": self._operation(effects.assign_administrator),
            "publish": self._operation(effects.publish),
            "probe": self._probe,
        }

    async def perform(self, job: Job) -> None:
        """Do what the step is for; returns once it is done."""
        await self._by_kind[job.kind](job)

    async def _create_website(self, job: Job) -> None:
        if job.portal is not None and job.portal.website_id is not None:
            return  # it stands: cleared for changed values, or as an earlier attempt left it
        begun = await self._threads.run(effects.create_website, self._context, job)
        done = await self._finished(job, begun)
        crash_points.reached(job.name, "effect")
        await self._threads.run(ending.record_website, self._context, job, done.result["website_id"])

    async def _install(self, job: Job) -> None:
        """The solution into the instance, then its site content into the website: two effects."""
        if not await self._threads.run(effects.is_installed, self._context, job):
            await self._threads.run(ending.record_installing, self._context, job)
            await self._finished(job, await self._threads.run(effects.import_solution, self._context, job))
        crash_points.reached(job.name, "effect")
        await self._threads.run(ending.record_installed, self._context, job)
        self._line.ring(job.instance)
        if job.portal is None:
            await self._add_contents_elsewhere(job)
        else:
            await self._add_contents_here(job, job.portal)
        crash_points.reached(job.name, "content")

    async def _add_contents_here(self, job: Job, portal: JobPortal) -> None:
        try:
            await self._add_contents(job, portal)
        except (PlatformRefused, Refused) as refusal:
            # The solution stands in the instance: this is about the website, no verdict on the solution.
            raise Broken(refusal) from refusal

    async def _add_contents_elsewhere(self, job: Job) -> None:
        """To each portal that asked; one whose website refuses it must not stop the others' healing."""
        for portal in await self._threads.run(ending.portals_without_content, self._context, job):
            try:
                await self._add_contents(job, portal)
            except (PlatformRefused, Refused) as refusal:
                log.warning("portal %d refused the content of %s: %s", portal.id, job.solution, refusal)

    async def _add_contents(self, job: Job, portal: JobPortal) -> None:
        for name in effects.contents(self._context, job, portal):
            begun = await self._threads.run(effects.add_site_content, self._context, job, portal, name)
            await self._finished(job, begun)
        await self._threads.run(ending.record_content, self._context, job, portal.id)

    def _website_away(self, effect: Effect) -> Callable[[Job], Awaitable[None]]:
        async def act(job: Job) -> None:
            if job.portal is not None and job.portal.website_id is not None:
                await self._finished(job, await self._threads.run(effect, self._context, job))
            crash_points.reached(job.name, "effect")
            await self._threads.run(ending.record_website_away, self._context, job)

        return act

    def _operation(self, effect: Effect) -> Callable[[Job], Awaitable[None]]:
        async def act(job: Job) -> None:
            await self._finished(job, await self._threads.run(effect, self._context, job))
            crash_points.reached(job.name, "effect")

        return act

    async def _probe(self, job: Job) -> None:
        await self._threads.run(effects.probe, self._context, job)
        crash_points.reached(job.name, "effect")

    async def _finished(self, job: Job, operation: Operation) -> Operation:
        """The operation once it has ended; asks again and again, ever less often."""
        pause_s = FIRST_POLL_S
        self._asking += 1
        try:
            while not operation.has_ended:
                await self._pause(max(pause_s, self._asking / POLLS_A_SECOND))
                pause_s = min(pause_s * POLL_GROWTH, LONGEST_POLL_S)
                operation = await self._threads.run(self._poll, job, operation.key)
        finally:
            self._asking -= 1
        fault = operation.fault
        if fault is not None and fault.is_passing:
            raise failures.busy(fault)
        return effects.verdict(operation)

    def _poll(self, job: Job, key: str) -> Operation:
        if progress.is_cancelled(self._context.store, job.run_id):
            raise Cancelled
        return effects.poll(self._context, job, key)
