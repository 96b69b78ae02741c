"""Killed at every moment of what mends a portal – changed values, retries, healing – it ends as if nothing had been."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from core.access import Actor
from core.portals.commands import StartProvisioning
from core.provisioning.crash_points import MOMENTS
from core.settings import Settings
from tests.faults import processes
from tests.faults.effects import Effects, effects_of
from tests.faults.killing import kill_at_each
from tests.faults.processes import KILLED
from tests.provisioning.world import CONTOSO, World, copy_data, opened

AMELIE = Actor(CONTOSO.email)
FIRST = "msdynce_PortalPrivacyExtensions"
Prepare = Callable[[World], object]
NOT_OF = {"begin": ("effect", "content"), "finish": ("effect", "content")}


def stopped_before_it_was_published(world: World) -> None:
    """A portal whose website has all its content, and whose run was cancelled then."""
    run_id = world.submit().run_id
    assert processes.run(processes.drain, world.settings, crash_point="publish:begun") == KILLED
    world.cancel(run_id)
    assert processes.run(processes.drain, world.settings) == 0
    assert world.run(run_id).state == "cancelled"


def with_another(world: World, **changed: object) -> None:
    """Change values and restart (R23)."""
    as_it_is = StartProvisioning(
        "Help", "help", "contoso", CONTOSO.language, CONTOSO.email, "customer", "custom"
    )
    world.services.lifecycle.change_and_restart(1, replace(as_it_is, **changed), AMELIE)  # type: ignore[arg-type]  # by its fields' names


def refused(world: World) -> None:
    """A portal whose every solution was refused, in an instance that would take them now."""
    world.change("administration-mode", is_on=True)
    world.submit(force=True)
    assert processes.run(processes.drain, world.settings) == 0
    world.change("administration-mode", is_on=False)


def retry_all(world: World) -> None:
    """Retry what failed (R25)."""
    plan = world.services.installations.plan_retry(None, AMELIE)
    assert not plan.failing
    world.services.installations.start(plan, AMELIE, kind="retry")


def points(moment: str, *names: str) -> list[str]:
    """The points of this moment that there are, in the order in which a run reaches them."""
    # What comes after the last row of all is not waited for: a process that finds nothing left to do ends.
    reached = names[:-1] if moment == "checkpointed" else names
    return [
        f"{name}:{moment}"
        for name in reached
        if moment not in NOT_OF.get(name, ()) and (moment != "content" or name.startswith("install-"))
    ]


# How it stood before, what mends it, and the steps to die in: those of a fresh start have a matrix of their own.
CHANGED = (f"install-{FIRST}", "publish", "finish")
CASES: dict[str, tuple[Prepare, Prepare, tuple[str, ...]]] = {
    "another language": (
        stopped_before_it_was_published,
        lambda world: with_another(world, language=1031),
        ("begin", "clear-website", *CHANGED),
    ),
    "another subdomain": (
        stopped_before_it_was_published,
        lambda world: with_another(world, subdomain="aide"),
        ("begin", "delete-website", "create-website", *CHANGED),
    ),
    "a restart": (
        stopped_before_it_was_published,
        lambda world: world.services.lifecycle.restart(1, AMELIE),
        ("begin", "publish", "probe", "finish"),
    ),
    # The retry's run, then the run that finishes the portal; both begin and end.
    "a retry": (
        refused,
        retry_all,
        (
            "begin", f"install-{FIRST}", "install-StarterPortal", "finish",
            "begin", "sample-data", "administrator", "publish", "probe", "finish",
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_effect_stands_once_when_what_mends_it_is_killed_at_every_moment(
    made_data: Path, tmp_path: Path, case: str
) -> None:  # R22, R23, R25
    prepare, mend, names = CASES[case]
    before = tmp_path / "before"
    copy_data(made_data, before)
    with opened(Settings(data_dir=before)) as world:
        prepare(world)

    def end(name: str, chain: list[str]) -> Effects:
        copy_data(before, tmp_path / name)
        with opened(Settings(data_dir=tmp_path / name)) as world:
            mend(world)
            kill_at_each(world, chain)
            assert world.status_at_url("aide" if case == "another subdomain" else "help") == 200
            return effects_of(world)

    undisturbed = end("undisturbed", [])
    assert undisturbed.portals[0][1:] == ("provisioned", "healthy")
    with ThreadPoolExecutor(len(MOMENTS)) as pool:
        ended = pool.map(lambda moment: end(moment, points(moment, *names)), MOMENTS)
        assert list(ended) == [undisturbed] * len(MOMENTS)
