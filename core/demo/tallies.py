"""What a demo's runs and failures add up to."""

from collections import Counter

from core.demo.batch import Batch, Row
from core.demo.rhythm import DAY_MS, stamp

_MINUTE_MS = 60_000


class Tallies:
    """Counts on the way, so that nothing has to be read again."""

    def __init__(self) -> None:
        self.runs: Counter[tuple[str, ...]] = Counter()
        self.failures = 0

    def run(
        self,
        kind: str,
        state: str,
        instance: str,
        template: str,
        language: int | None,
        created_ms: int,
        ended_ms: int,
    ) -> None:
        """A run has ended."""

    def add_failure(self, batch: Batch, failure: Row) -> None:
        """A failure as a row; its times in ms until here."""
        times = tuple(None if ms is None else stamp(ms) for ms in failure[12:15])
        batch.add("failure", *failure[:12], *times, *failure[15:])
        self.failures += 1
