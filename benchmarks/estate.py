"""The inventory and Trends over growing estates, next to an empty page, to the bare SQL, and to Datasette on the same file."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import psutil

from benchmarks.apart import ROOT, apart
from benchmarks.report import Pairs, line, ratio_line, temporary_folder, title
from benchmarks.samples.estate_reruns import Reruns
from benchmarks.scale import Scale
from benchmarks.servers import serving
from tests.browser.console import free_port
from tests.postgres import PostgresServer

DAYS, SEED = 365, 1
MOST_GROWTH = 1.5
GROWING = ("default view", "one facet", "two facets", "search by beginning", "a page turns")
FACETS = ("state", "verdict", "instance", "template", "audience", "language", "type")
# Estates that stay from one measuring to the next: making a million takes minutes.
KEPT = "PORTICO_BENCH_ESTATES"
Figures = dict[str, Any]


def run(scale: Scale) -> None:
    """SQLite at every size, then PostgreSQL at the biggest; each size in a process of its own."""
    title(
        f"Estate: {scale.estate_reruns} reruns of a case, next to an empty page's; "
        f"{', '.join(f'{size:,}' for size in scale.estates)} portals"
    )
    found: dict[int, Figures] = {}
    with _estates() as folder:
        for size in scale.estates:
            data_dir = folder / str(size)
            _made(data_dir, size, None)
            found[size] = _sample(data_dir, None, scale.estate_reruns)
            _tell(f"SQLite, {size:,}", found[size])
            _datasette(data_dir, size, scale.estate_reruns, found[size])
        _tell_growth(found)
        server = PostgresServer().start()
        try:
            _postgresql(folder, server, scale)
        finally:
            server.stop()


@contextmanager
def _estates() -> Iterator[Path]:
    if os.environ.get(KEPT):
        yield Path(os.environ[KEPT])
        return
    with temporary_folder() as folder:
        yield folder


def _postgresql(folder: Path, server: PostgresServer, scale: Scale) -> None:
    size, url = scale.estates[-1], server.new_database()
    data_dir = folder / f"{size}-postgresql"
    try:
        _made(data_dir, size, url)
        _tell(f"PostgreSQL, {size:,}", _sample(data_dir, url, scale.estate_reruns), is_by_clock=True)
    finally:
        server.drop_database(url)


def _made(data_dir: Path, portals: int, url: str | None) -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith("PORTICO_")}
    own |= {"PORTICO_DATA_DIR": str(data_dir)} | ({"PORTICO_DATABASE_URL": url} if url else {})
    command = [sys.executable, "-m", "core", "demo", "--json"]
    command += ["--portals", str(portals), "--days", str(DAYS), "--seed", str(SEED)]
    began = time.monotonic()
    subprocess.run(
        command, cwd=ROOT, env=own, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    where = "PostgreSQL" if url else "SQLite"
    line(f"{where}, {portals:,}: the demo was made in", f"{time.monotonic() - began:6.0f} s")


def _sample(data_dir: Path, url: str | None, count: int) -> Figures:
    return apart("benchmarks.samples.estate_reruns", Reruns(str(data_dir), url, count))


def _tell(where: str, found: Figures, *, is_by_clock: bool = False) -> None:
    """By the processor, which hardly depends on what else the machine does; by the clock where another process works too."""
    ours, empty = ("clock", "empty_clock") if is_by_clock else ("cpu", "empty")
    for name, told in found.items():
        if name == "memory_mb":
            line(f"{where}: memory of the process", f"{told:6.0f} MB")
            continue
        sql = Pairs(tuple(told["clock"]), tuple(told["sql"]))
        line(
            f"{where}: {name}",
            f"{1000 * median(told[ours]):6.1f} ms ({1000 * median(told['sql']):.2f} ms of SQL)",
        )
        ratio_line(f"{name} / an empty page's rerun", Pairs(tuple(told[ours]), tuple(told[empty])))
        ratio_line(f"{name} / the bare SQL of its rows", sql)


def _tell_growth(found: dict[int, Figures]) -> None:
    sizes = sorted(found)
    for name in GROWING:
        if len(sizes) > 1 and name in found[sizes[0]]:
            first, last = (median(found[size][name]["cpu"]) for size in (sizes[0], sizes[-1]))
            fits = "within" if last / first <= MOST_GROWTH else "over"
            line(
                f"growth {sizes[0]:,} → {sizes[-1]:,}: {name}",
                f"{last / first:.2f}×  ({fits} {MOST_GROWTH}×)",
            )


def _datasette(data_dir: Path, size: int, count: int, ours: Figures) -> None:
    """The same table, filtered, with the same facets and as many rows, from the same file; by its processor time."""
    file, port = data_dir / "portico.sqlite", free_port()
    command = ["datasette", "serve", str(file), "--port", str(port)]
    # Its own limits would leave facets out of a big table: here it counts all, as ours does.
    for limit in ("sql_time_limit_ms", "facet_time_limit_ms"):
        command += ["--setting", limit, "120000"]
    with serving(command, port, data_dir / "datasette.log", {}), httpx.Client(timeout=180) as client:
        process = _process_on(port)
        for name, where in (("default view", "state__not=deleted"), ("one facet", "state=provisioned")):
            asked = "&".join(
                [where, *(f"_facet={facet}" for facet in FACETS), "_size=50", "_sort_desc=created_at"]
            )
            for kind in ("", ".json"):
                url = f"http://127.0.0.1:{port}/portico/portal{kind}?{asked}"
                told = [_served(client, url, process) for _ in range(min(count, 5) + 1)][1:]
                what = "page" if not kind else "JSON"
                line(
                    f"Datasette, {size:,}: {name}, its {what}",
                    f"{1000 * median(cpu for cpu, _ in told):6.1f} ms ({1000 * median(clock for _, clock in told):.0f} by the clock)",
                )
                if not kind:
                    mine = ours[name]["cpu"][: len(told)]
                    ratio_line(
                        f"{name}: our rerun / Datasette's page",
                        Pairs(tuple(mine), tuple(cpu for cpu, _ in told)),
                    )
        line(f"Datasette, {size:,}: memory of the process", f"{process.memory_info().rss / 1e6:6.0f} MB")


def _served(client: httpx.Client, url: str, process: psutil.Process) -> tuple[float, float]:
    def spent() -> float:
        times = process.cpu_times()
        return float(times.user + times.system)

    cpu, clock = spent(), time.perf_counter()
    client.get(url).raise_for_status()
    # A process's time is told in hundredths of a second: several requests are one figure.
    return max(spent() - cpu, 0.001), time.perf_counter() - clock


def _process_on(port: int) -> psutil.Process:
    for child in psutil.Process().children(recursive=True):
        if any(str(port) in part for part in child.cmdline()):
            return child
    raise RuntimeError("Datasette's process is not among ours.")
