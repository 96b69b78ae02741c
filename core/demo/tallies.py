"""What a demo's runs and failures add up to, day by day: kept on the way, so that nothing has to be read again."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from core.demo.batch import Batch, Row
from core.demo.rhythm import DAY_MS, stamp
from core.provisioning import trend_days
from core.provisioning.trend_days import EVERYWHERE, Key, Note

_EPOCH = date(1970, 1, 1).toordinal()
_Sums = dict[tuple[int, str, str, int], list[float]]  # day, template, measure, bucket: number, seconds


class _Told(NamedTuple):
    """A failure as the daily sums look at it."""

    instance: str
    solution: str | None
    template: str | None
    language: int | None
    version: str | None
    cause: str
    failed_at: datetime
    healed_at: datetime | None
    healed_by: str | None


class Tallies:
    """The daily sums of everything that was made up."""

    def __init__(self) -> None:
        self._runs: dict[str, _Sums] = defaultdict(lambda: defaultdict(lambda: [0, 0.0]))
        self._failures: dict[str, list[Note]] = defaultdict(list)

    def run(
        self, kind: str, state: str, instance: str, template: str, created_ms: int, ended_ms: int
    ) -> None:
        """A run has ended; one that was cancelled came to no verdict."""
        if state == "cancelled":
            return
        day, sums = ended_ms // DAY_MS, self._runs[instance]
        sums[day, template, "runs", 0][0] += 1
        if state == "failed":
            sums[day, template, "failed", 0][0] += 1
        elif kind == "provision":
            seconds = (ended_ms - created_ms) / 1000
            found = sums[day, template, "provision-s", trend_days.bucket_of(seconds)]
            found[0] += 1
            found[1] += seconds

    def add_failure(self, batch: Batch, failure: Row) -> None:
        """A failure as a row; its times in ms until here."""
        failed_ms, last_ms, healed_ms = failure[12:15]
        instance, solution, template, language, version, cause = failure[4:10]
        healed_at = None if healed_ms is None else _at(healed_ms)
        told = _Told(
            instance, solution, template, language, version, cause, _at(failed_ms), healed_at, failure[15]
        )
        self._failures[told.instance] += (*trend_days.begun(told), *trend_days.closed(told))
        healed = None if healed_ms is None else stamp(healed_ms)
        batch.add("failure", *failure[:12], stamp(failed_ms), stamp(last_ms), healed, *failure[15:])

    def daily(self) -> Iterator[Batch]:
        """The daily sums as rows: a batch an instance, then that of all of them."""
        everywhere: dict[Key, list[float]] = defaultdict(lambda: [0, 0.0])
        for instance in sorted(self._runs.keys() | self._failures.keys()):
            sums = trend_days.added_up(self._notes(instance))
            for key in [key for key in sums if key[0] == EVERYWHERE]:
                number, seconds = sums.pop(key)
                everywhere[key][0] += number
                everywhere[key][1] += seconds
            yield _batch(sums)
        yield _batch(everywhere)

    def _notes(self, instance: str) -> Iterator[Note]:
        for (day, template, measure, bucket), (number, seconds) in self._runs[instance].items():
            cuts = {"portal": template} if template else {}
            on = date.fromordinal(_EPOCH + day)
            yield Note(on, instance, cuts, measure, bucket, int(number), seconds)
        yield from self._failures[instance]


def _batch(sums: dict[Key, list[float]]) -> Batch:
    batch = Batch()
    batch.rows["trend_day"] = [
        (instance, cut, measure, day.isoformat(), key, bucket, number, seconds)
        for (instance, cut, measure, day, key, bucket), (number, seconds) in sorted(sums.items())
    ]
    return batch


def _at(ms: int) -> Any:
    return datetime.fromtimestamp(ms / 1000, UTC)
