"""A bare workflow of empty steps on the same engine, so many at a time: what provisioning is compared to."""

import json
import sys
import time
from pathlib import Path
from threading import Semaphore
from typing import Any

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer

from benchmarks.apart import Work
from core.storage.store import make_workflow_engine

_free = Semaphore(0)


async def _nothing(position: int) -> str:
    return f"done {position}"


@DBOS.workflow(name="bare")
async def _bare(count: int) -> str:
    for position in range(count):
        await DBOS.run_step_async({"name": f"step-{position}"}, _nothing, position)
    _free.release()
    return "done"


def _config(work: Work) -> DBOSConfig:
    """The engine as Portico sets it up."""
    config = DBOSConfig(
        name="bare",
        executor_id="bare",
        application_version="1",
        serializer=DBOSPortableJSONSerializer(),
        log_level="WARNING",
        enable_otlp=False,
    )
    if work.database_url is None:
        url = f"sqlite:///{Path(work.data_dir).resolve() / 'engine.sqlite'}"
        config["system_database_engine"] = make_workflow_engine(url)
    else:
        url = work.database_url.replace("postgresql://", "postgresql+psycopg://", 1)
    config["system_database_url"] = url
    return config


def _run_all(count: int, work: Work) -> None:
    handles: list[Any] = []
    for number in range(count):
        if number >= work.at_a_time:
            _free.acquire()
        handles.append(DBOS.start_workflow(_bare, work.steps))
    for _ in range(min(count, work.at_a_time)):
        _free.acquire()
    for handle in handles:
        handle.get_result()


def measure(work: Work) -> dict[str, float]:
    """Seconds for all runs, and of the processor."""
    DBOS(config=_config(work))
    DBOS.launch()
    try:
        _run_all(1, work)
        began, used = time.perf_counter(), time.process_time()
        _run_all(work.runs, work)
        return {"all_s": time.perf_counter() - began, "cpu_s": time.process_time() - used}
    finally:
        DBOS.destroy()


if __name__ == "__main__":
    print(json.dumps(measure(Work(**json.loads(sys.argv[1])))))
