"""Starts and stops the engine in this process: an executor of its own with a lease, which begins and adopts runs."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from core.provisioning import leases
from core.provisioning.context import StepContext
from core.provisioning.engine import workflow
from core.provisioning.steps import Steps
from core.settings import Settings
from core.storage.store import make_workflow_engine
from core.storage.tables import Run

log = logging.getLogger(__name__)

# Never raised: recovery takes only runs of the process's own version, so raising it would strand every run in flight.
APPLICATION_VERSION = "portico-1"
LOOK_S = 0.5  # how often queued runs that nobody told us of are looked for


class Engine:
    """The engine of this process; one a process (the workflow library's own limit)."""

    def __init__(self, settings: Settings, context: StepContext) -> None:
        self._settings = settings
        self._context = context
        self._store = context.store
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._steps: Steps | None = None
        self.executor_id: str | None = None

    def start(self) -> None:
        """Begin to run what is queued and to adopt what was interrupted. Starting twice does nothing."""
        if self._thread is not None:
            return
        self.executor_id = leases.register(self._store)
        self._steps = Steps(self._context)
        workflow.use(self._steps)
        DBOS(config=self._config(self.executor_id))
        DBOS.launch()
        self._stopping.clear()
        self._thread = threading.Thread(target=self._look_after, name="portico-engine", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop; runs in flight go on at the next start, here or elsewhere."""
        if self._thread is None:
            return
        self._stopping.set()
        self._wake.set()
        self._thread.join()
        self._thread = None
        DBOS.destroy()
        workflow.use(None)
        if self._steps is not None:
            self._steps.close()
        if self.executor_id is not None:
            leases.end(self._store, self.executor_id)

    @contextmanager
    def running(self) -> Iterator["Engine"]:
        """The engine, running for the length of a block."""
        self.start()
        try:
            yield self
        finally:
            self.stop()

    def nudge(self) -> None:
        """Look for queued runs now."""
        self._wake.set()

    def is_idle(self) -> bool:
        """Whether no run is under way or queued anywhere on this store, and nobody's runs wait for adoption."""
        with self._store.reading() as session:
            if session.exec(select(Run.id).where(col(Run.ended_at).is_(None)).limit(1)).first() is not None:
                return False
        return not leases.has_lost_executor(self._store, self._settings.lease_s)

    def _config(self, executor_id: str) -> DBOSConfig:
        url = self._settings.store_url
        config = DBOSConfig(
            name="portico",
            executor_id=executor_id,
            application_version=APPLICATION_VERSION,
            serializer=DBOSPortableJSONSerializer(),
            log_level="WARNING",
            enable_otlp=False,
        )
        if url.startswith("sqlite"):
            # Its own engine for SQLite would do without WAL.
            url = f"sqlite:///{self._settings.data_dir.resolve() / 'engine.sqlite'}"
            config["system_database_engine"] = make_workflow_engine(url)
        config["system_database_url"] = url
        return config

    def _look_after(self) -> None:
        """Renew our lease, adopt the runs of the dead, begin what is queued; until we stop."""
        while not self._stopping.is_set():
            self._wake.clear()
            # A store that is away for a moment must not end the engine: the next look tries again.
            with suppress(OperationalError):
                self._look()
            self._wake.wait(min(LOOK_S, self._settings.lease_s / 3))

    def _look(self) -> None:
        executor_id = self.executor_id
        if executor_id is None or not self._is_still_ours(executor_id):
            return
        lost = leases.adopt(self._store, executor_id, self._settings.lease_s)
        if lost:
            log.warning("adopting the runs of %s", ", ".join(lost))
            DBOS._recover_pending_workflows(list(lost))
        for run_id in self._claim(executor_id):
            self._begin(run_id)

    def _is_still_ours(self, executor_id: str) -> bool:
        if leases.renew(self._store, executor_id):
            return True
        # We were silent for too long and others took our runs: go on under a new name.
        log.warning("executor %s was adopted by another; registering anew", executor_id)
        self.executor_id = leases.register(self._store)
        return True

    def _claim(self, executor_id: str) -> list[str]:
        """The queued runs that are ours to begin: nobody's so far, or ours since an adoption."""
        with self._store.reading() as session:
            waiting = select(Run.id).where(col(Run.state) == "queued", col(Run.ended_at).is_(None))
            mine = (col(Run.executor_id).is_(None)) | (col(Run.executor_id) == executor_id)
            found = list(session.exec(waiting.where(mine).order_by(col(Run.created_at)).limit(500)).all())
        if not found:
            return []
        with self._store.writing() as session:
            claimed = session.connection().execute(
                sa.update(Run)
                .where(col(Run.id).in_(found), col(Run.state) == "queued")
                .where((col(Run.executor_id).is_(None)) | (col(Run.executor_id) == executor_id))
                .values(executor_id=executor_id)
                .returning(col(Run.id))
            )
            return [str(row[0]) for row in claimed]

    def _begin(self, run_id: str) -> None:
        """Begin the run's workflow; nothing happens where it has one already: the id is the same."""
        with SetWorkflowID(run_id):
            DBOS.start_workflow(_provision, run_id)


_provision: Any = workflow.provision
