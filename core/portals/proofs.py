"""Looks for the proof of a custom domain: in DNS, or in a file at the domain itself."""

import ipaddress
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dns.resolver import Resolver

TIMEOUT_S = 5.0
LARGEST = 4096
HTTP_PORT = 80


def public_address(host: str) -> str | None:
    """An address of the host where all of them are public: the check must not be a way into the inside."""
    try:
        found = socket.getaddrinfo(host, HTTP_PORT, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return None
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(ipaddress.ip_address(address).is_global for address in addresses):
        return None
    return addresses[0]


class NetworkProofs:
    """Asks the network; silence is no proof.

    `resolver`: the system's unless another is given. `address_of`: the address to ask for a host's file.
    """

    def __init__(
        self,
        resolver: "Resolver | None" = None,
        address_of: Callable[[str], str | None] = public_address,
        port: int = HTTP_PORT,
    ) -> None:
        self._resolver = resolver
        self._address_of = address_of
        self._port = port

    def text_records(self, name: str) -> tuple[str, ...]:
        """The TXT records of a name; none where there is no answer."""
        import dns.exception
        import dns.resolver

        try:
            resolver = self._resolver or dns.resolver.get_default_resolver()
            answer = resolver.resolve(name, "TXT", lifetime=TIMEOUT_S)
        except dns.exception.DNSException:
            return ()
        return tuple(b"".join(record.strings).decode("utf-8", "replace") for record in answer)

    def file(self, url: str) -> str | None:
        """The beginning of the file; None where there is none, or the domain points into a private network.

        Asked at the address that was judged, so that a name can't point elsewhere a moment later.
        """
        import httpx

        host = httpx.URL(url).host
        address = self._address_of(host)
        if address is None:
            return None
        target = httpx.URL(url).copy_with(host=address, port=self._port)
        try:
            with httpx.stream("GET", target, headers=_asking(host), timeout=TIMEOUT_S) as answer:
                if answer.status_code != httpx.codes.OK:
                    return None
                first = next(answer.iter_raw(LARGEST), b"")
        except httpx.HTTPError:
            return None
        return first.decode("utf-8", "replace")


def _asking(host: str) -> dict[str, str]:
    return {"Host": host, "Accept-Encoding": "identity"}
