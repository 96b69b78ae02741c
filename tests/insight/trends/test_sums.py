"""The daily sums while several write, fold and make them anew at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col

from core.insight.trends import sums
from core.provisioning import trend_days
from core.settings import Settings
from core.storage.failure_tables import TrendDay
from core.storage.store import Store
from core.storage.tables import Run
from tests.insight.trends.history import history_of

RUNS, WRITERS = 40, 3


def test_the_sums_are_what_the_rows_say_when_all_happens_at_once(settings_on_both: Settings) -> None:
    with history_of(settings_on_both) as history:
        store = history.services.store

        def write(writer: int) -> None:
            for number in range(RUNS):
                _end_a_run(store, f"{writer}-{number}", number)

        def fold(_: int) -> None:
            for _number in range(RUNS):
                trend_days.fold(store)

        def rebuild(_: int) -> None:
            for _number in range(5):
                sums.rebuild(store)

        with ThreadPoolExecutor() as pool:
            acts = [pool.submit(write, writer) for writer in range(WRITERS)]
            acts += [pool.submit(fold, 0), pool.submit(fold, 1), pool.submit(rebuild, 0)]
            for act in acts:
                act.result()
        assert sums.check(store) == ()
        trend_days.fold(store)
        assert sums.check(store) == ()
        whole = sa.select(sa.func.sum(TrendDay.number)).where(
            col(TrendDay.instance) == "", col(TrendDay.cut) == "", col(TrendDay.measure) == "runs"
        )
        with store.reading() as session:
            assert session.connection().execute(whole).scalar() == RUNS * WRITERS


def _end_a_run(store: Store, name: str, number: int) -> None:
    at = store.clock() - timedelta(days=number)  # over several weeks, each made anew by itself
    with store.writing() as session:
        run = Run(
            id=name, number=1, kind="provision", state="failed" if number % 3 else "succeeded", requested_by="a",
            template="custom", instance="contoso", values={}, created_at=at - timedelta(seconds=number), ended_at=at,
        )  # fmt: skip
        session.add(run)
        trend_days.note(session, trend_days.run_ended(run))
