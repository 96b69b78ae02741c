"""How much is measured: enough to mean something, or (`--quick`) just enough to see that it runs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """The sizes of everything that is measured."""

    pairs: int = 5  # of samples in processes of their own
    runs: int = 48
    waiting: int = 1000
    few: int = 10
    watch_s: float = 10.0
    starts: int = 5
    host_pairs: int = 9
    host_requests: int = 2000
    reruns: int = 30
    loads: int = 5
    estates: tuple[int, ...] = (1_000, 100_000, 1_000_000)
    estate_reruns: int = 12


FULL = Scale()
QUICK = Scale(
    pairs=1,
    runs=4,
    waiting=6,
    few=3,
    watch_s=0.5,
    starts=1,
    host_pairs=1,
    host_requests=50,
    reruns=3,
    loads=1,
    estates=(40, 80),
    estate_reruns=1,
)
