"""Which addresses notices may be sent to: Apprise URLs of kinds that send elsewhere and read no file."""

import ipaddress
import socket
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl

from core.notices.channels import understood
from core.notices.kinds import HOSTED, KINDS, SERVICES, split, wrong

MAX_ADDRESS = 1000
_WEBHOOKS = frozenset({"json", "jsons", "form", "forms", "xml", "xmls"})
# What an address may set. Nothing that reads a file (template, pgp, keyfile), turns checks off or sends more than once.
_PARAMETERS = frozenset(
    {"to", "from", "name", "cc", "bcc", "reply", "smtp", "mode", "user", "pass", "format", "method"}
    | {"channel", "token", "thread", "topic", "botname", "avatar", "image", "footer", "priority"}
)
_METHODS = frozenset({"post", "put"})


@dataclass(frozen=True)
class Reach:
    """Where notices may be sent to: without hosts anywhere but to this machine itself and link-local addresses.

    With hosts only there: a host's name, "*.example.com", or the kind of a service such as slack.
    """

    hosts: tuple[str, ...] = ()

    @classmethod
    def of(cls, setting: str) -> "Reach":
        """As the setting says it: hosts with commas between."""
        return cls(tuple(host.strip().casefold() for host in setting.split(",") if host.strip()))


def check(address: str, reach: Reach) -> str:
    """The address without spaces around it. Raises InvalidValue, which never repeats it."""
    cleaned = address.strip()
    if not cleaned or len(cleaned) > MAX_ADDRESS or any(c.isspace() or not c.isprintable() for c in cleaned):
        raise wrong(
            f"An address has up to {MAX_ADDRESS} characters and no spaces, such as jsons://example.com/hook."
        )
    scheme = cleaned.partition("://")[0].casefold() if "://" in cleaned else ""
    if scheme in ("http", "https"):
        raise wrong(f"For a webhook write json{'s' if scheme == 'https' else ''}:// instead of {scheme}://.")
    if scheme not in KINDS:
        raise wrong(
            f"Notifications can't be sent that way. An address begins with one of: {', '.join(KINDS)}."
        )
    parts = split(cleaned)
    _check_parameters(scheme, parts)
    if not understood(cleaned):
        raise wrong(
            f"This is no complete address of {KINDS[scheme]}: something is missing in it or misspelt. "
            "docs/notifications.md has an example of each kind."
        )
    require_reachable(cleaned, reach)
    return cleaned


def require_reachable(address: str, reach: Reach) -> None:
    """Raise InvalidValue where the address leads to where notices may not be sent: asked again before each is sent."""
    parts = split(address)
    scheme = parts.scheme.casefold()
    hosts = tuple(_hosts(parts)) if scheme in HOSTED else ()
    if reach.hosts:
        unlisted = next((h for h in hosts if not _is_listed(h, reach.hosts)), None)
        if unlisted is not None or (scheme in SERVICES and scheme not in reach.hosts):
            raise wrong(
                f"Notifications may not be sent to {unlisted or KINDS[scheme]}. Whoever runs Portico lists the hosts "
                "in PORTICO_NOTICE_HOSTS."
            )
        return
    for host in hosts:
        if any(_is_near(one) for one in _addresses(host)):
            raise wrong(
                f"{host} is this machine itself or a link-local address, and nothing is sent there. Whoever runs "
                "Portico can allow it by PORTICO_NOTICE_HOSTS."
            )


def _check_parameters(scheme: str, parts: SplitResult) -> None:
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        # A webhook's own headers (+), parameters (-) and fields (:).
        if scheme in _WEBHOOKS and name[:1] in ("+", "-", ":", " "):
            continue
        if name.casefold() not in _PARAMETERS:
            raise wrong(f"An address can't set “{name[:30]}”. It can set: {', '.join(sorted(_PARAMETERS))}.")
        if name.casefold() == "method" and value.casefold() not in _METHODS:
            raise wrong("A webhook is sent to by POST or PUT only.")


def _hosts(parts: SplitResult) -> Iterator[str]:
    """The hosts that would be spoken to."""
    smtp = [value for name, value in parse_qsl(parts.query) if name.casefold() == "smtp"]
    yield from smtp if smtp and parts.scheme.casefold().startswith("mailto") else [parts.hostname or ""]


def _is_listed(host: str, listed: Collection[str]) -> bool:
    name = host.casefold().rstrip(".")
    return any(name == one or (one.startswith("*.") and name.endswith(one[1:])) for one in listed)


def _addresses(host: str) -> Iterator[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """What the host's name leads to now; nothing where nobody knows it: then nothing can be sent there either."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return
    for *_, where in found:
        address = ipaddress.ip_address(str(where[0]).partition("%")[0])
        mapped = getattr(address, "ipv4_mapped", None)
        yield mapped or address


def _is_near(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return address.is_loopback or address.is_link_local or address.is_unspecified or address.is_multicast
