"""How portals' URLs are made up, and whether this machine finds them."""

import http.client
import ipaddress
import socket
from collections.abc import Iterator

from core.commandline.findings import Finding, fine, warning
from core.settings import Settings

PATIENCE_S = 2.0
SAMPLE = "portico-doctor"


def examine_host(settings: Settings) -> Iterator[Finding]:
    """The URL's parts, its name, and who listens on its port."""
    yield fine("host-url", f"A portal's URL is {settings.portal_url('<subdomain>')}.")
    yield _name(settings)
    yield _port(settings)


def _name(settings: Settings) -> Finding:
    host = f"{SAMPLE}.{settings.portal_domain}"
    try:
        found = {
            entry[4][0] for entry in socket.getaddrinfo(host, settings.portal_port, proto=socket.IPPROTO_TCP)
        }
    except OSError:
        if settings.portal_domain == "localhost":
            return warning(
                "host-name",
                f"This machine does not find {host}; browsers do, other programs may not.",
                "Send such programs to 127.0.0.1 with the portal's name as the Host header.",
            )
        return warning(
            "host-name",
            f"This machine does not find {host}.",
            f"Set a DNS record for *.{settings.portal_domain} that leads to the console.",
        )
    addresses = ", ".join(sorted(str(address) for address in found))
    if settings.portal_domain == "localhost" and not all(_is_loopback(str(address)) for address in found):
        return warning(
            "host-name", f"{host} leads to {addresses}, not to this machine.", "Correct the name service."
        )
    return fine("host-name", f"{host} leads to {addresses}.")


def _port(settings: Settings) -> Finding:
    port = settings.portal_port
    try:
        status = _status_of_console(port)
    except OSError:
        return warning(
            "host-port",
            f"Nobody listens on port {port} here, so no portal answers.",
            "Start the console (`make run`).",
        )
    except http.client.HTTPException:
        status = None
    if status == http.HTTPStatus.OK:
        return fine("host-port", f"The console answers on port {port}.")
    return warning(
        "host-port",
        f"Something else than a healthy console answers on port {port}.",
        "End it, or give the console another port and set PORTICO_PORTAL_PORT to it.",
    )


def _status_of_console(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status
    finally:
        connection.close()


def _is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback
