"""200 failed installations in 40 portals over 12 instances from five root causes: all healed, each solution installed once."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from core.access import Actor
from core.insight.failures import FailureFilter, grouped
from core.insight.installation_models import InstallationFilter
from core.platforms.port import InstanceChange
from core.portals.commands import StartProvisioning
from core.settings import CONSOLE_ADMINISTRATOR, Settings
from core.storage.tables import Installation, Portal, Run, RunStep
from tests.faults import processes
from tests.faults.processes import KILLED
from tests.provisioning.world import AUDIENCES, CONTOSO, World, copy_data, opened

AMELIE = Actor(CONTOSO.email)
ADMIN = Actor(CONSOLE_ADMINISTRATOR)
ENGLISH, GERMAN = 1033, 1031
INSTANCES, PORTALS, FAILED, CAUSES = 12, 40, 200, 5


@dataclass(frozen=True)
class Trouble:
    """A root cause in an instance: what brings it about and what mends it, and the portals that it breaks."""

    before: tuple[InstanceChange, ...]
    after: tuple[InstanceChange, ...]
    templates: tuple[str, ...]
    language: int = ENGLISH
    is_field_service_missing: bool = False


def _mode(is_on: bool) -> InstanceChange:
    return InstanceChange("administration-mode", is_on=is_on)


def _role(action: Any) -> InstanceChange:
    return InstanceChange(action, role="System Administrator", user=AMELIE.email)


def _german(action: Any) -> InstanceChange:
    return InstanceChange(action, language=GERMAN)


HELD = InstanceChange("hold-solution", solution="MicrosoftCrmPortalBase")
MODE = Trouble((_mode(True),), (_mode(False),), ("community", "custom", "customer-self-service"))
ROLE = Trouble((_role("revoke"),), (_role("grant"),), ("customer-self-service", "custom", "custom"))
SMALL_MODE = replace(MODE, templates=("community", "custom", "custom"))
SMALL_ROLE = replace(ROLE, templates=("custom",) * 3)
LANGUAGE = Trouble((_german("remove-language"),), (_german("install-language"),), ("custom",) * 4, GERMAN)
HOLDING = Trouble((HELD,), (), ("employee-self-service", "custom", "custom"))
MISSING = Trouble((), (), ("partner-field-service",) * 4, is_field_service_missing=True)
TROUBLES = (
    MODE,
    MODE,
    SMALL_MODE,
    ROLE,
    SMALL_ROLE,
    SMALL_ROLE,
    *[LANGUAGE] * 2,
    *[HOLDING] * 2,
    *[MISSING] * 2,
)


def slug(number: int) -> str:
    return f"instance-{number}"


def change(world: World, number: int, *changes: InstanceChange) -> None:
    if changes:
        world.services.instances.change(slug(number), changes, ADMIN)


def submit(world: World, number: int, position: int, template: str, language: int) -> None:
    name = f"p-{number}-{position}"
    audience = AUDIENCES.get(template, "customer")
    request = StartProvisioning(name, name, slug(number), language, AMELIE.email, audience, template)
    world.services.portals.provision(request, AMELIE, accepted_terms=True, force=True)


def break_everything(world: World) -> None:
    """The portals are asked for while all is well; then the troubles come, and then the engine."""
    world.services.applications.add("production", PORTALS, ADMIN)
    for number, trouble in enumerate(TROUBLES):
        world.services.instances.add(slug(number), slug(number).title(), ENGLISH, AMELIE)
        change(world, number, _german("install-language"))
        for position, template in enumerate(trouble.templates):
            submit(world, number, position, template, trouble.language)
        change(world, number, *trouble.before)
    processes.run(processes.drain, patient(world.settings))


def patient(settings: Settings) -> Settings:
    return settings.model_copy(update={"platform_patience_s": 0})


def mend_everything(world: World) -> None:
    installations = world.services.installations
    for number, trouble in enumerate(TROUBLES):
        change(world, number, *trouble.after)
        if trouble is HOLDING:
            installations.uninstall(slug(number), "MicrosoftCrmPortalBase_Upgrade", AMELIE)
        if trouble.is_field_service_missing:
            for name in ("FieldService", "PartnerPortal"):
                world.services.instances.import_solution(slug(number), name, AMELIE)


def rows(world: World, table: type[Any], *where: Any) -> list[Any]:
    with world.services.store.reading() as session:
        return list(session.exec(select(table).where(*where)).all())


def retry_all(world: World) -> tuple[str, ...]:
    plan = world.services.installations.plan_retry(None, AMELIE)
    assert (len(plan.items), plan.failing) == (FAILED, ())
    return world.services.installations.start(plan, AMELIE, kind="retry").run_ids


def attempts(world: World) -> dict[tuple[str, str], int]:
    """Of those that failed, how often each was tried."""
    failed = rows(world, Installation, col(Installation.state) == "install-failed")
    return {(row.instance, row.solution): row.attempts for row in failed}


def assert_healed(world: World, run_ids: tuple[str, ...], before: dict[tuple[str, str], int]) -> None:
    """Everything is installed once, in an order that never failed, and every portal answers."""
    found = world.services.installations.list(InstallationFilter(), AMELIE)
    assert {one.state for one in found} == {"installed"}
    after = {(one.instance, one.solution): one.attempts for one in found}
    assert {key: after[key] for key in before} == {key: number + 1 for key, number in before.items()}
    steps = rows(world, RunStep, col(RunStep.run_id).in_(run_ids))
    assert {step.state for step in steps} == {"done"}
    portals = rows(world, Portal)
    assert {(portal.state, portal.verdict) for portal in portals} == {("provisioned", "healthy")}
    assert {world.status_at_url(portal.subdomain) for portal in portals} == {200}
    assert {run.state for run in rows(world, Run, col(Run.kind) != "provision")} == {"succeeded"}
    assert world.services.failures.find(FailureFilter(), ADMIN).total == 0
    heals = rows(world, Run, col(Run.kind) == "heal")
    assert len(heals) == len({run.portal_id for run in heals}) == PORTALS
    for number in range(INSTANCES):
        assert_imported_once(world, number)


def assert_imported_once(world: World, number: int) -> None:
    file = world.settings.data_dir / "local" / "instances" / f"{slug(number)}.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        there = {
            name for (name,) in connection.execute("SELECT unique_name FROM solution WHERE NOT is_holding")
        }
        imported = [
            name
            for (name,) in connection.execute(
                "SELECT subject FROM operation WHERE kind = 'import' ORDER BY subject"
            )
        ]
    assert imported == sorted(there)


def assert_broken(world: World) -> None:
    failed = rows(world, Installation, col(Installation.state) == "install-failed")
    portals = rows(world, Portal)
    there = (len(failed), len(portals), len({row.instance for row in failed}))
    assert there == (FAILED, PORTALS, INSTANCES)
    assert {portal.verdict for portal in portals} == {"failed"}
    found = world.services.failures.find(FailureFilter(), ADMIN)
    assert found.total == FAILED
    assert {id_ for one in found.items for id_ in one.portals} == {portal.id for portal in portals}
    assert len(grouped(found.items)) == CAUSES


@pytest.mark.slow
def test_everything_is_installed_once_when_all_is_retried_also_by_a_process_that_is_killed(  # R25, R27
    world: World, tmp_path: Path
) -> None:
    break_everything(world)
    assert_broken(world)
    mend_everything(world)
    copied = world.settings.model_copy(update={"data_dir": tmp_path / "copy"})
    copy_data(world.settings.data_dir, copied.data_dir)

    before, run_ids = attempts(world), retry_all(world)
    assert processes.run(processes.drain, patient(world.settings)) == 0
    assert_healed(world, run_ids, before)

    with opened(copied) as killed:
        run_ids = retry_all(killed)
        process = processes.start(processes.serve, patient(copied))
        where = (col(Installation.state) == "installed",)
        killed.wait_until(lambda: len(rows(killed, Installation, *where)) > FAILED // 2, "the middle")
        process.kill()
        assert processes.ended(process) == KILLED
        assert rows(killed, Run, col(Run.ended_at).is_(None)), "it was killed too late"
        assert processes.run(processes.drain, patient(copied)) == 0
    with opened(copied) as again:
        assert_healed(again, run_ids, before)
