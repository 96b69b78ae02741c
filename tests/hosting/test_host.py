import asyncio
from collections.abc import Iterator

import pytest
from starlette.types import Message

from core.hosting.host import Host
from core.platforms.port import SiteFiles, SiteVersion
from tests.hosting.fake_platform import FakePlatform
from tests.hosting.visitor import SETTINGS, Markup, ask, host_for

AIDE = "contoso-aide.localhost:8501"


@pytest.fixture
def platform() -> FakePlatform:
    platform = FakePlatform()
    platform.add("contoso-aide")
    return platform


@pytest.fixture
def host(platform: FakePlatform) -> Host:
    return host_for(platform)


# ── what answers ────────────────────────────────────────────────────────────────────────────────────────────


def test_answer_is_404_when_no_website_has_the_name(host: Host) -> None:
    answer = ask(host, "nobody.localhost")
    assert answer.status == 404
    assert "retry-after" not in answer.headers


@pytest.mark.parametrize("name", ["a.contoso-aide.localhost", "[::1]:8501", "<b>.localhost", "", "localhost"])
def test_answer_is_404_when_the_name_can_be_no_portals(host: Host, name: str) -> None:
    assert ask(host, name).status == 404


def test_answer_is_404_when_there_are_two_names_or_none(host: Host) -> None:
    assert ask(host, AIDE, headers=[("host", "evil.example")]).status == 404
    assert ask(host, None).status == 404


def test_answer_is_getting_set_up_when_the_website_is_not_published(
    platform: FakePlatform, host: Host
) -> None:
    platform.change("contoso-aide", "2", is_published=False)  # R24
    for path in ("/", "/knowledge", "/portal.css", "/_services/about"):
        answer = ask(host, AIDE, path)
        assert answer.status == 503
        assert int(answer.headers["retry-after"]) > 0
        markup = Markup.of(answer.text)
        assert (markup.one("h1").text, markup.one("h1").attributes["lang"]) == ("Getting set up", "en")
        assert markup.one("html").attributes["lang"] == "fr-FR"
        assert "Configuration en cours" in answer.text
    assert platform.file_calls == 0


def test_answer_is_live_at_once_when_the_website_is_published(platform: FakePlatform, host: Host) -> None:
    platform.change("contoso-aide", "2", is_published=False)
    assert ask(host, AIDE).status == 503
    platform.change("contoso-aide", "3", is_published=True)
    assert ask(host, AIDE).status == 200


def test_answer_is_an_own_page_when_the_platform_is_silent(platform: FakePlatform, host: Host) -> None:
    platform.is_reachable = False
    answer = ask(host, AIDE, headers=[("accept-language", "de-CH, en;q=0.5")])
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0
    assert Markup.of(answer.text).one("html").attributes["lang"] == "de-DE"
    assert "Getting set up" not in answer.text


def test_answer_is_404_when_the_website_goes_between_two_calls(platform: FakePlatform) -> None:
    version = platform.site_version("contoso-aide")

    class Going(FakePlatform):
        def site_version(self, subdomain: str) -> SiteVersion | None:  # noqa: ARG002 - the port's argument
            return version

    assert ask(host_for(Going()), AIDE).status == 404


@pytest.mark.parametrize(
    "path", ["/nowhere", "/knowledge/1", "/_api/nothing", "/../etc/passwd", "//evil.example/"]
)
def test_page_not_found_is_in_the_portals_language_when_the_path_is_unknown(host: Host, path: str) -> None:
    answer = ask(host, AIDE, path)
    markup = Markup.of(answer.text)
    assert answer.status == 404
    assert markup.one("h1").text == "Page introuvable"
    assert "/knowledge" in markup.links()


def test_slash_at_the_end_leads_to_the_page_when_there_is_one(host: Host) -> None:
    answer = ask(host, AIDE, "/knowledge/")
    assert (answer.status, answer.headers["location"]) == (308, "/knowledge")


def test_answer_is_an_own_page_when_a_page_does_not_render(platform: FakePlatform) -> None:
    copy = "web-pages/knowledge/knowledge.webpage.copy.html"
    for name, source in (
        ("unknown", "{{ nobody.knows }}"),
        ("broken", "{% if %}"),
        ("safe", "{{ 'x' | safe }}"),
    ):
        platform.add(name, files={copy: source.encode()})
        answer = ask(host_for(platform), f"{name}.localhost", "/knowledge")
        assert answer.status == 500
        assert source not in answer.text
        assert ask(host_for(platform), f"{name}.localhost", "/contact").status == 200


def test_answer_is_an_own_page_when_a_site_can_not_be_read(platform: FakePlatform) -> None:
    platform.add("odd", files={"web-pages/knowledge/knowledge.webpage.yml": b"[1, 2"})
    assert ask(host_for(platform), "odd.localhost").status == 500


def test_answer_is_an_own_page_when_a_template_has_no_end(platform: FakePlatform) -> None:
    endless = b"{% for i in (1..100000) %}{% for j in (1..100000) %}x{% endfor %}{% endfor %}"
    platform.add("endless", files={"web-pages/knowledge/knowledge.webpage.copy.html": endless})
    assert ask(host_for(platform), "endless.localhost", "/knowledge").status == 500


def test_answer_is_404_when_a_published_site_is_empty(platform: FakePlatform) -> None:
    platform.add("empty")
    platform.sites["empty"] = SiteFiles(
        version=platform.sites["empty"].version,
        files={},
        origins={},
        records={},
        solutions=frozenset(),
        content_of=frozenset(),
        administrator=None,
    )
    answer = ask(host_for(platform), "empty.localhost")
    assert (answer.status, answer.headers["content-language"]) == (404, "fr-FR")


# ── services ────────────────────────────────────────────────────────────────────────────────────────────────


def test_about_names_no_person_when_it_is_asked(host: Host) -> None:
    answer = ask(host, AIDE, "/_services/about")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json["language"] == {"code": "fr-FR", "native_name": "français"}
    assert (answer.json["portal"], answer.json["has_administrator"]) == ("Contoso Aide", True)
    assert "@" not in answer.text


def test_settings_show_the_public_ones_only_when_they_are_asked(platform: FakePlatform) -> None:
    settings = b"""
- {adx_name: Customization/Enabled, adx_value: "true", portico_public: true}
- {adx_name: Secret/Key, adx_value: "hidden"}
"""
    platform.add("settings", files={"sitesetting.yml": settings})
    answer = ask(host_for(platform), "settings.localhost", "/_services/settings")
    assert answer.json == {"Customization/Enabled": "true"}


@pytest.mark.parametrize("path", ["/favicon.svg", "/_host/notice.css"])
def test_own_files_are_there_when_no_portal_is(host: Host, path: str) -> None:
    assert ask(host, "nobody.localhost", path).status == 200
    assert ask(host, "nobody.localhost", "/favicon.ico").status == 204


# ── HTTP ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "BREW"])
def test_method_is_refused_when_it_is_neither_get_nor_head(host: Host, method: str) -> None:
    answer = ask(host, AIDE, method=method)
    assert (answer.status, answer.headers["allow"], answer.body) == (405, "GET, HEAD", b"")


def test_head_has_the_headers_and_no_body_when_a_page_is_there(host: Host) -> None:
    whole, head = ask(host, AIDE), ask(host, AIDE, method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers == whole.headers
    assert int(head.headers["content-length"]) == len(whole.body)


def test_answer_is_304_when_the_visitor_has_the_page(host: Host) -> None:
    first = ask(host, AIDE)
    etag = first.headers["etag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = ask(host, AIDE, headers=[("if-none-match", known)])
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", etag)
        assert "content-security-policy" in again.headers
    assert ask(host, AIDE, headers=[("if-none-match", '"other"')]).status == 200


def test_answer_is_new_when_the_site_has_changed(platform: FakePlatform, host: Host) -> None:
    first = ask(host, AIDE)
    platform.change("contoso-aide", "2", name="Aide et conseils")
    again = ask(host, AIDE, headers=[("if-none-match", first.headers["etag"])])
    assert again.status == 200
    assert "Aide et conseils" in again.text


def test_page_is_compressed_when_the_visitor_takes_it(host: Host) -> None:
    plain = ask(host, AIDE)
    small = ask(host, AIDE, headers=[("accept-encoding", "br, gzip")])
    assert small.headers["content-encoding"] == "gzip"
    assert small.text == plain.text
    assert len(small.body) < len(plain.body) / 2
    assert small.headers["etag"] != plain.headers["etag"]
    assert "Accept-Encoding" in small.headers["vary"]
    refused = ask(host, AIDE, headers=[("accept-encoding", "gzip;q=0, identity")])
    assert "content-encoding" not in refused.headers


def test_hit_costs_one_site_version_when_the_page_was_rendered(platform: FakePlatform, host: Host) -> None:
    first = ask(host, AIDE, "/knowledge")
    platform.version_calls = platform.file_calls = 0
    again = ask(host, AIDE, "/knowledge")
    assert (platform.version_calls, platform.file_calls) == (1, 0)
    assert again == first


def _every_kind(platform: FakePlatform, host: Host) -> Iterator[tuple[str, dict[str, str]]]:
    visits = [
        "/",
        "/search?q=x",
        "/nowhere",
        "/theme.css",
        "/_services/about",
        "/favicon.ico",
        "/favicon.svg",
    ]
    for path in visits:
        yield path, ask(host, AIDE, path).headers
    yield "304", ask(host, AIDE, headers=[("if-none-match", "*")]).headers
    yield "405", ask(host, AIDE, method="POST").headers
    yield "308", ask(host, AIDE, "/knowledge/").headers
    yield "unknown", ask(host, "nobody.localhost").headers
    platform.change("contoso-aide", "2", is_published=False)
    yield "setting up", ask(host, AIDE).headers
    platform.is_reachable = False
    yield "silent", ask(host, AIDE).headers


def test_security_headers_are_there_and_no_cookie_is_set_whatever_is_answered(
    platform: FakePlatform, host: Host
) -> None:
    for kind, headers in _every_kind(platform, host):
        policy = headers["content-security-policy"]
        for directive in (
            "default-src 'none'",
            "style-src 'self'",
            "img-src 'self'",
            "frame-ancestors 'none'",
        ):
            assert directive in policy, kind
        assert "unsafe" not in policy, kind
        assert headers["x-content-type-options"] == "nosniff", kind
        assert "referrer-policy" in headers, kind
        assert "permissions-policy" in headers, kind
        assert headers["cross-origin-opener-policy"] == "same-origin", kind
        assert "set-cookie" not in headers, kind
        assert "cache-control" in headers, kind


def test_answer_is_the_same_when_the_consoles_cookies_come_along(host: Host) -> None:
    plain = ask(host, AIDE)
    carried = [
        ("cookie", "_streamlit_user=amelie; _streamlit_xsrf=token"),
        ("authorization", "Bearer secret"),
        ("x-forwarded-host", "evil.example"),
        ("forwarded", "host=evil.example"),
    ]
    assert ask(host, AIDE, headers=carried) == plain
    assert "amelie" not in ask(host, AIDE, "/search?q=x", headers=carried).text


def test_content_language_is_the_portals_when_a_page_is_shown(host: Host) -> None:
    headers = [("accept-language", "de-DE")]
    assert ask(host, AIDE, headers=headers).headers["content-language"] == "fr-FR"
    assert "content-language" not in ask(host, AIDE, "/theme.css").headers


# ── ASGI ────────────────────────────────────────────────────────────────────────────────────────────────────


def _talk(host: Host, kind: str, *messages: str) -> list[str]:
    waiting = [{"type": message} for message in messages]
    sent: list[Message] = []

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    async def run() -> None:
        await host({"type": kind}, receive, send)

    asyncio.run(run())
    return [message["type"] for message in sent]


def test_host_starts_and_stops_when_a_server_says_so(host: Host) -> None:
    assert _talk(host, "lifespan", "lifespan.startup", "lifespan.shutdown") == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]


def test_websocket_is_closed_when_one_is_opened(host: Host) -> None:
    assert _talk(host, "websocket", "websocket.connect") == ["websocket.close"]


def test_dispatch_knows_its_names_when_the_console_asks(host: Host) -> None:
    assert host.is_portal_host(AIDE)
    assert not host.is_portal_host("localhost:8501")


def test_custom_domain_shows_the_portal_when_it_is_known(platform: FakePlatform) -> None:
    class Domains:
        def subdomain_of(self, host: str) -> str | None:
            return "contoso-aide" if host == "aide.contoso.example" else None

    host = host_for(platform, SETTINGS, Domains())
    assert host.is_portal_host("Aide.Contoso.Example")
    assert ask(host, "aide.contoso.example").text == ask(host, AIDE).text  # R11
    assert ask(host, "other.contoso.example").status == 404
