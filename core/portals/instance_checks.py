"""What the preflight asks of an instance: a sentence where it is fine, an error that says what to do."""

from core.access import Actor
from core.directory.directory import KnownInstance
from core.errors import AdministratorNotEligible, InstanceBlocked
from core.platforms.port import SYSTEM_ADMINISTRATOR, Instance


def administrator(email: str, instance: Instance) -> str:
    """The portal administrator is a System Administrator of the instance (R3)."""
    user = instance.user(email)
    if user is None or not user.has(SYSTEM_ADMINISTRATOR):
        eligible = [one.email for one in instance.administrators()]
        raise AdministratorNotEligible(
            f"{email} does not hold the System Administrator role in {instance.name}. "
            f"Choose one of: {', '.join(eligible)}.",
            details={"eligible": eligible},
        )
    return f"{user.name} can administer the portal"


def reachable(known: KnownInstance) -> str:
    """The instance answers."""
    if not known.is_reachable:
        raise InstanceBlocked(
            f"{known.instance.name} does not answer; it was last seen at "
            f"{known.synchronised_at:%Y-%m-%d %H:%M} UTC. Wait until it does."
        )
    return f"{known.instance.name} answers"


def open_for_imports(instance: Instance) -> str:
    """The instance is not in administration mode, which stops imports."""
    if instance.administration_mode:
        raise InstanceBlocked(
            f"{instance.name} is in administration mode and takes no imports. Switch administration mode off."
        )
    return f"{instance.name} is not in administration mode"


def read_write(actor: Actor, instance: Instance) -> str:
    """Who acts has Read-Write access there: an installation runs as whoever submitted (R26)."""
    user = instance.user(actor.email)
    if user is not None and user.access_mode != "read-write":
        mode = user.access_mode.replace("-", " ").title().replace(" ", "-")
        raise InstanceBlocked(
            f"Your access mode in {instance.name} is {mode}, and an import needs Read-Write. Change it there."
        )
    return "Your access mode is Read-Write"
