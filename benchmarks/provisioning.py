"""Provisioning's throughput, next to a bare workflow of as many empty steps on the same engine."""

import statistics
from collections.abc import Callable

from benchmarks.apart import Work, apart
from benchmarks.report import Pairs, line, ratio_line, temporary_folder, title
from benchmarks.scale import Scale
from tests.postgres import PostgresServer

AT_A_TIME = 8


def run(scale: Scale) -> None:
    """On SQLite and on PostgreSQL, in one run; each sample is a process and a store of its own."""
    title(
        f"Provisioning: {scale.runs} runs of the custom portal, {AT_A_TIME} at a time, in {AT_A_TIME} instances"
    )
    _measure("SQLite", scale, None)
    server = PostgresServer().start()
    try:
        _measure("PostgreSQL", scale, server)
    finally:
        server.stop()


def _measure(name: str, scale: Scale, server: PostgresServer | None) -> None:
    samples: list[tuple[dict[str, float], dict[str, float]]] = []
    for _ in range(scale.pairs):
        ours = _sample("benchmarks.samples.portico_runs", scale.runs, server)
        bare = _sample("benchmarks.samples.bare_runs", scale.runs, server, int(ours["steps"]))
        samples.append((ours, bare))
    steps = int(samples[0][0]["steps"])
    _tell(name, scale.runs, steps, samples)


def _sample(module: str, runs: int, server: PostgresServer | None, steps: int = 0) -> dict[str, float]:
    url = server.new_database() if server else None
    try:
        with temporary_folder() as folder:
            return apart(module, Work(str(folder), url, runs, AT_A_TIME, steps))
    finally:
        if server and url:
            server.drop_database(url)


def _tell(name: str, runs: int, steps: int, samples: list[tuple[dict[str, float], dict[str, float]]]) -> None:
    throughput = Pairs(*_each(samples, lambda figures: runs / figures["all_s"]))
    used_ms = Pairs(*_each(samples, lambda figures: 1000 * figures["cpu_s"] / runs / steps))
    rates = (
        ("Portico", throughput.median_a, used_ms.median_a),
        (f"bare workflow of {steps} empty steps", throughput.median_b, used_ms.median_b),
    )
    for label, rate, used in rates:
        figures = f"{rate:6.2f} runs/s  {rate * steps:6.0f} steps/s  {used:5.1f} ms of processor a step"
        line(f"{name}: {label}", figures)
    submit_ms = statistics.median(1000 * ours["submitting_s"] / runs for ours, _ in samples)
    line(f"{name}: a submit, with all its checks", f"{submit_ms:6.1f} ms")
    ratio_line(f"{name}: Portico's throughput / bare", throughput)
    ratio_line(f"{name}: Portico's processor time a step / bare", used_ms)


def _each(
    samples: list[tuple[dict[str, float], dict[str, float]]], figure: Callable[[dict[str, float]], float]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    return tuple(figure(ours) for ours, _ in samples), tuple(figure(bare) for _, bare in samples)
