"""Host names: which are portals', and which portal's.

A name is read as a browser sends it: in any case, with or without a port and a last dot. Nothing but the Host
header is believed.
"""

import re
from typing import Protocol

# Labels of letters, digits and hyphens, perhaps a last dot, perhaps a port.
_HOST = re.compile(r"(?P<name>[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*)\.?(?::[0-9]{1,5})?", re.ASCII)
_LONGEST_NAME = 253
_ADDRESS = re.compile(r"[0-9.]+", re.ASCII)


class DomainLookup(Protocol):
    """Who knows the custom domains; only verified ones count (R11)."""

    def subdomain_of(self, host: str) -> str | None:
        """The subdomain of the portal that has this domain (lower case, no port); None where none has it."""


class NoDomains:
    """A lookup for a host without custom domains."""

    def subdomain_of(self, host: str) -> str | None:  # noqa: ARG002 - the protocol's argument
        """None: there are none."""
        return None


class HostNames:
    """Tells portals' host names from others."""

    def __init__(self, portal_domain: str, domains: DomainLookup) -> None:
        self._suffix = "." + portal_domain.strip(".").lower()
        self._domains = domains

    def is_portal_host(self, host_header: str) -> bool:
        """Whether the name is below the portals' domain, or a verified custom domain.

        Every name below the domain is the host's, also one that no portal has: the console answers to none.
        """
        name = read_name(host_header)
        return name is not None and (name.endswith(self._suffix) or self._by_domain(name) is not None)

    def subdomain_of(self, host_header: str) -> str | None:
        """The subdomain that the name stands for; None where it can't be one."""
        name = read_name(host_header)
        if name is None:
            return None
        if name.endswith(self._suffix):
            label = name.removesuffix(self._suffix)
            return None if "." in label else label
        return self._by_domain(name)

    def _by_domain(self, name: str) -> str | None:
        if name == self._suffix[1:] or _ADDRESS.fullmatch(name):
            return None
        return self._domains.subdomain_of(name)


def read_name(host_header: str) -> str | None:
    """The name in a Host header in lower case, without port and last dot; None for IPv6 or no name."""
    match = _HOST.fullmatch(host_header.lower()) if host_header.isascii() else None
    return match["name"] if match and len(match["name"]) <= _LONGEST_NAME else None
