"""Provision a portal, then ask its host and a bare route for the same page in this process, in turn."""

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from starlette.types import ASGIApp, Message

from benchmarks.samples import tenant
from benchmarks.samples.bare_route import Page, make_app
from core.bootstrap import Services
from core.portals.commands import StartProvisioning

SUBDOMAIN = "bench"
HOST = f"{SUBDOMAIN}.localhost"
PATH = "/"


@dataclass(frozen=True)
class Visits:
    """How many pairs of how many requests; the page is left in `page_file` for whoever serves it next."""

    data_dir: str
    page_file: str
    pairs: int
    requests: int


def measure(work: Visits) -> dict[str, list[float]]:
    """Seconds a request, a sample each, of the host and of the bare route."""
    services = tenant.open_tenant(work.data_dir, None)
    _provision(services)
    page = asyncio.run(_get(services.host))
    Path(work.page_file).write_text(json.dumps(asdict(page)), encoding="utf-8")
    bare = make_app(page)
    if asyncio.run(_get(bare)) != page:
        raise RuntimeError("The bare route sends something else than the portal.")
    found: dict[str, list[float]] = {"host": [], "bare": []}
    for number in range(work.pairs):
        turn: list[tuple[str, ASGIApp]] = [("host", services.host), ("bare", bare)]
        for name, app in turn if number % 2 == 0 else reversed(turn):
            found[name].append(asyncio.run(_time(app, work.requests)))
    services.close()
    return found


def _provision(services: Services) -> None:
    instance = tenant.add_instances(services, "bench", 1)[0]
    request = StartProvisioning(
        "Bench", SUBDOMAIN, instance, tenant.ENGLISH, tenant.WHO.email, "customer", "customer-self-service"
    )
    with services.engine().running():
        services.portals.provision(request, tenant.WHO, accepted_terms=True)
        tenant.wait_until_ended(services, 1)


def _scope() -> dict[str, object]:
    headers = [(b"host", HOST.encode()), (b"accept-encoding", b"gzip"), (b"accept", b"text/html")]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": PATH,
        "raw_path": PATH.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": headers,
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
    }


async def _ask(app: ASGIApp) -> list[Message]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(_scope(), receive, send)
    return sent


async def _get(app: ASGIApp) -> Page:
    start, body = await _ask(app)
    if start["status"] != 200:  # noqa: PLR2004 - OK
        raise RuntimeError(f"The page answers {start['status']}.")
    headers = sorted((name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"])
    return Page(tuple(headers), bytes(body["body"]).hex())


async def _time(app: ASGIApp, requests: int) -> float:
    await _ask(app)
    began = time.perf_counter()
    for _ in range(requests):
        await _ask(app)
    return (time.perf_counter() - began) / requests


if __name__ == "__main__":
    print(json.dumps(measure(Visits(**json.loads(sys.argv[1])))))
