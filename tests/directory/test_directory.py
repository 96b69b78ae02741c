from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from core.access import Actor
from core.directory.directory import Directory
from core.errors import NotFound, PlatformUnreachable
from core.platforms.port import Instance, Platform, User
from core.storage.tables import InstanceSnapshot
from tests.portals.world import (
    ADMIN,
    ADVENTURE,
    AMELIE,
    CONTOSO,
    ENGLISH,
    FABRIKAM,
    JAPANESE,
    LAYLA,
    NADIA,
    OLIVER,
    PRIYA,
    STRANGER,
    World,
)


class FakePlatform:
    """Instances in memory, and how often each was asked for."""

    def __init__(self, *slugs: str) -> None:
        owner = User(AMELIE.email, "Amélie Laurent", ("System Administrator",), "read-write", ENGLISH)
        self.instances = {slug: _instance(slug, owner) for slug in slugs}
        self.silent: set[str] = set()
        self.is_silent = False
        self.asked: list[str] = []

    def instance_slugs(self) -> tuple[str, ...]:
        if self.is_silent:
            raise PlatformUnreachable("The platform does not answer. Try again.")
        return tuple(self.instances)

    def instance(self, slug: str) -> Instance:
        self.asked.append(slug)
        if self.is_silent or slug in self.silent:
            raise PlatformUnreachable("It does not answer. Try again.")
        if slug not in self.instances:
            raise NotFound("There is none.")
        return self.instances[slug]


def _instance(slug: str, *users: User) -> Instance:
    return Instance(
        slug=slug,
        name=slug.title(),
        url=f"https://{slug}.example",
        base_language=ENGLISH,
        languages=(ENGLISH,),
        administration_mode=False,
        version="9.2",
        users=users,
        solutions=(),
    )


def directory_of(world: World, platform: FakePlatform) -> Directory:
    as_platform: Any = platform
    asked: Platform = as_platform
    return Directory(asked, world.store)


def snapshots(world: World) -> dict[str, InstanceSnapshot]:
    with world.store.reading() as session:
        return {row.slug: row for row in session.exec(select(InstanceSnapshot)).all()}


# ── Who is offered and sees what (R2) ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("actor", "pickable", "visible"),
    [
        (AMELIE, [CONTOSO], {CONTOSO}),
        (PRIYA, [CONTOSO], {CONTOSO}),
        (OLIVER, [], {CONTOSO}),
        (NADIA, [CONTOSO, FABRIKAM], {CONTOSO, FABRIKAM}),  # customizes one, administers the other
        (LAYLA, [ADVENTURE], {ADVENTURE}),
        (STRANGER, [], set()),
        (ADMIN, [], None),  # sees all, and picks none
        (Actor("NADIA.Haddad@fabrikam.EXAMPLE"), [CONTOSO, FABRIKAM], {CONTOSO, FABRIKAM}),
    ],
    ids=lambda value: value.email if isinstance(value, Actor) else "",
)
def test_instances_are_offered_to_administrators_and_customizers(
    world: World, actor: Actor, pickable: list[str], visible: set[str] | None
) -> None:  # R2
    directory = world.services.directory
    assert [known.slug for known in directory.pickable(actor)] == pickable
    assert directory.visible(actor) == (None if visible is None else frozenset(visible))


def test_instance_is_offered_at_once_when_the_role_was_granted(world: World) -> None:  # R2
    assert not world.services.directory.pickable(OLIVER)
    world.change("grant", role="System Customizer", user=OLIVER.email)
    assert [known.slug for known in world.services.directory.pickable(OLIVER)] == [CONTOSO]


def test_instances_come_in_the_platforms_order(world: World) -> None:
    world.services.instances.add("a-new-one", "A New One", ENGLISH, AMELIE)
    assert [known.slug for known in world.services.directory.all()] == [
        CONTOSO,
        FABRIKAM,
        ADVENTURE,
        "a-new-one",
    ]


def test_everybody_is_listed_once_by_name(world: World) -> None:
    people = world.services.directory.people()
    names = [user.name for user in people]
    assert names == sorted(names)
    assert names.count("Nadia Haddad") == 1  # a user of two instances
    assert len(people) == 16


def test_instance_is_not_found_when_there_is_no_such(world: World) -> None:
    with pytest.raises(NotFound, match="There is no instance 'atlantis'") as caught:
        world.services.directory.get("atlantis")
    assert caught.value.field == "instance"


# ── What is kept of a silent one ────────────────────────────────────────────────────────────────────────────────────


def test_instance_is_told_as_last_known_when_silent(world_on_both: World) -> None:
    world = world_on_both
    directory = world.services.directory
    before = directory.get(FABRIKAM)
    world.change("reachable", instance=FABRIKAM, is_on=False)
    world.change("install-language", instance=FABRIKAM, language=JAPANESE)
    world.clock.advance(60)
    known = directory.get(FABRIKAM)
    assert known == replace(before, is_reachable=False)  # users, roles, solutions and times as they were read
    assert known.instance.solution("FieldService") is not None
    assert directory.all()[1] == known
    world.change("reachable", instance=FABRIKAM, is_on=True)
    again = directory.get(FABRIKAM)
    assert again.is_reachable
    assert again.synchronised_at == world.clock.now
    assert JAPANESE in again.instance.languages


def test_others_are_listed_when_one_was_never_reached(world: World) -> None:
    platform = FakePlatform("one", "two", "three")
    platform.silent = {"two"}
    directory = directory_of(world, platform)
    assert [known.slug for known in directory.all()] == ["one", "three"]
    with pytest.raises(PlatformUnreachable, match="never reached") as caught:
        directory.get("two")
    assert caught.value.field == "instance"


def test_last_known_instances_are_listed_when_the_whole_platform_is_silent(world: World) -> None:
    platform = FakePlatform("two", "one")
    directory = directory_of(world, platform)
    with world.store.writing() as session:
        session.connection().execute(sa.delete(InstanceSnapshot))
    directory.all()
    platform.is_silent = True
    assert [(known.slug, known.is_reachable) for known in directory.all()] == [("two", False), ("one", False)]


def test_silence_is_written_down_once(world: World) -> None:
    platform = FakePlatform("one")
    directory = directory_of(world, platform)
    directory.get("one")
    platform.silent = {"one"}
    writes: list[str] = []
    sa.event.listen(world.store.engine, "before_cursor_execute", lambda *given: writes.append(given[2]))
    for _ in range(3):
        assert not directory.get("one").is_reachable
        assert not directory.all()[0].is_reachable
    assert sum(statement.startswith("UPDATE") for statement in writes) == 1


def test_row_is_written_only_when_it_tells_something_new(world: World) -> None:
    directory = world.services.directory

    def kept_at(seconds_later: float) -> float:
        """The time that is kept after the instance was read, in seconds from the first reading."""
        world.clock.advance(seconds_later)
        directory.get(CONTOSO)
        return (snapshots(world)[CONTOSO].synchronised_at - first).total_seconds()

    first = world.clock.now
    directory.get(CONTOSO)
    assert kept_at(0) == 0
    assert kept_at(4) == 0  # nothing new, and young enough
    world.change("install-language", language=JAPANESE)
    assert kept_at(0) == 4
    assert JAPANESE in snapshots(world)[CONTOSO].content["languages"]
    assert kept_at(5) == 9  # nothing new, but old


def test_both_are_kept_when_two_see_a_new_instance_at_once(world_on_both: World) -> None:
    one, two = (directory_of(world_on_both, FakePlatform("new")) for _ in range(2))
    nothing_known: dict[str, Any] = {}
    for directory in (one, two):  # each read the snapshots before the other had written
        directory._keep([FakePlatform("new").instances["new"]], nothing_known)
    assert "new" in snapshots(world_on_both)


# ── A thousand instances ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_thousand_instances_take_few_statements_and_no_second_asking(world_on_both: World) -> None:
    platform = FakePlatform(*(f"i-{number}" for number in range(1000)))
    directory = directory_of(world_on_both, platform)
    statements: list[str] = []
    sa.event.listen(
        world_on_both.store.engine, "before_cursor_execute", lambda *given: statements.append(given[2])
    )
    assert len(directory.all()) == 1000
    assert len(platform.asked) == 1000
    assert sum(statement.startswith("INSERT") for statement in statements) <= 2  # PostgreSQL sends batches
    assert len(statements) <= 12, statements
    statements.clear()
    assert directory.visible(AMELIE, 30) == frozenset(platform.instances)
    assert directory.visible(ADMIN, 30) is None
    assert len(platform.asked) == 1000  # nobody was asked again
    assert sum(statement.startswith("SELECT") for statement in statements) == 1
    world_on_both.clock.advance(31)
    directory.visible(AMELIE, 30)
    assert len(platform.asked) == 2000


def test_only_the_silent_are_asked_again_when_the_others_are_fresh(world: World) -> None:
    platform = FakePlatform("one", "two", "three")
    directory = directory_of(world, platform)
    directory.all()
    platform.silent = {"two"}
    world.clock.advance(31)
    directory.all(30)
    platform.asked.clear()
    assert [known.is_reachable for known in directory.all(30)] == [True, False, True]
    assert platform.asked == ["two"]


def test_names_are_heard_once_a_minute_when_they_are_asked_for(world: World) -> None:
    platform = FakePlatform("one", "two")
    directory = directory_of(world, platform)
    assert directory.name("one") == platform.instances["one"].name
    asked = len(platform.asked)
    assert directory.name("two") == platform.instances["two"].name
    assert len(platform.asked) == asked
    world.clock.advance(6)
    assert directory.name("gone") == "gone"
    world.clock.advance(61)
    directory.name("one")
    assert len(platform.asked) > asked
