"""Runs and failures written as rows, and the daily sums made from them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from core.bootstrap import Services, build_services
from core.settings import Settings
from core.storage.failure_tables import Failure
from core.storage.tables import Event, Run
from tests.contract.tenant import MovableClock

Row = Run | Failure | Event


class History:
    """What happened so many days ago, in Contoso where nothing else is said."""

    def __init__(self, services: Services, clock: MovableClock) -> None:
        self.services = services
        self.clock = clock
        self._rows: list[Row] = []
        self._number = count()

    def ago(self, days: float) -> datetime:
        return self.clock.now - timedelta(days=days)

    def run(
        self, days: float, state: str = "succeeded", *, took_s: float = 60, many: int = 1, **values: Any
    ) -> None:
        for _ in range(many):
            at = self.ago(days)
            row = Run(
                **{
                    "id": f"run-{next(self._number)}", "number": 1, "kind": "provision", "state": state,
                    "requested_by": "a", "template": "custom", "instance": "contoso", "values": {"language": 1033},
                    "created_at": at - timedelta(seconds=took_s), "ended_at": at, **values,
                }
            )  # fmt: skip
            self._rows.append(row)

    def failure(
        self,
        days: float,
        cause: str = "unreachable",
        *,
        healed_after_s: float | None = None,
        many: int = 1,
        **values: Any,
    ) -> None:
        for _ in range(many):
            at, number = self.ago(days), next(self._number)
            healed_at = None if healed_after_s is None else at + timedelta(seconds=healed_after_s)
            row = Failure(
                **{
                    "kind": "run", "key": f"failure-{number}", "run_id": f"failure-{number}", "instance": "contoso",
                    "template": "custom", "cause": cause, "failed_at": at, "last_at": at, "healed_at": healed_at,
                    "healed_by": None if healed_at is None else "first-retry", **values,
                }
            )  # fmt: skip
            self._rows.append(row)

    def event(self, days: float, act: str, **details: Any) -> None:
        self._rows.append(Event(at=self.ago(days), actor="a", act=act, instance="contoso", details=details))

    def written(self) -> None:
        with self.services.store.writing() as session:
            session.add_all(self._rows)
        self._rows.clear()
        self.services.trends.rebuild()


@contextmanager
def history_of(settings: Settings) -> Iterator[History]:
    clock = MovableClock()
    services = build_services(settings, clock=clock)
    try:
        yield History(services, clock)
    finally:
        services.close()
