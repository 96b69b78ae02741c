"""Imports take turns: one at a time in an instance, side by side in several."""

import asyncio
import threading

import pytest

from tests.provisioning.watched import Watched
from tests.provisioning.world import ADVENTURE, CONTOSO, FABRIKAM, World

FIRST = "install-MicrosoftCrmPortalDependencies"


def test_imports_take_turns_when_two_runs_share_an_instance(world: World, watched: Watched) -> None:
    world.change("delay", delay_s=0.02)
    first = world.submit()
    second = world.submit("customer-self-service", subdomain="second")

    assert world.drive(first.run_id, second.run_id) == ["succeeded", "succeeded"]

    assert watched.most_at_once["contoso"] == 1
    assert world.slots() == []
    assert {row.state for row in world.installations().values()} == {"installed"}
    assert all(step.attempts == 1 for run in (first, second) for step in world.steps(run.run_id).values())


def test_imports_run_side_by_side_when_instances_differ(world: World) -> None:
    places = (CONTOSO, FABRIKAM, ADVENTURE)
    for place in places:
        world.change("delay", place, delay_s=0.1)
    started = [world.submit(place=place, subdomain=place.instance) for place in places]
    seen: set[tuple[str, ...]] = set()

    async def look(seconds: float) -> None:
        await asyncio.sleep(seconds)
        seen.add(tuple(sorted(slot.instance for slot in world.slots())))

    assert world.drive(*(one.run_id for one in started), pause=look) == ["succeeded"] * 3
    assert ("adventure-works", "contoso", "fabrikam") in seen


def test_run_waits_when_another_has_the_slot(world: World) -> None:
    world.change("delay", delay_s=0.1)
    ids = [world.submit(subdomain=name).run_id for name in ("first", "second")]
    seen: set[str] = set()

    async def look(seconds: float) -> None:
        await asyncio.sleep(seconds)
        seen.update(world.run(run_id).state for run_id in ids)

    world.drive(*ids, pause=look)
    assert "waiting" in seen


def test_waiting_run_is_cancelled_when_it_waits_for_its_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.provisioning.slots.FIRST_LOOKS_S", 0.05)
    world.change("delay", delay_s=0.05)
    ids = [world.submit(subdomain=name).run_id for name in ("first", "second")]

    async def cancel(seconds: float) -> None:
        await asyncio.sleep(seconds)
        runs = [world.run(run_id) for run_id in ids]
        if not any(run.cancel_requested_at for run in runs):
            for run in runs:
                if run.state == "waiting":
                    world.cancel(run.id)

    assert sorted(world.drive(*ids, pause=cancel)) == ["cancelled", "succeeded"]


def test_slot_of_another_process_is_seen_when_it_is_given_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.provisioning.slots.FIRST_LOOKS_S", 0.05)
    started = world.submit()
    from core.provisioning import slots

    assert slots.take(world.services.store, "contoso", "another-run")

    def give_back() -> None:
        world.wait_until(lambda: world.run(started.run_id).state == "waiting")
        with world.services.store.writing() as session:
            slots.give_back(session, "another-run")

    other = threading.Thread(target=give_back)
    other.start()
    assert world.drive(started.run_id) == ["succeeded"]
    other.join()


def test_no_thread_is_held_when_many_runs_wait(world: World) -> None:
    world.change("delay", delay_s=3600)
    ids = [world.submit(subdomain=f"portal-{n}").run_id for n in range(10)]
    most = 0

    async def look(_seconds: float) -> None:
        nonlocal most
        most = max(most, threading.active_count())
        for run_id in ids:
            world.cancel(run_id)

    before = threading.active_count()
    world.drive(*ids, pause=look)
    assert most - before <= 8


def test_next_in_line_is_woken_when_the_slot_is_given_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody looks by himself: a bell that does not ring would leave them waiting for ever.
    monkeypatch.setattr("core.provisioning.slots.FIRST_LOOKS_S", 3600)
    monkeypatch.setattr("core.provisioning.slots.OTHERS_LOOK_S", 3600)
    world.change("delay", delay_s=0.03)
    started = [world.submit(subdomain=f"portal-{n}") for n in range(3)]
    assert world.drive(*(one.run_id for one in started)) == ["succeeded"] * 3
    assert len(world.installations()) == 15


def test_instance_is_free_when_a_step_waits_for_its_next_attempt(world: World, watched: Watched) -> None:
    watched.locks = 1
    started = world.submit()
    seen: list[tuple[str, str, int, bool]] = []

    async def look(_seconds: float) -> None:
        step = world.steps(started.run_id)[FIRST]
        state = world.installations()[str(step.solution)].state
        if step.error is not None:
            seen.append((step.state, state, len(world.slots()), world.run(started.run_id).state == "waiting"))

    world.drive(started.run_id, patience_s=600, pause=look)
    assert seen == [("waiting", "waiting", 0, True)]
