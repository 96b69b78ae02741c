"""How figures are told: the machine, absolute figures, and above all ratios of interleaved pairs."""

import os
import platform
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

_PACKAGES = ("dbos", "streamlit", "starlette", "uvicorn", "sqlalchemy", "playwright")


def machine() -> str:
    """The line without which no figure means anything."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return f"{cores} cores{load}, {platform.system()} {platform.machine()}, Python {platform.python_version()}, {versions}"


@dataclass(frozen=True)
class Pairs:
    """Two things measured in turn, A B A B …: what else the machine does hits both alike."""

    a: tuple[float, ...]
    b: tuple[float, ...]

    @property
    def median_a(self) -> float:
        """The middle of the first."""
        return statistics.median(self.a)

    @property
    def median_b(self) -> float:
        """The middle of the second."""
        return statistics.median(self.b)

    @property
    def ratios(self) -> tuple[float, ...]:
        """A over B, a pair each, in order of size."""
        return tuple(sorted(a / b for a, b in zip(self.a, self.b, strict=True)))

    @property
    def ratio(self) -> float:
        """The median of the pairs' ratios."""
        return statistics.median(self.ratios)


def in_turn(a: Callable[[], float], b: Callable[[], float], count: int) -> Pairs:
    """Measure A and B `count` times each, one after the other; who goes first changes with each pair."""
    found: tuple[list[float], list[float]] = ([], [])
    for number in range(count):
        for which in (0, 1) if number % 2 == 0 else (1, 0):
            found[which].append((a, b)[which]())
    return Pairs(tuple(found[0]), tuple(found[1]))


def title(text: str) -> None:
    """The head of a benchmark."""
    print(f"\n{text}\n{'─' * len(text)}", flush=True)


def line(label: str, figure: str) -> None:
    """One figure."""
    print(f"  {label:<58} {figure}", flush=True)


def ratio_line(label: str, pairs: Pairs) -> None:
    """The ratio, with its spread over the pairs."""
    lowest, highest = pairs.ratios[0], pairs.ratios[-1]
    line(f"ratio: {label}", f"{pairs.ratio:.2f}×  ({lowest:.2f}–{highest:.2f} over {len(pairs.a)} pairs)")


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    with TemporaryDirectory(prefix="portico-bench-") as folder:
        yield Path(folder)
