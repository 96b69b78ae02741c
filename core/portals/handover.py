"""What a Customizer hands to a System Administrator: the request in words and as a command (R1, R2)."""

from shlex import quote

from core.access import SYSTEM_ADMINISTRATOR, Actor, is_system_administrator
from core.catalogue import Catalogue
from core.errors import PorticoError
from core.platforms.port import Instance
from core.portals.commands import StartProvisioning


def handover_text(
    request: StartProvisioning, instance: Instance, actor: Actor, catalogue: Catalogue, domain: str
) -> str:
    """The request to copy: to whom, which role is missing, the values as the form names them, the command."""
    to = ", ".join(f"{user.name} <{user.email}>" for user in instance.administrators())
    lacking = (
        "" if is_system_administrator(actor, instance) else f" I lack the role {SYSTEM_ADMINISTRATOR} there."
    )
    values = "".join(f"{label}: {text}\n" for label, text in _in_words(request, instance, catalogue, domain))
    return (
        f"To: {to}\n\nPlease provision this portal in {instance.name}.{lacking}\n\n{values}\n"
        f"{_command(request)}\n\nRequested by {actor.name or actor.email} <{actor.email}>\n"
    )


def _in_words(
    request: StartProvisioning, instance: Instance, catalogue: Catalogue, domain: str
) -> list[tuple[str, str]]:
    administrator = instance.user(request.administrator or "")
    lines = (
        ("Name", request.name),
        ("Portal URL", request.subdomain and f"{request.subdomain}.{domain}"),
        ("Instance", instance.name),
        ("Language", request.language and _named(catalogue, "language", request.language)),
        ("Portal Administrator", request.administrator if administrator is None else administrator.name),
        ("Portal Audience", request.audience and _named(catalogue, "audience", request.audience)),
        ("Portal", request.portal and _named(catalogue, "portal", request.portal)),
        ("Application", request.application and str(request.application)),
    )
    return [(label, _one_line(str(text))) for label, text in lines if text]


def _named(catalogue: Catalogue, kind: str, key: object) -> str:
    """The record's name; a value that is not in the catalogue stands as it was given."""
    try:
        name: str = getattr(catalogue, kind)(key).name
    except PorticoError:
        return str(key)
    return name


def _command(request: StartProvisioning) -> str:
    values = request.values() | {"application": request.application}
    options = " ".join(f"--{key} {quote(_one_line(str(value)))}" for key, value in values.items() if value)
    return f"python -m core provision {options} --accept-terms --as YOUR-EMAIL"


def _one_line(text: str) -> str:
    """What was typed can't add lines of its own to the request."""
    return " ".join(text.split())
