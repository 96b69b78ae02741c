"""More than two hundred failures in forty portals over twelve instances, from five root causes (R24–R27)."""

from collections import Counter

import pytest
from sqlmodel import col, select

from core.access import Actor
from core.insight.failures import FailureFilter, grouped
from core.storage.tables import Run, RunStep
from tests.provisioning.world import CONTOSO, Place, World

ADMIN = Actor("admin@portico.example")
AMELIE = Actor(CONTOSO.email)
ROLE = "System Administrator"
# By instance, what is wrong there, and how many portals are asked for.
WRONG = ["administration-mode"] * 4 + ["access-mode"] * 2 + ["missing-privilege"] * 2 + ["language"] * 2
WRONG += ["missing-dependency"] * 2
ASKED = {
    "administration-mode": 3,
    "access-mode": 4,
    "missing-privilege": 4,
    "language": 4,
    "missing-dependency": 2,
}


def _found(world: World) -> list[Place]:
    world.services.applications.add("production", 60, ADMIN)
    places = []
    for number in range(len(WRONG)):
        slug = f"instance-{number}"
        world.services.instances.add(slug, f"Instance {number}", 1033, AMELIE)
        places.append(Place(slug, AMELIE.email, 1033))
    return places


def _spoil(world: World, place: Place, what: str, *, is_on: bool) -> None:
    """Bring the cause about, or mend it."""
    if what == "administration-mode":
        world.change("administration-mode", place, is_on=is_on)
    elif what == "access-mode":
        mode = "read" if is_on else "read-write"
        world.change("access-mode", place, user=AMELIE.email, mode=mode)
    elif what == "missing-privilege":
        world.change("revoke" if is_on else "grant", place, user=AMELIE.email, role=ROLE)
    elif what == "language":
        world.change("remove-language" if is_on else "install-language", place, language=1036)
    elif not is_on:
        wanted = world.submit("partner", place, f"partner-{place.instance}")
        world.drive(wanted.run_id)
        world.services.instances.import_solution(place.instance, "FieldService", AMELIE)


@pytest.mark.slow
def test_five_causes_are_five_groups_and_a_retry_of_all_heals_everything_once(world: World) -> None:
    places = _found(world)
    portals = []
    for place, what in zip(places, WRONG, strict=True):
        if what == "language":
            world.change("install-language", place, language=1036)
        at = Place(place.instance, place.email, 1036 if what == "language" else 1033)
        template = "partner-field-service" if what == "missing-dependency" else "customer-self-service"
        asked = [
            world.submit(template, at, f"{place.instance}-{number}", force=True)
            for number in range(ASKED[what])
        ]
        _spoil(world, place, what, is_on=True)
        for started in asked:
            world.drive(started.run_id)
        portals += [started.portal_id for started in asked]

    failures = world.services.failures.find(FailureFilter(), ADMIN)
    groups = grouped(failures.items)
    assert failures.total >= 200
    assert {name.id for one in failures.items for name in one.portals} == set(portals)
    assert len(portals) == 40
    assert len(groups) == 5

    for place, what in zip(places, WRONG, strict=True):
        _spoil(world, place, what, is_on=False)
    plan = world.services.installations.plan_retry(None, AMELIE)
    assert not plan.failing
    retried = world.services.installations.start(plan, AMELIE, kind="retry")
    world.drive(*retried.run_ids)
    with world.services.store.reading() as session:
        healing = session.exec(select(Run.id).where(col(Run.kind) == "heal")).all()
    world.drive(*healing)

    assert world.services.failures.find(FailureFilter(), ADMIN).total == 0
    verdicts = {world.services.insight.portal(portal, ADMIN).verdict.state for portal in portals}
    assert verdicts == {"healthy"}
    with world.services.store.reading() as session:
        steps = session.exec(select(RunStep).where(col(RunStep.run_id).in_(retried.run_ids))).all()
        runs = {run.id: run.instance for run in session.exec(select(Run)).all()}
    done = Counter((runs[step.run_id], step.solution) for step in steps if step.state == "done")
    assert set(done.values()) == {1}
    assert not [step for step in steps if step.state == "failed"]
