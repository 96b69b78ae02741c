"""Let many runs wait for a slow platform in this one process, and tell what that costs."""

import json
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import col, func, select

from benchmarks.samples import tenant
from core.bootstrap import Services
from core.storage.tables import Installation, RunStep

DELAY_S = 3600.0  # longer than the measurement: whoever waits goes on waiting
LOOK_S = 0.005


@dataclass(frozen=True)
class Waiting:
    """How many runs wait at last; `watch_s`: how long the use of the processor is watched."""

    data_dir: str
    waiting: int
    few: int
    watch_s: float
    starts: int
    patience_s: float


def measure(work: Waiting) -> dict[str, float]:
    """Memory, threads, processor and the start of a new run: with none waiting, with a few, with all."""
    services = tenant.open_tenant(work.data_dir, None)
    tenant.add_licences(services, work.waiting + 3 * work.starts + 1)
    slow = tenant.add_instances(services, "slow", work.waiting, DELAY_S)
    fast = tenant.add_instances(services, "fast", 1)[0]
    figures: dict[str, float] = {}
    engine = services.engine()
    engine.start()
    tenant.submit(services, fast, "warm-up")
    tenant.wait_until_ended(services, 1)
    done = 0
    for count in (0, work.few, work.waiting):
        began = time.perf_counter()
        for number in range(done, count):
            tenant.submit(services, slow[number], f"slow-{number}")
        figures[f"submits_s_{count}"] = time.perf_counter() - began
        _wait_until_waiting(services, count, work.patience_s)
        figures[f"all_wait_s_{count}"] = time.perf_counter() - began
        done = count
        figures |= {f"{name}_{count}": value for name, value in _look(services, work, fast, count).items()}
    began = time.perf_counter()
    engine.stop()
    figures["stop_s"] = time.perf_counter() - began
    services.close()
    return figures


def _look(services: Services, work: Waiting, fast: str, count: int) -> dict[str, float]:
    cpu_s, wall_s = time.process_time(), time.perf_counter()
    time.sleep(work.watch_s)
    used = (time.process_time() - cpu_s) / (time.perf_counter() - wall_s)
    starts = sorted(_start_one(services, fast, f"new-{count}-{n}") for n in range(work.starts))
    return {
        "cpu": used,
        "rss_mb": _resident_mb(),
        "threads": threading.active_count(),
        "files": sum(1 for _ in Path("/proc/self/fd").iterdir()) if Path("/proc/self/fd").is_dir() else 0,
        "start_s": starts[len(starts) // 2],
        "slowest_start_s": starts[-1],
    }


def _start_one(services: Services, instance: str, subdomain: str) -> float:
    """Seconds from the submit until the first step of the new run is under way; then lets the run end."""
    ended = tenant.count_ended(services)
    began = time.perf_counter()
    run_id = tenant.submit(services, instance, subdomain).run_id
    while not _has_begun(services, run_id):
        time.sleep(LOOK_S)
    started_s = time.perf_counter() - began
    tenant.wait_until_ended(services, ended + 1)
    return started_s


def _has_begun(services: Services, run_id: str) -> bool:
    query = select(RunStep.started_at).where(col(RunStep.run_id) == run_id, col(RunStep.position) == 0)
    with services.store.reading() as session:
        return session.exec(query).one() is not None


def _wait_until_waiting(services: Services, count: int, patience_s: float) -> None:
    deadline = time.monotonic() + patience_s
    importing = select(func.count()).where(col(Installation.state) == "installing")
    while True:
        with services.store.reading() as session:
            if session.exec(importing).one() >= count:
                return
        if time.monotonic() > deadline:
            raise RuntimeError(f"After {patience_s:.0f} s fewer than {count} runs wait for their imports.")
        time.sleep(0.05)


def _resident_mb() -> float:
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    print(json.dumps(measure(Waiting(**json.loads(sys.argv[1])))))
