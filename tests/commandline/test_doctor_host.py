"""The host as `doctor` sees it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from core.commandline.doctor_host import examine_host
from core.commandline.findings import Finding
from core.settings import Settings


def _found(settings: Settings) -> dict[str, Finding]:
    return {finding.id: finding for finding in examine_host(settings)}


@contextmanager
def _console(status: int) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def test_the_url_is_told_when_the_host_is_examined() -> None:
    settings = Settings(portal_scheme="https", portal_domain="portals.example", portal_port=443)
    assert _found(settings)["host-url"].message == "A portal's URL is https://<subdomain>.portals.example."


def test_the_port_is_fine_when_a_healthy_console_answers() -> None:
    with _console(200) as port:
        assert _found(Settings(portal_port=port))["host-port"].state == "fine"
    with _console(503) as port:
        assert "Something else" in _found(Settings(portal_port=port))["host-port"].message


def test_the_port_is_warned_of_when_nobody_or_no_web_server_listens() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        assert "Nobody listens" in _found(Settings(portal_port=port))["host-port"].message
        listener.listen()

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1024)
                connection.sendall(b"SSH-2.0-something\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        assert "Something else" in _found(Settings(portal_port=port))["host-port"].message
        thread.join()


@pytest.mark.parametrize(
    ("domain", "addresses", "state", "words"),
    [
        ("localhost", ["127.0.0.1", "::1"], "fine", "127.0.0.1, ::1"),
        ("localhost", ["192.0.2.1"], "warning", "not to this machine"),
        ("localhost", [], "warning", "browsers do"),
        ("portals.example", ["192.0.2.1"], "fine", "192.0.2.1"),
        ("portals.example", [], "warning", "does not find"),
    ],
)
def test_the_name_is_judged_when_it_is_looked_up(
    monkeypatch: pytest.MonkeyPatch, domain: str, addresses: list[str], state: str, words: str
) -> None:
    whole = socket.getaddrinfo

    def look_up(host: str, *rest: Any, **more: Any) -> Any:
        if host != f"portico-doctor.{domain}":
            return whole(host, *rest, **more)
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 1)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    finding = _found(Settings(portal_domain=domain, portal_port=1))["host-name"]
    assert finding.state == state
    assert words in finding.message
