"""Many runs that wait for a slow platform, in one worker: what they cost, and whether a new one still starts at once."""

from benchmarks.apart import apart
from benchmarks.report import line, temporary_folder, title
from benchmarks.samples.waiting_runs import Waiting
from benchmarks.scale import Scale

PATIENCE_S = 480.0


def run(scale: Scale) -> None:
    """An instance of `local` a run, each with an import that takes an hour; the measurement ends long before."""
    title(f"Waiting: {scale.waiting} runs wait for {scale.waiting} slow instances in one worker, on SQLite")
    with temporary_folder() as folder:
        work = Waiting(str(folder), scale.waiting, scale.few, scale.watch_s, scale.starts, PATIENCE_S)
        figures = apart("benchmarks.samples.waiting_runs", work)
    for count in (0, scale.few, scale.waiting):
        _tell(figures, count)
    many = scale.waiting
    line(f"{many} submits, one after the other", f"{figures[f'submits_s_{many}']:6.1f} s")
    line("stopping the worker while all wait", f"{figures['stop_s']:6.1f} s")
    threads = figures[f"threads_{many}"] - figures["threads_0"]
    grown_mb = figures[f"rss_mb_{many}"] - figures["rss_mb_0"]
    ratio = figures[f"start_s_{many}"] / figures["start_s_0"]
    line(f"{many} waiting, over none", f"{grown_mb:+.0f} MB  {threads:+.0f} threads")
    line(f"ratio: start of a new run while {many} wait / while none does", f"{ratio:.2f}×")


def _tell(figures: dict[str, float], count: int) -> None:
    values = {
        name: figures[f"{name}_{count}"]
        for name in ("rss_mb", "threads", "files", "cpu", "start_s", "slowest_start_s")
    }
    line(
        f"{count} waiting",
        "{rss_mb:5.0f} MB  {threads:4.0f} threads  {files:4.0f} files  {cpu:6.1%} of a core".format(**values),
    )
    line(
        f"{count} waiting: from submit to the new run's first step",
        f"{1000 * values['start_s']:5.0f} ms  (slowest {1000 * values['slowest_start_s']:.0f} ms)",
    )
