"""Starts and stops the engine in this process: one thread, an event loop in it, and an executor at a time."""

import asyncio
import logging
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from typing import ClassVar

from sqlmodel import col, select

from core.provisioning import leases
from core.provisioning.context import StepContext
from core.provisioning.engine import workflow
from core.provisioning.engine.errands import ErrandThreads
from core.provisioning.engine.executor import Executor
from core.provisioning.engine.library import Library
from core.provisioning.errands import Errand
from core.provisioning.steps import Steps
from core.settings import Settings
from core.storage.tables import Run

log = logging.getLogger(__name__)

STOP_S = 60.0
REGISTER_AGAIN_S = 1.0


class Engine:
    """The engine of this process; one runs at a time (the workflow library's own limit)."""

    _running: ClassVar["Engine | None"] = None
    _one_at_a_time = threading.Lock()

    def __init__(self, settings: Settings, context: StepContext, errands: Sequence[Errand] = ()) -> None:
        self._errands = errands
        self._at_work: ErrandThreads | None = None
        self._settings = settings
        self._context = context
        self._store = context.store
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._executor: Executor | None = None

    @property
    def executor_id(self) -> str | None:
        """Who we are among those that run the engine on this store; None while we don't."""
        return None if self._executor is None else self._executor.id

    def start(self) -> None:
        """Begin to run what is queued and to adopt what was interrupted. Starting twice does nothing.

        Raises RuntimeError where another engine runs in this process.
        """
        if self._thread is not None:
            return
        self._claim_process()
        try:
            self._stopping.clear()
            started: Future[None] = Future()
            first = self._new_executor()
            self._thread = threading.Thread(
                target=self._run, args=(first, started), name="portico-engine", daemon=True
            )
            self._thread.start()
            started.result()
        except BaseException:  # also an interrupt: a half-started engine must not stay
            self.stop()
            self._release_process()
            raise

    def stop(self) -> None:
        """Stop; runs in flight go on at the next start, here or elsewhere, as if nothing had been."""
        thread = self._thread
        if thread is None:
            return
        self._stopping.set()
        if self._executor is not None:
            self._executor.stop()
        thread.join(STOP_S)
        if thread.is_alive():
            log.error("The engine did not stop within %d s; its runs are taken over elsewhere.", STOP_S)
        self._thread = None
        self._release_process()

    @contextmanager
    def running(self) -> Iterator["Engine"]:
        """The engine, running for the length of a block."""
        self.start()
        try:
            yield self
        finally:
            self.stop()

    def nudge(self) -> None:
        """Look for queued runs and other work now."""
        if self._executor is not None:
            self._executor.wake()
        if self._at_work is not None:
            self._at_work.wake()

    def is_idle(self) -> bool:
        """Whether no run is under way or queued anywhere on this store, and nobody's work waits for adoption."""
        # Runs on both sides: what an errand does can queue a run, and a run that ends gives errands something to do.
        is_done = not self._has_open_run() and all(errand.is_idle() for errand in self._errands)
        if not is_done or self._has_open_run():
            return False
        return not leases.has_lost_executor(self._store, self._settings.lease_s)

    def _has_open_run(self) -> bool:
        with self._store.reading() as session:
            return (
                session.exec(select(Run.id).where(col(Run.ended_at).is_(None)).limit(1)).first() is not None
            )

    def _run(self, executor: Executor | None, started: "Future[None]") -> None:
        """The engine's thread: one executor after another, should others take us for dead; until we stop."""
        while executor is not None:
            self._executor = executor
            try:
                self._live(executor, started)
            except (
                BaseException
            ) as error:  # told to whoever starts us, or to the log: it must not end silently
                if not started.done():
                    started.set_exception(error)
                    return
                log.exception("The engine ended unexpectedly; it starts again.")
            executor = None if self._stopping.is_set() else self._register_again()

    def _live(self, executor: Executor, started: "Future[None]") -> None:
        steps = Steps(self._context)
        workflow.use(steps)
        errands = self._at_work = ErrandThreads(self._errands, executor.id)

        def launched() -> None:
            errands.start()
            if not started.done():
                started.set_result(None)

        try:
            with asyncio.Runner() as runner:
                # Whoever is adopted meanwhile leaves the loop, which cancels the tasks: others do them now.
                runner.run(executor.live(launched))
        finally:
            errands.stop()
            steps.close()
            executor.end()
            workflow.use(None)

    def _new_executor(self) -> Executor:
        executor_id = leases.register(self._store)
        library = Library(self._settings, executor_id)
        return Executor(executor_id, self._context, library, self._settings.lease_s)

    def _register_again(self) -> Executor | None:
        while not self._stopping.wait(REGISTER_AGAIN_S):
            try:
                return self._new_executor()
            except Exception as error:  # whatever it is, the engine must not end by itself
                log.warning("The engine can't start again yet.", exc_info=error)
        return None

    def _claim_process(self) -> None:
        with Engine._one_at_a_time:
            if Engine._running is not None:
                raise RuntimeError("An engine runs in this process already; stop it first.")
            Engine._running = self

    def _release_process(self) -> None:
        with Engine._one_at_a_time:
            if Engine._running is self:
                Engine._running = None
