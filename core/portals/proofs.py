"""Looks for the proof of a custom domain: in DNS, or in a file at the domain itself."""

import ipaddress
import socket

TIMEOUT_S = 5.0
LARGEST = 4096


class NetworkProofs:
    """Asks the network; silence is no proof."""

    def text_records(self, name: str) -> tuple[str, ...]:
        """The TXT records of a name; none where there is no answer."""
        import dns.exception
        import dns.resolver

        try:
            answer = dns.resolver.resolve(name, "TXT", lifetime=TIMEOUT_S)
        except dns.exception.DNSException:
            return ()
        return tuple(b"".join(record.strings).decode("utf-8", "replace") for record in answer)

    def file(self, url: str) -> str | None:
        """The beginning of the file; None where there is none, or where the domain points into a private network."""
        import httpx

        host = httpx.URL(url).host
        if not _is_public(host):
            return None
        try:
            with httpx.stream("GET", url, timeout=TIMEOUT_S, follow_redirects=False) as answer:
                if answer.status_code != httpx.codes.OK:
                    return None
                for chunk in answer.iter_bytes(LARGEST):
                    return chunk.decode("utf-8", "replace")
        except httpx.HTTPError:
            return None
        return None


def _is_public(host: str) -> bool:
    """Whether every address of the host is a public one: the check must not be a way into the inside."""
    try:
        found = socket.getaddrinfo(host, 80, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return bool(found) and all(ipaddress.ip_address(entry[4][0]).is_global for entry in found)
