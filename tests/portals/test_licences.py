from typing import Any

import pytest
from sqlmodel import select

from core.errors import InvalidValue, NoFreeApplication, NotConsoleAdministrator
from core.portals import licences
from core.storage.tables import Application, Event
from tests.portals.world import ADMIN, AMELIE, World


def test_a_fresh_store_has_ten_for_production_and_three_trials(world: World) -> None:  # R4
    found = world.insight.applications(ADMIN)
    assert [one.type for one in found] == ["production"] * 10 + ["trial"] * 3
    assert {one.state for one in found} == {"not-configured"}


def test_licences_are_added_by_the_console_administrator(world_on_both: World) -> None:  # R4
    added = world_on_both.services.applications.add("trial", 2, ADMIN)
    assert added == (14, 15)
    assert [one.type for one in world_on_both.insight.applications(ADMIN)][13:] == ["trial", "trial"]
    with world_on_both.store.reading() as session:
        event = session.exec(select(Event)).one()
    assert (event.act, event.actor, event.details) == (
        "add-applications",
        ADMIN.email,
        {"type": "trial", "count": 2},
    )


def test_licences_are_refused_when_anybody_else_adds(world: World) -> None:
    with pytest.raises(NotConsoleAdministrator) as caught:
        world.services.applications.add("trial", 1, AMELIE)
    assert caught.value.field == "as"
    assert ADMIN.email in caught.value.message


@pytest.mark.parametrize(
    ("type_", "count", "field"),
    [
        ("gift", 1, "type"),
        ("", 1, "type"),
        ("trial", 0, "count"),
        ("trial", -5, "count"),
        ("trial", 1001, "count"),
    ],
)
def test_licences_are_refused_when_a_value_is_wrong(world: World, type_: str, count: int, field: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        world.services.applications.add(type_, count, ADMIN)
    assert caught.value.field == field
    assert len(world.insight.applications(ADMIN)) == 13


def test_added_licence_is_taken_when_all_others_are_in_use(world: World) -> None:  # R4
    for number in range(13):
        world.submit(subdomain=f"help-{number}")
    assert world.codes(subdomain="more") == ["no-free-application"]
    world.services.applications.add("production", 1, ADMIN)
    assert world.codes(subdomain="more") == []


def test_licence_is_refused_when_somebody_else_was_first(world: World) -> None:  # R4
    started = world.submit(application=1)

    def take_again() -> None:
        with world.store.writing() as session:
            row: Any = session.exec(select(Application).where(Application.id == 1)).one()
            licences.take(session, row, started.portal_id)

    with pytest.raises(NoFreeApplication, match="Submit again"):
        take_again()
