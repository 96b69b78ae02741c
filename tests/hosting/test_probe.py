import asyncio
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from core.hosting.probe import Probe, ProbeResult
from core.settings import Settings
from tests.hosting.fake_platform import FakePlatform
from tests.hosting.visitor import SETTINGS, host_for

LIVE = ProbeResult(200, is_live=True, is_getting_set_up=False)
SETTING_UP = ProbeResult(503, is_live=False, is_getting_set_up=True)
NOTHING = ProbeResult(0, is_live=False, is_getting_set_up=False)


@pytest.fixture
def platform() -> FakePlatform:
    platform = FakePlatform()
    platform.add("live")
    platform.add("new", is_published=False)
    return platform


def test_probe_tells_how_a_portal_stands_when_it_asks_in_the_process(platform: FakePlatform) -> None:
    probe = Probe(host_for(platform), SETTINGS)
    assert probe.probe("live") == LIVE
    assert probe.probe("new") == SETTING_UP
    assert probe.probe("nobody") == ProbeResult(404, is_live=False, is_getting_set_up=False)
    platform.is_reachable = False
    assert probe.probe("new") == ProbeResult(503, is_live=False, is_getting_set_up=False)


def test_probe_answers_when_many_threads_and_coroutines_ask(platform: FakePlatform) -> None:
    probe = Probe(host_for(platform), SETTINGS)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(probe.probe, ["live"] * 24)) == {LIVE}

    async def several() -> list[ProbeResult]:
        return await asyncio.gather(*(probe.probe_async("new") for _ in range(8)))

    assert set(asyncio.run(several())) == {SETTING_UP}


class Recorder(BaseHTTPRequestHandler):
    """A server that knows one name."""

    def do_GET(self) -> None:
        self.send_response(200 if self.headers["Host"] == "live.portals.example" else 404)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


def test_probe_goes_over_the_network_under_the_portals_name_when_the_setting_says_so() -> None:
    with HTTPServer(("127.0.0.1", 0), Recorder) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings = Settings(
            portal_scheme="https",
            portal_domain="portals.example",
            portal_port=443,
            portal_probe_url=f"http://127.0.0.1:{server.server_port}",
        )
        probe = Probe(host_for(FakePlatform()), settings)
        assert probe.probe("live") == LIVE
        assert probe.probe("other").status == 404
        server.shutdown()


def test_probe_says_that_nothing_answered_when_nothing_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: refused
        port = taken.getsockname()[1]
        settings = Settings(portal_probe_url=f"http://127.0.0.1:{port}")
        assert Probe(host_for(FakePlatform()), settings).probe("live") == NOTHING
