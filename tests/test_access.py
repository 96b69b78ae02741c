from dataclasses import dataclass, field

import pytest

from core.access import (
    SYSTEM_ADMINISTRATOR,
    SYSTEM_CUSTOMIZER,
    Actor,
    can_pick,
    can_see,
    is_system_administrator,
    require_console_administrator,
    require_may_change_instance,
    require_pick,
    require_system_administrator,
)
from core.errors import InstanceNotAvailable, NotConsoleAdministrator, NotSystemAdministrator, PorticoError
from core.settings import CONSOLE_ADMINISTRATOR


@dataclass
class Member:
    roles: tuple[str, ...]

    def has(self, role: str) -> bool:
        return role in self.roles


@dataclass
class Place:
    name: str = "Contoso"
    members: dict[str, Member] = field(
        default_factory=lambda: {
            "ada@x.example": Member((SYSTEM_ADMINISTRATOR,)),
            "cas@x.example": Member((SYSTEM_CUSTOMIZER,)),
            "ben@x.example": Member(("Basic User",)),
            "eve@x.example": Member(()),
        }
    )

    def user(self, email: str) -> Member | None:
        return self.members.get(email.casefold())


ADA, CAS, BEN, EVE, ODD = (Actor(f"{name}@x.example") for name in ("ada", "cas", "ben", "eve", "odd"))
ADMIN = Actor(CONSOLE_ADMINISTRATOR)


@pytest.mark.parametrize(
    ("actor", "administers", "picks", "sees", "changes"),
    [
        (ADA, True, True, True, True),
        (CAS, False, True, True, False),
        (BEN, False, False, True, False),
        (EVE, False, False, True, False),  # a user without any role
        (ODD, False, False, False, False),
        (ADMIN, False, False, True, True),  # sees and changes all, picks only where a role says so
        (Actor("ADA@x.Example"), True, True, True, True),
        (Actor(""), False, False, False, False),
    ],
    ids=lambda value: value.email if isinstance(value, Actor) else "",
)
def test_actor_may_what_the_roles_there_say(
    actor: Actor, administers: bool, picks: bool, sees: bool, changes: bool
) -> None:  # R1, R2
    place = Place()
    assert is_system_administrator(actor, place) is administers
    assert can_pick(actor, place) is picks
    assert can_see(actor, place) is sees
    for require, is_granted in (
        (require_system_administrator, administers),
        (require_pick, picks),
        (require_may_change_instance, changes),
    ):
        if is_granted:
            require(actor, place)
            continue
        with pytest.raises(PorticoError):
            require(actor, place)


def test_role_is_named_when_it_lacks() -> None:  # R1
    with pytest.raises(NotSystemAdministrator) as caught:
        require_system_administrator(CAS, Place())
    error = caught.value
    assert (error.code, error.field, error.details) == (
        "not-system-administrator",
        "as",
        {"role": "System Administrator"},
    )
    assert "cas@x.example does not hold the System Administrator role in Contoso" in error.message


def test_instance_is_not_available_when_no_role_allows_it() -> None:  # R2
    with pytest.raises(InstanceNotAvailable) as caught:
        require_pick(BEN, Place())
    assert (caught.value.code, caught.value.field) == ("instance-not-available", "instance")
    assert "Pick another instance, or ask for the role." in caught.value.message


def test_console_administrator_is_also_one_of_an_instance_when_given_the_role() -> None:  # R1
    place = Place()
    place.members[CONSOLE_ADMINISTRATOR] = Member((SYSTEM_ADMINISTRATOR,))
    require_system_administrator(ADMIN, place)
    require_pick(ADMIN, place)


def test_console_administrator_is_known_in_any_case() -> None:
    require_console_administrator(Actor("Admin@Portico.Example"))
    assert Actor("ADMIN@PORTICO.EXAMPLE").is_console_administrator


def test_others_are_refused_what_only_the_console_administrator_may() -> None:
    with pytest.raises(NotConsoleAdministrator) as caught:
        require_console_administrator(ADA)
    assert (caught.value.code, caught.value.field) == ("not-console-administrator", "as")
    assert CONSOLE_ADMINISTRATOR in caught.value.message
