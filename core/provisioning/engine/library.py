"""The workflow library, as far as Portico knows it: launched, asked to begin and to recover, destroyed.

Launched inside a running event loop, it runs the workflows there: each is a task, none holds a thread. (Started from outside,
by `DBOS.start_workflow`, a workflow would hold a thread until it ends, and a stop would be kept as its failure.)
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID

from core.provisioning.engine import workflow
from core.settings import Settings
from core.storage.store import make_workflow_engine

# Never raised: recovery takes only runs of the process's own version, so raising it would strand every run in flight.
APPLICATION_VERSION = "portico-1"
THREADS = 16  # of the library's own: they write checkpoints
ENDED_BADLY = frozenset({"ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})

_logger = logging.getLogger("dbos")


@dataclass(frozen=True)
class Execution:
    """A workflow as its library has it."""

    status: str
    executor_id: str | None

    @property
    def is_under_way(self) -> bool:
        """Whether an executor has it in hand."""
        return self.status == "PENDING"

    @property
    def has_ended(self) -> bool:
        """Whether nothing will happen any more."""
        return self.status == "SUCCESS" or self.status in ENDED_BADLY


class Library:
    """The library in this process, from its launch to its end; one at a time, its own limit."""

    def __init__(self, settings: Settings, executor_id: str) -> None:
        self._engine: sa.Engine | None = None
        self._config = self._configured(settings, executor_id)

    def launch(self) -> None:
        """Launch it; called on the event loop that is to run the workflows."""
        if not _logger.handlers:
            # It would write to the terminal by itself; the process's own logging decides.
            _logger.addHandler(logging.NullHandler())
        DBOS(config=self._config)
        DBOS.launch()

    async def begin(self, run_id: str) -> None:
        """Begin the run's workflow; nothing happens where it has one already: the id is the same."""
        with SetWorkflowID(run_id):
            await DBOS.start_workflow_async(workflow.provision, run_id)

    def recover(self, executor_ids: Sequence[str]) -> None:
        """Let living executors go on with the workflows of these. Idempotent; guarded by whose they are."""
        DBOS._recover_pending_workflows(list(executor_ids))  # noqa: SLF001 - the one way to adopt; a crash test would see it change

    async def executions(self, run_ids: Sequence[str]) -> dict[str, Execution]:
        """The workflows of these runs, those that there are."""
        found = await DBOS.list_workflows_async(
            workflow_ids=list(run_ids), load_input=False, load_output=False
        )
        return {one.workflow_id: Execution(one.status, one.executor_id) for one in found}

    def destroy(self) -> None:
        """Stop it. What its tasks were doing stands in the checkpoints; called when their loop has ended."""
        DBOS.destroy()
        if self._engine is not None:
            self._engine.dispose()

    def hush(self) -> None:
        """Say nothing more: every task that is stopped would be told as a warning."""
        _logger.setLevel(logging.CRITICAL)

    def _configured(self, settings: Settings, executor_id: str) -> DBOSConfig:
        url = settings.store_url
        config = DBOSConfig(
            name="portico",
            executor_id=executor_id,
            application_version=APPLICATION_VERSION,
            serializer=DBOSPortableJSONSerializer(),
            log_level="WARNING",
            enable_otlp=False,
            max_executor_threads=THREADS,
        )
        if url.startswith("sqlite"):
            # Its own engine for SQLite would do without WAL.
            url = f"sqlite:///{settings.data_dir.resolve() / 'engine.sqlite'}"
            self._engine = make_workflow_engine(url)
            config["system_database_engine"] = self._engine
        config["system_database_url"] = url
        return config
