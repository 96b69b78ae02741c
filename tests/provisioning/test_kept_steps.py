"""Steps in their compact form say what the rows said."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core.bootstrap import Services, build_services
from core.provisioning.kept_steps import compacted, keep_plans, plan_key, steps_of
from core.settings import Settings
from core.storage.tables import Run, RunStep

MADE = datetime(2026, 3, 1, 9, tzinfo=UTC)
NAMES = ("create-website", "install-BasePortal", "install-Feedback", "sample-data", "publish")
ERROR = {"kind": "broken", "message": "Contoso does not answer.", "cause": "unreachable"}

moments = st.none() | st.integers(0, 5 * 10**9).map(lambda number: MADE + timedelta(microseconds=number))
states = st.sampled_from(["waiting", "done", "failed", "skipped"])
errors = st.sampled_from([None, ERROR, {"message": "another"}])
told = st.tuples(states, moments, moments, st.integers(0, 3), errors)


def step(position: int, name: str, values: tuple[Any, ...]) -> RunStep:
    state, started_at, ended_at, attempts, error = values
    is_install = name.startswith("install-")
    return RunStep(
        run_id="r",
        position=position,
        name=name,
        kind="install" if is_install else name,
        solution=name.removeprefix("install-") if is_install else None,
        state=state,
        started_at=started_at,
        ended_at=ended_at,
        attempts=attempts,
        error=error,
    )


def a_run(kept: list[Any] | None = None) -> Run:
    return Run(
        id="r",
        number=1,
        kind="install",
        state="failed",
        requested_by="a@b.example",
        template="",
        instance="contoso",
        values={},
        created_at=MADE,
        ended_at=MADE,
        error=ERROR,
        steps_kept=kept,
    )


def add_run(services: Services, kept: list[Any] | None) -> None:
    with services.store.writing() as session:
        session.add(a_run(kept))
        keep_plans(session, [NAMES], MADE)


@given(st.lists(told, min_size=len(NAMES), max_size=len(NAMES)))
def test_every_step_reads_as_it_was_when_kept(values: list[tuple[Any, ...]]) -> None:
    from core.provisioning import kept_steps

    steps = [step(position, name, values[position]) for position, name in enumerate(NAMES)]
    kept = compacted(a_run(), steps)
    assert kept is not None
    assert kept[0] == plan_key(NAMES)
    again = kept_steps._unfolded("r", kept, NAMES, MADE, ERROR)
    assert [one.model_dump() for one in again] == [one.model_dump() for one in steps]


def test_the_kept_steps_are_found_when_there_are_no_rows(settings_on_both: Settings) -> None:
    services = build_services(settings_on_both)
    done = [("done", MADE, MADE + timedelta(seconds=7 * n), 1, None) for n in range(1, 5)]
    steps = [step(n, NAMES[n], values) for n, values in enumerate([*done, ("failed", MADE, MADE, 2, ERROR)])]
    add_run(services, compacted(a_run(), steps))
    with services.store.reading() as session:
        found = steps_of(session, ["r", "none"])
    assert [one.model_dump() for one in found["r"]] == [one.model_dump() for one in steps]
    assert found["none"] == []
    services.close()


def test_nothing_is_kept_when_a_step_is_not_named_as_its_kind() -> None:
    odd = step(0, "publish", ("done", MADE, MADE, 1, None))
    odd.kind = "probe"
    assert compacted(a_run(), [odd]) is None
    assert compacted(a_run(), []) is None
