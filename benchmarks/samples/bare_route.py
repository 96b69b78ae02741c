"""A bare Starlette route that sends the bytes of a file: `uvicorn benchmarks.samples.bare_route:app`."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PAGE_VARIABLE = "BENCH_PAGE"


@dataclass(frozen=True)
class Page:
    """What a portal's page sends: its headers, its bytes in hexadecimal."""

    headers: tuple[tuple[str, str], ...]
    body: str


def make_app(page: Page) -> Starlette:
    """An application with one route that sends the page."""
    content = bytes.fromhex(page.body)
    headers = dict(page.headers)

    async def send_page(_request: Request) -> Response:
        return Response(content, headers=headers)

    return Starlette(routes=[Route("/", send_page)])


def _read(path: str) -> Page:
    found = json.loads(Path(path).read_text(encoding="utf-8"))
    return Page(tuple((name, value) for name, value in found["headers"]), found["body"])


if PAGE_VARIABLE in os.environ:
    app = make_app(_read(os.environ[PAGE_VARIABLE]))
