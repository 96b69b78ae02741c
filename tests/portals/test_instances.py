from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from core.access import Actor
from core.errors import (
    Conflict,
    InvalidValue,
    NotFound,
    NotSystemAdministrator,
    PackageError,
    PlatformRefused,
    PlatformUnreachable,
)
from core.platforms.port import InstanceChange
from core.portals.instances import Instances
from core.storage.tables import Event
from tests.contract.packages import build
from tests.portals.world import (
    ADMIN,
    AMELIE,
    CONTOSO,
    ENGLISH,
    FABRIKAM,
    FRENCH,
    JAPANESE,
    MARCO,
    NADIA,
    OLIVER,
    PRIYA,
    STRANGER,
    World,
)


def told(world: World) -> list[tuple[str, str | None, dict[str, Any]]]:
    with world.store.reading() as session:
        return [(event.act, event.instance, event.details) for event in session.exec(select(Event)).all()]


def solutions(world: World, instance: str = CONTOSO) -> list[str]:
    return [one.unique_name for one in world.services.platform.instance(instance).solutions]


@pytest.mark.parametrize("actor", [AMELIE, ADMIN], ids=lambda actor: actor.email)
def test_instance_is_changed_and_told_when_an_administrator_does(world: World, actor: Actor) -> None:
    changes = (
        InstanceChange("administration-mode", is_on=True),
        InstanceChange("install-language", language=JAPANESE),
    )
    known = world.services.instances.change(CONTOSO, changes, actor)
    assert known.instance.administration_mode
    assert JAPANESE in known.instance.languages
    assert known.is_reachable
    assert told(world) == [
        ("change-instance", CONTOSO, {"action": "administration-mode", "is_on": True}),
        ("change-instance", CONTOSO, {"action": "install-language", "language": JAPANESE}),
    ]


@pytest.mark.parametrize("actor", [PRIYA, OLIVER, NADIA, STRANGER], ids=lambda actor: actor.email)
def test_change_is_refused_when_anybody_else_does(world: World, actor: Actor) -> None:  # R1
    with pytest.raises(NotSystemAdministrator):
        world.services.instances.change(CONTOSO, (InstanceChange("reachable", is_on=False),), actor)
    with pytest.raises(NotSystemAdministrator):
        world.services.instances.import_solution(CONTOSO, "FieldService", actor)
    assert told(world) == []


def test_nothing_is_changed_when_one_of_the_changes_is_wrong(world: World) -> None:
    changes = (
        InstanceChange("administration-mode", is_on=True),
        InstanceChange("grant", role="King", user=AMELIE.email),
    )
    with pytest.raises(InvalidValue):
        world.services.instances.change(CONTOSO, changes, AMELIE)
    assert not world.services.platform.instance(CONTOSO).administration_mode
    assert told(world) == []


def test_instance_answers_again_when_it_is_made_reachable(world: World) -> None:
    silent = world.services.instances.change(CONTOSO, (InstanceChange("reachable", is_on=False),), AMELIE)
    assert not silent.is_reachable
    again = world.services.instances.change(CONTOSO, (InstanceChange("reachable", is_on=True),), AMELIE)
    assert again.is_reachable


def test_instance_is_added_and_administered_by_who_adds_it(world: World) -> None:
    known = world.services.instances.add("northwind", "Northwind", ENGLISH, OLIVER)
    assert [user.email for user in known.instance.administrators()] == [OLIVER.email]
    assert known.instance.user(OLIVER.email) is not None
    assert "northwind" in {one.slug for one in world.services.directory.pickable(OLIVER)}
    assert told(world) == [("add-instance", "northwind", {"name": "Northwind", "base_language": ENGLISH})]
    assert world.codes(OLIVER, instance="northwind", language=ENGLISH, administrator=OLIVER.email) == []


def test_instance_is_named_by_its_e_mail_when_who_adds_it_has_no_name(world: World) -> None:
    known = world.services.instances.add("northwind", "Northwind", ENGLISH, STRANGER)
    assert [user.name for user in known.instance.users] == [STRANGER.email]


@pytest.mark.parametrize(
    ("slug", "error"), [(CONTOSO, Conflict), ("No Good", InvalidValue), ("", InvalidValue)]
)
def test_instance_is_not_added_when_the_slug_is_no_good(
    world: World, slug: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        world.services.instances.add(slug, "Northwind", ENGLISH, AMELIE)
    assert told(world) == []


@pytest.mark.parametrize(
    ("name", "package"),
    [("StarterPortal", "custom"), ("CustomerPortal", "customer-self-service"), ("PartnerPortal", "partner")],
)
def test_earlier_solutions_of_its_package_come_along_when_imported(
    world: World, name: str, package: str
) -> None:
    known = world.services.instances.import_solution(CONTOSO, name, AMELIE)
    order = world.services.catalogue.packages()[package]
    assert tuple(one.unique_name for one in known.instance.solutions) == order
    assert {one.language for one in known.instance.solutions} == {1036}  # the actor's default language
    assert [act for act, _, _ in told(world)] == ["import-solution"] * len(order)


def test_only_what_stands_before_it_everywhere_comes_along(world: World) -> None:
    world.services.instances.import_solution(CONTOSO, "MicrosoftForums", AMELIE)
    assert solutions(world) == [*world.services.catalogue.needs("MicrosoftForums"), "MicrosoftForums"]


def test_no_other_solution_comes_along_when_it_has_no_package(world: World) -> None:
    world.services.instances.import_solution(CONTOSO, "FieldService", AMELIE)
    assert solutions(world) == ["FieldService"]


def test_what_a_portal_requires_does_not_come_along(world: World) -> None:  # R16, R27
    with pytest.raises(PlatformRefused) as caught:
        world.services.instances.import_solution(CONTOSO, "PartnerFieldService", AMELIE)
    details = caught.value.details
    assert set(details["missing"]) == {"PartnerPortal", "FieldService"}
    assert details["code_hex"] == "0x8004801D"
    assert "PartnerPortal" in caught.value.message
    assert isinstance(details["code_dec"], int)
    assert details["correlation_id"]
    assert solutions(world) == []
    assert told(world) == []


def test_nothing_happens_when_the_solution_stands_there(world: World) -> None:
    world.services.instances.import_solution(FABRIKAM, "FieldService", NADIA)
    assert told(world) == []


def test_zip_is_imported_when_a_file_is_given(world: World, tmp_path: Path) -> None:
    file = tmp_path / "northwind.zip"
    file.write_bytes(build("Northwind"))
    known = world.services.instances.import_solution(CONTOSO, str(file), AMELIE)
    assert known.instance.solution("Northwind") is not None


@pytest.mark.parametrize(
    ("name", "error"), [("missing.zip", NotFound), ("NoSuchSolution", NotFound), ("broken.zip", PackageError)]
)
def test_import_is_refused_when_there_is_no_such_solution(
    world: World, tmp_path: Path, name: str, error: type[Exception]
) -> None:
    (tmp_path / "broken.zip").write_bytes(b"PK no zip")
    given = str(tmp_path / name) if name.endswith("zip") else name
    with pytest.raises(error):
        world.services.instances.import_solution(CONTOSO, given, AMELIE)


def pausing(world: World, pause: Callable[[float], None]) -> Instances:
    services = world.services
    return Instances(
        services.store,
        services.directory,
        services.platform,
        services.administration,
        services.library,
        services.catalogue,
        pause,
    )


def test_import_is_waited_for_when_it_takes_a_while(world: World) -> None:
    world.change("delay", delay_s=30)
    instances = pausing(world, lambda _seconds: world.clock.advance(10))
    before = world.clock.now
    known = instances.import_solution(CONTOSO, "FieldService", AMELIE)
    assert known.instance.solution("FieldService") is not None
    assert (world.clock.now - before).total_seconds() >= 30


def test_refusal_is_told_when_it_comes_after_a_while(world: World) -> None:
    world.change("delay", delay_s=30)

    def meanwhile(_seconds: float) -> None:
        if FRENCH in world.services.platform.instance(CONTOSO).languages:
            world.change("remove-language", language=FRENCH)
        world.clock.advance(10)

    with pytest.raises(PlatformRefused, match=r"The platform refused \(0x8") as caught:
        pausing(world, meanwhile).import_solution(CONTOSO, "FieldService", AMELIE)
    details = caught.value.details
    assert set(details) == {"code_hex", "code_dec", "text", "correlation_id", "missing"}
    assert details["code_hex"] in caught.value.message
    assert details["text"] in caught.value.message
    assert solutions(world) == []


@pytest.mark.parametrize(
    ("actor", "action", "values"),
    [
        (MARCO, "reachable", {"is_on": True}),  # an access mode that can't import (R26)
        (AMELIE, "administration-mode", {"is_on": True}),
        (ADMIN, "reachable", {"is_on": True}),  # no user of the instance (R1)
    ],
)
def test_refusal_tells_the_platforms_code(
    world: World, actor: Actor, action: Any, values: dict[str, Any]
) -> None:
    world.change(action, **values)
    with pytest.raises(PlatformRefused) as caught:
        world.services.instances.import_solution(CONTOSO, "FieldService", actor)
    assert caught.value.details["code_hex"].startswith("0x8")


def test_import_is_refused_when_the_instance_is_silent(world: World) -> None:
    world.change("reachable", is_on=False)
    with pytest.raises(PlatformUnreachable):
        world.services.instances.import_solution(CONTOSO, "FieldService", AMELIE)


def test_console_administrator_mends_an_instance_that_was_never_reached(world: World) -> None:
    world.services.instances.add("northwind", "Northwind", ENGLISH, AMELIE)
    world.change("reachable", instance="northwind", is_on=False)
    with world.store.writing() as session:
        session.connection().exec_driver_sql("DELETE FROM instance_snapshot")
    change = world.services.instances.change
    known = change("northwind", (InstanceChange("delay", delay_s=1.5),), ADMIN)
    assert not known.is_reachable
    assert change("northwind", (InstanceChange("reachable", is_on=True),), ADMIN).is_reachable


def test_change_is_refused_when_the_platform_lets_nobody(world: World) -> None:
    services = world.services
    instances = Instances(
        services.store, services.directory, services.platform, None, services.library, services.catalogue
    )
    with pytest.raises(Conflict, match=r"This machine lets nobody.*Use its admin centre"):
        instances.change(CONTOSO, (InstanceChange("reachable", is_on=True),), AMELIE)
    with pytest.raises(Conflict, match=r"This machine lets nobody.*Use its admin centre"):
        instances.add("northwind", "Northwind", ENGLISH, AMELIE)
