"""The network's proofs, asked of a name server and a web server of the test's own."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import dns.flags
import dns.message
import dns.resolver
import dns.rrset
import pytest

from core.portals.proofs import LARGEST, NetworkProofs, public_address

URL = "http://help.contoso.com/.well-known/portico-verification.txt"


class NameServer(socketserver.BaseRequestHandler):
    """One domain with two texts, the second in two strings; nothing of others."""

    def handle(self) -> None:
        data, sender = self.request
        query = dns.message.from_wire(data)
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        name = query.question[0].name
        if name.to_text() == "_portico.help.contoso.com.":
            reply.answer.append(
                dns.rrset.from_text(name, 60, "IN", "TXT", '"v=spf1"', '"portico-" "verification=1"')
            )
        sender.sendto(reply.to_wire(), self.client_address)


class WebServer(BaseHTTPRequestHandler):
    """The file, and what goes wrong at other hosts."""

    def do_GET(self) -> None:
        host = self.headers["Host"]
        status = {"help.contoso.com": 200, "large.example": 200, "moved.example": 302}.get(host, 404)
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://help.contoso.com/")
        self.end_headers()
        self.wfile.write(b"x" * (LARGEST * 20) if host == "large.example" else b"portico-verification=1\n")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Nothing on the terminal."""


@contextmanager
def running(server: socketserver.BaseServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.server_address[1]  # type: ignore[misc, index]  # an IPv4 server's
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def proofs() -> Iterator[NetworkProofs]:
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = ["127.0.0.1"]
    with (
        running(socketserver.UDPServer(("127.0.0.1", 0), NameServer)) as name_port,
        running(ThreadingHTTPServer(("127.0.0.1", 0), WebServer)) as web_port,
    ):
        resolver.port = name_port
        yield NetworkProofs(
            resolver, lambda host: None if host == "inside.example" else "127.0.0.1", web_port
        )


def test_texts_are_read_when_the_name_has_some(proofs: NetworkProofs) -> None:  # R11
    found = proofs.text_records("_portico.help.contoso.com")
    assert sorted(found) == ["portico-verification=1", "v=spf1"]


@pytest.mark.parametrize("name", ["_portico.other.example", "a" * 70 + ".example", ".".join(["a" * 60] * 5)])
def test_no_text_is_read_when_there_is_none(proofs: NetworkProofs, name: str) -> None:  # R11
    assert proofs.text_records(name) == ()


def test_file_is_read_at_the_host_of_the_domain(proofs: NetworkProofs) -> None:  # R11
    assert proofs.file(URL) == "portico-verification=1\n"


def test_file_is_read_only_at_its_beginning_when_it_is_large(proofs: NetworkProofs) -> None:  # R11
    text = proofs.file(URL.replace("help.contoso.com", "large.example"))
    assert text == "x" * LARGEST


@pytest.mark.parametrize("host", ["missing.example", "moved.example", "inside.example"])
def test_no_file_is_read_when_the_answer_is_another(proofs: NetworkProofs, host: str) -> None:  # R11
    assert proofs.file(URL.replace("help.contoso.com", host)) is None


def test_no_file_is_read_when_nothing_listens() -> None:  # R11
    assert NetworkProofs(address_of=lambda _host: "127.0.0.1", port=1).file(URL) is None


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "::1", "0.0.0.1", "a" * 70],
)
def test_no_address_is_given_when_it_is_not_public(host: str) -> None:  # the check is no way into the inside
    assert public_address(host) is None
    assert NetworkProofs().file(f"http://{'[::1]' if host == '::1' else host}/x") is None


def test_address_is_given_when_it_is_public() -> None:
    assert public_address("93.184.216.34") == "93.184.216.34"
