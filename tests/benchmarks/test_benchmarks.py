"""Each benchmark runs and prints its ratios. How long anything takes is no test."""

import subprocess
import sys

import pytest

from benchmarks.__main__ import NAMES
from benchmarks.report import Pairs, in_turn
from tests.paths import ROOT

MARKS = {
    "provisioning": pytest.mark.postgres,
    "rerun": pytest.mark.browser,
    "estate": pytest.mark.postgres,
    "first-load": pytest.mark.browser,
}


def _quick(name: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks", name, "--quick"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=280)


@pytest.mark.slow
@pytest.mark.parametrize("name", [pytest.param(name, marks=MARKS.get(name, ())) for name in NAMES])
def test_a_ratio_is_printed_when_a_benchmark_runs_quickly(name: str) -> None:
    done = _quick(name)

    assert done.returncode == 0, done.stderr
    assert "cores" in done.stdout.splitlines()[0]
    assert any(line.strip().startswith("ratio:") and "×" in line for line in done.stdout.splitlines())


def test_the_command_is_refused_when_a_benchmark_is_unknown() -> None:
    done = _quick("nothing")

    assert done.returncode == 2
    assert "first-load" in done.stderr


def test_the_ratio_is_the_middle_of_the_pairs_when_one_pair_was_disturbed() -> None:
    assert Pairs((2.0, 90.0, 4.0), (1.0, 2.0, 2.0)).ratio == 2.0


def test_who_goes_first_changes_when_pairs_are_measured() -> None:
    order: list[str] = []

    def measure(name: str) -> float:
        order.append(name)
        return 1.0

    in_turn(lambda: measure("a"), lambda: measure("b"), 2)

    assert order == ["a", "b", "b", "a"]
