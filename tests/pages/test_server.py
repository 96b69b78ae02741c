"""Which requests are answered, by whom, and how the answers travel."""

import asyncio
import gzip
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Scope

from core.errors import SettingInvalid
from pages.server.compression import KeptCompression, accepts_gzip
from pages.server.dispatch import HostDispatch
from pages.server.early import ELEMENTS, early_links, early_scripts
from pages.server.head import HeadStyle
from pages.server.loopback import LoopbackGuard, require_loopback
from pages.server.visitor import COOKIE, VisitorCookie

SCRIPT = b"export const answer = 42;\n" * 200


def _is_portal_host(host: str) -> bool:
    return host.partition(":")[0].endswith(".localhost")


async def _page(_request: Request) -> Response:
    return HTMLResponse(
        "<html><head><title>Portico</title></head><body></body></html>", headers={"ETag": '"a"'}
    )


async def _text(_request: Request) -> Response:
    return PlainTextResponse("ok")


@pytest.fixture
def console(tmp_path: Path) -> Starlette:
    (tmp_path / "main.js").write_bytes(SCRIPT)
    (tmp_path / "small.js").write_bytes(b"1")
    (tmp_path / "font.woff2").write_bytes(SCRIPT)
    routes = [Route("/", _page), Route("/text", _text), Mount("/static", StaticFiles(directory=tmp_path))]
    return Starlette(routes=routes)


def ask(
    app: ASGIApp, path: str = "/", *, method: str = "GET", url: str = "http://localhost", **headers: str
) -> httpx.Response:
    async def one() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url=url, trust_env=False) as client:
            client.headers.pop("accept-encoding")
            return await client.request(method, path, headers=_named(headers))

    return asyncio.run(one())


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


# ── this machine only ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("url", ["http://localhost:8501", "http://127.0.0.1:8501", "http://[::1]:8501"])
def test_it_answers_when_asked_from_this_machine(console: Starlette, url: str) -> None:
    assert ask(LoopbackGuard(console, _is_portal_host), "/text", url=url).status_code == 200


@pytest.mark.parametrize("url", ["http://192.168.1.5:8501", "http://portico.example", "http://0.0.0.0"])
def test_it_refuses_when_its_address_is_not_loopback(console: Starlette, url: str) -> None:
    answer = ask(LoopbackGuard(console, _is_portal_host), "/text", url=url)
    assert answer.status_code == 403
    assert "this machine only" in answer.text


@pytest.mark.parametrize("host", ["portico.example", "localhost.evil.example", "127.0.0.2", ""])
def test_it_refuses_when_it_is_called_by_another_name(console: Starlette, host: str) -> None:
    assert ask(LoopbackGuard(console, _is_portal_host), "/text", Host=host).status_code == 403


def test_a_portals_name_passes_when_it_is_one(console: Starlette) -> None:
    assert ask(LoopbackGuard(console, _is_portal_host), "/text", Host="x.localhost:8501").status_code == 200


@pytest.mark.parametrize("name", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "x_forwarded_proto"])
@pytest.mark.parametrize("host", ["localhost", "x.localhost"])
def test_it_refuses_when_a_proxy_stands_before_it(console: Starlette, name: str, host: str) -> None:
    answer = ask(LoopbackGuard(console, _is_portal_host), "/text", **{name: "for=1.2.3.4", "Host": host})
    assert answer.status_code == 403


def test_a_socket_is_closed_when_it_may_not_be_opened(console: Starlette) -> None:
    scope: Scope = {
        "type": "websocket",
        "path": "/",
        "headers": [(b"host", b"evil.example")],
        "server": ("127.0.0.1", 1),
    }
    assert _talk(LoopbackGuard(console, _is_portal_host), scope) == ["websocket.close"]


@pytest.mark.parametrize("address", [None, "", "127.0.0.1", "localhost", "::1", "[::1]"])
def test_it_starts_when_the_address_is_loopback(address: str | None) -> None:
    require_loopback(address)


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.168.1.5", "portico.example"])  # noqa: S104 - refused
def test_it_does_not_start_when_the_address_is_not_loopback(address: str) -> None:
    with pytest.raises(SettingInvalid, match="no sign-in yet"):
        require_loopback(address)


# ── a portal or the console ─────────────────────────────────────────────────────────────────────────────────────


def test_the_portal_host_answers_when_the_name_is_a_portals(console: Starlette) -> None:
    portals = PlainTextResponse("a portal")
    app = HostDispatch(console, _is_portal_host, lambda: portals)
    assert ask(app, "/text", Host="x.localhost").text == "a portal"
    assert ask(app, "/text", Host="localhost").text == "ok"


def test_a_portal_has_no_socket_when_one_is_asked_for(console: Starlette) -> None:
    app = HostDispatch(console, _is_portal_host, lambda: PlainTextResponse("a portal"))
    assert _talk(app, {"type": "websocket", "path": "/", "headers": [(b"host", b"x.localhost")]}) == [
        "websocket.close"
    ]


# ── kept compression ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_script_travels_compressed_when_the_browser_reads_gzip(console: Starlette) -> None:
    app = KeptCompression(console)
    plain = ask(app, "/static/main.js")
    answer = ask(app, "/static/main.js", Accept_Encoding="gzip, br")
    assert plain.content == answer.content == SCRIPT
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < len(SCRIPT) / 10
    # A cache between keeps the two apart.
    assert answer.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert answer.headers["etag"] != plain.headers["etag"]
    assert "accept-ranges" not in answer.headers


def test_the_file_is_read_once_when_it_is_asked_for_often(console: Starlette) -> None:
    asked: list[str] = []

    async def counting(scope: Scope, receive: object, send: object) -> None:
        asked.append(scope["path"])
        await console(scope, receive, send)  # type: ignore[arg-type]  # ASGI's own

    app = KeptCompression(counting)
    for _ in range(3):
        ask(app, "/static/main.js", Accept_Encoding="gzip")
    assert asked == ["/static/main.js"]


def test_no_body_comes_when_the_browser_has_it(console: Starlette) -> None:
    app = KeptCompression(console)
    etag = ask(app, "/static/main.js", Accept_Encoding="gzip").headers["etag"]
    again = ask(app, "/static/main.js", Accept_Encoding="gzip", If_None_Match=f'"x", W/{etag}')
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag
    assert ask(app, "/static/main.js", Accept_Encoding="gzip", If_None_Match='"x"').status_code == 200


def test_the_headers_are_the_same_when_only_they_are_asked_for(console: Starlette) -> None:
    app = KeptCompression(console)
    head = ask(app, "/static/main.js", method="HEAD", Accept_Encoding="gzip")
    get = ask(app, "/static/main.js", Accept_Encoding="gzip")
    assert head.content == b""
    assert head.headers == get.headers


def test_a_range_is_of_the_file_when_one_is_asked_for(console: Starlette) -> None:
    part = ask(KeptCompression(console), "/static/main.js", Accept_Encoding="gzip", Range="bytes=0-5")
    assert (part.status_code, part.content) == (206, SCRIPT[:6])
    assert "content-encoding" not in part.headers


@pytest.mark.parametrize("path", ["/static/font.woff2", "/static/small.js", "/static/none.js", "/text"])
def test_it_is_left_as_it_is_when_compressing_gains_nothing(console: Starlette, path: str) -> None:
    answer = ask(KeptCompression(console), path, Accept_Encoding="gzip")
    assert "content-encoding" not in answer.headers
    assert answer.status_code == (404 if "none" in path else 200)


def test_the_oldest_is_let_go_when_the_bound_is_reached(console: Starlette) -> None:
    size = len(gzip.compress(SCRIPT, 6))
    app = KeptCompression(console, bound_bytes=size)
    ask(app, "/static/main.js", Accept_Encoding="gzip")
    assert app._size <= size
    assert (
        ask(KeptCompression(console, bound_bytes=10), "/static/main.js", Accept_Encoding="gzip").content
        == SCRIPT
    )


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", False),
        ("br", False),
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("gzip;q=0", False),
        ("*", True),
        ("*;q=0", False),
    ],
)
def test_gzip_is_chosen_when_it_is_accepted(header: str, *, expected: bool) -> None:
    assert accepts_gzip(header) is expected


# ── the style sheet, the browser's name ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("accepted", ["", "gzip"])
def test_the_style_is_in_the_head_when_a_page_is_asked_for(console: Starlette, accepted: str) -> None:
    answer = ask(HeadStyle(console, "p { color: red }"), Accept_Encoding=accepted)
    assert "<style>p { color: red }</style></head>" in answer.text
    assert answer.headers.get("content-encoding", "") == accepted
    assert "etag" not in answer.headers


def test_only_pages_get_the_style_when_others_pass(console: Starlette) -> None:
    app = HeadStyle(console, "p {}")
    assert ask(app, "/text").text == "ok"
    assert ask(app, "/static/main.js", Range="bytes=0-5").content == SCRIPT[:6]
    assert ask(app, "/", method="HEAD").content == b""


def test_every_element_has_its_script_when_links_are_made() -> None:
    names = [name.partition(".")[0] for name in early_scripts()]
    assert set(ELEMENTS) <= set(names), "Streamlit has renamed a script: name it anew"
    assert len(names) < 60


def test_a_script_is_linked_once_and_with_its_imports_when_the_page_does_not_name_it(tmp_path: Path) -> None:
    scripts = tmp_path / "static" / "js"
    scripts.mkdir(parents=True)
    (tmp_path / "index.html").write_text('<script src="./static/js/index.1.js"></script>')
    (scripts / "index.1.js").write_text("")
    (scripts / "Radio.1.js").write_text('import{a as b}from"./Label.1.js";import"./index.1.js";')
    (scripts / "Button.1.js").write_text('import{a}from"./Label.1.js"')
    (scripts / "Label.1.js").write_text("")
    assert early_scripts(tmp_path) == ["Button.1.js", "Radio.1.js", "Label.1.js"]
    link = '<link rel="modulepreload" crossorigin href="./static/js/Label.1.js">'
    assert early_links(tmp_path).endswith(link)


def test_a_browser_is_named_once_when_it_opens_pages(console: Starlette) -> None:
    app = VisitorCookie(console)
    cookie = ask(app).headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "Domain" not in cookie  # and so no portal gets it
    assert "set-cookie" not in ask(app, Cookie=cookie.split(";")[0]).headers
    assert "set-cookie" in ask(app, Cookie=f"{COOKIE}=short").headers
    assert "set-cookie" not in ask(app, "/text").headers


def _talk(app: ASGIApp, scope: Scope) -> list[str]:
    """The types of the messages that a socket gets."""
    sent: list[str] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message["type"])

    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]  # ASGI's own are coroutines
    return sent
