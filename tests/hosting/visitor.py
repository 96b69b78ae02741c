"""A visitor: one request through ASGI, as raw as a server would pass it on, and the answer."""

import asyncio
import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from starlette.types import ASGIApp, Message, Scope

from core.hosting.host import Host
from core.settings import Settings
from tests.hosting.fake_platform import FakePlatform, catalogue

SETTINGS = Settings(portal_domain="localhost", portal_port=8501)


@dataclass(frozen=True)
class Answer:
    status: int
    raw_headers: list[tuple[bytes, bytes]]
    body: bytes

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.raw_headers}

    @property
    def text(self) -> str:
        is_compressed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if is_compressed else self.body).decode()

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def ask(
    app: ASGIApp,
    host: str | None,
    path: str = "/",
    *,
    method: str = "GET",
    headers: Iterable[tuple[str, str]] = (),
) -> Answer:
    """One request; `path` may hold a query."""
    place, _, query = path.partition("?")
    named = [*([("host", host)] if host is not None else []), *headers]
    scope: Scope = {
        "type": "http",
        "method": method,
        "path": place,
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in named],
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(_run(app, scope, receive, send))
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return Answer(sent[0]["status"], sent[0]["headers"], body)


async def _run(app: ASGIApp, scope: Scope, receive: Any, send: Any) -> None:
    await app(scope, receive, send)


def host_for(platform: FakePlatform, settings: Settings = SETTINGS, domains: Any = None) -> Host:
    return Host(platform.as_platform(), catalogue(), settings, domains)


@dataclass
class Element:
    tag: str
    attributes: dict[str, str | None]
    text: str = ""


@dataclass
class Markup(HTMLParser):
    """The elements of a page with their text, in order; good enough for pages that are well formed."""

    elements: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[Element] = []

    @classmethod
    def of(cls, html: str) -> "Markup":
        markup = cls()
        markup.feed(html)
        return markup

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.elements.append(element)
        if tag not in {"meta", "link", "input", "path"}:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in {element.tag for element in self._open}:
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.elements if element.tag in tags]

    def one(self, tag: str) -> Element:
        (found,) = self.all(tag)
        return found

    def links(self) -> set[str]:
        return {str(element.attributes.get("href")) for element in self.all("a")}

    def features(self) -> dict[str, str]:
        """Each feature that the page shows, and the element that says so."""
        return {
            str(element.attributes["data-feature"]): element.tag
            for element in self.elements
            if "data-feature" in element.attributes
        }
