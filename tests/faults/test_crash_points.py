"""Killed at every moment of every step, a run ends as if nothing had been, and nobody had to help."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from core.catalogue import load_catalogue
from core.provisioning.crash_points import MOMENTS
from core.provisioning.plan import plan_steps
from core.settings import Settings
from tests.faults import processes
from tests.faults.effects import Effects, effects_of
from tests.faults.killing import kill_at_each
from tests.faults.processes import KILLED
from tests.provisioning.world import CONTOSO, World, copy_data, opened

STEPS = plan_steps(load_catalogue(), "custom")
NOT_OF = {"begin": {"effect", "content"}, "finish": {"effect", "content"}}


def points(moment: str) -> list[str]:
    """The points of this moment, in the order in which a run reaches them."""
    names = ["begin", *(step.name for step in STEPS), "finish"]
    kinds = {step.name: step.kind for step in STEPS}
    return [
        f"{name}:{moment}"
        for name in names
        if moment not in NOT_OF.get(name, ()) and (moment != "content" or kinds.get(name) == "install")
    ]


def test_each_effect_stands_once_when_every_step_is_killed_at_every_moment(
    made_data: Path, tmp_path: Path, undisturbed: Effects
) -> None:
    def survive(moment: str) -> Effects:
        copy_data(made_data, tmp_path / moment)
        with opened(Settings(data_dir=tmp_path / moment)) as world:
            world.submit()
            kill_at_each(world, points(moment))
            return effects_of(world)

    # The chains wait most of the time, so they run side by side, each on a store of its own.
    with ThreadPoolExecutor(len(MOMENTS)) as pool:
        assert list(pool.map(survive, MOMENTS)) == [undisturbed] * len(MOMENTS)


def test_every_point_is_reached_when_all_moments_are_taken() -> None:
    chains = [point for moment in MOMENTS for point in points(moment)]
    assert len(chains) == len(set(chains)) == 2 * 3 + 15 * 5 + 5 * 4


def test_run_begins_when_the_process_died_after_the_submit_was_written(
    world: World, undisturbed: Effects
) -> None:
    assert (
        processes.run(
            processes.submit, world.settings, "custom", CONTOSO, "help", crash_point="submit:recorded"
        )
        == KILLED
    )
    assert processes.run(processes.drain, world.settings) == 0
    assert effects_of(world) == undisturbed


CROSSING = [
    "begin:recorded",
    "create-website:effect",
    "install-MicrosoftCrmPortalBase:content",
    "finish:recorded",
]


def test_each_effect_stands_once_when_processes_die_on_either_database(
    world_on_both: World, undisturbed: Effects
) -> None:
    world_on_both.submit()
    kill_at_each(world_on_both, CROSSING)
    assert effects_of(world_on_both) == undisturbed


def test_own_import_is_waited_for_when_the_process_died_during_it(world: World, undisturbed: Effects) -> None:
    world.change("delay", delay_s=0.2)
    settings = world.settings.model_copy(update={"platform_patience_s": 0})
    world.submit()
    first = next(step.name for step in STEPS if step.kind == "install")
    assert processes.run(processes.drain, settings, crash_point=f"{first}:effect") == KILLED
    assert processes.run(processes.drain, settings) == 0
    assert effects_of(world) == undisturbed
