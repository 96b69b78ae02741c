"""Who may do what; called by every command (design: who may, R1–R3)."""

from dataclasses import dataclass
from typing import Protocol

from core.errors import InstanceNotAvailable, NotConsoleAdministrator, NotSystemAdministrator
from core.settings import CONSOLE_ADMINISTRATOR

SYSTEM_ADMINISTRATOR = "System Administrator"
SYSTEM_CUSTOMIZER = "System Customizer"


@dataclass(frozen=True)
class Actor:
    """Who acts, known by e-mail; the e-mail is compared without regard to case."""

    email: str
    name: str = ""

    @property
    def is_console_administrator(self) -> bool:
        """Whether this is the console's own administrator."""
        return self.email.casefold() == CONSOLE_ADMINISTRATOR


class RoleHolder(Protocol):
    """A user of an instance, as far as access is concerned."""

    def has(self, role: str) -> bool:
        """Whether the role is assigned directly."""


class InstanceAccess(Protocol):
    """An instance, as far as access is concerned."""

    @property
    def name(self) -> str:
        """Its name, for people."""

    def user(self, email: str) -> RoleHolder | None:
        """The user with this e-mail, if there is one."""


def is_system_administrator(actor: Actor, instance: InstanceAccess) -> bool:
    """Whether the actor holds System Administrator in the instance, assigned directly (R1)."""
    user = instance.user(actor.email)
    return user is not None and user.has(SYSTEM_ADMINISTRATOR)


def can_pick(actor: Actor, instance: InstanceAccess) -> bool:
    """Whether the actor is offered the instance: System Administrator or System Customizer in it (R2)."""
    user = instance.user(actor.email)
    return user is not None and (user.has(SYSTEM_ADMINISTRATOR) or user.has(SYSTEM_CUSTOMIZER))


def can_see(actor: Actor, instance: InstanceAccess) -> bool:
    """Whether the actor sees what stands in the instance: any user of it, and the console administrator."""
    return actor.is_console_administrator or instance.user(actor.email) is not None


def require_system_administrator(actor: Actor, instance: InstanceAccess) -> None:
    """Raise NotSystemAdministrator unless the actor may change things there (R1)."""
    if not is_system_administrator(actor, instance):
        raise NotSystemAdministrator(
            f"{actor.email} does not hold the System Administrator role in {instance.name}. Ask one of its "
            "System Administrators to assign the role directly, or hand the request over to them.",
            details={"role": SYSTEM_ADMINISTRATOR},
        )


def require_pick(actor: Actor, instance: InstanceAccess) -> None:
    """Raise InstanceNotAvailable unless the actor may pick the instance (R2)."""
    if not can_pick(actor, instance):
        raise InstanceNotAvailable(
            f"{instance.name} can be picked by its System Administrators and System Customizers only, and "
            f"{actor.email} is neither there. Pick another instance, or ask for the role."
        )


def require_console_administrator(actor: Actor) -> None:
    """Raise NotConsoleAdministrator unless the actor is the console's administrator."""
    if not actor.is_console_administrator:
        raise NotConsoleAdministrator(
            f"Only the console administrator ({CONSOLE_ADMINISTRATOR}) may do this. Ask them to do it."
        )


def require_may_change_instance(actor: Actor, instance: InstanceAccess) -> None:
    """Raise NotSystemAdministrator unless the actor administers the instance or the console."""
    if not actor.is_console_administrator:
        require_system_administrator(actor, instance)
