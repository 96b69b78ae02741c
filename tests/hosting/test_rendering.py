"""Escaping: nothing that a person or a record says becomes markup."""

import pytest

from core.hosting.site import read_site
from core.solutions.errors import SiteInvalid
from tests.hosting.fake_platform import FakePlatform, catalogue
from tests.hosting.visitor import Markup, ask, host_for

EVIL = "<script>alert('1')</script> \"quoted\" & {{ website.name }} {% raw %}"
PAGES = (
    "/",
    "/knowledge",
    "/support",
    "/forums",
    "/forums/subscribe",
    "/comments",
    "/pages",
    "/search",
    "/feedback",
)


@pytest.fixture
def platform() -> FakePlatform:
    return FakePlatform()


def _evil_records(platform: FakePlatform) -> dict[str, tuple[dict[str, str], ...]]:
    platform.add("plain")
    return {table: ({"title": EVIL, "body": EVIL},) for table in platform.sites["plain"].records}


@pytest.mark.parametrize("path", PAGES)
def test_markup_is_text_when_name_and_records_hold_it(platform: FakePlatform, path: str) -> None:
    platform.add("evil", name=EVIL, records=_evil_records(platform))
    answer = ask(host_for(platform), "evil.localhost", path)
    assert answer.status == 200
    markup = Markup.of(answer.text)
    assert markup.all("script") == []
    assert EVIL in markup.one("header").text
    assert EVIL in markup.one("title").text
    assert "<script" not in answer.text.lower()


def test_markup_is_text_when_a_search_asks_for_it(platform: FakePlatform) -> None:
    platform.add("aide")
    query = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E"
    answer = ask(host_for(platform), "aide.localhost", f"/search?q={query}&type={query}")
    markup = Markup.of(answer.text)
    assert markup.all("script") == []
    (words,) = [e for e in markup.all("input") if e.attributes.get("name") == "q"]
    assert words.attributes["value"] == '"><script>alert(1)</script>'


def test_markup_is_text_when_the_portal_is_not_published(platform: FakePlatform) -> None:
    platform.add("evil", name=EVIL, is_published=False)
    answer = ask(host_for(platform), "evil.localhost")
    assert answer.status == 503
    assert Markup.of(answer.text).all("script") == []
    assert EVIL in Markup.of(answer.text).one("title").text


def test_json_stays_json_when_the_name_holds_quotes(platform: FakePlatform) -> None:
    platform.add("evil", name=EVIL)
    answer = ask(host_for(platform), "evil.localhost", "/_services/about")
    assert answer.json["portal"] == EVIL


def test_page_is_refused_when_its_title_is_no_snippet(platform: FakePlatform) -> None:
    page = (
        b"{adx_name: X, adx_partialurl: x, adx_title: nothing, adx_pagetemplate: Page, portico_menu_order: 5}"
    )
    files = {"web-pages/x/x.webpage.yml": page, "web-pages/x/x.webpage.copy.html": b"<h1>X</h1>"}
    platform.add("odd", files=files)
    assert ask(host_for(platform), "odd.localhost", "/x").status == 500


def test_template_says_it_all_when_a_page_has_no_copy(platform: FakePlatform) -> None:
    page = b"{adx_name: X, adx_partialurl: x, adx_title: home, adx_pagetemplate: Page}"
    platform.add("bare", files={"web-pages/x/x.webpage.yml": page})
    site = read_site(platform.sites["bare"], catalogue().language(1036))
    assert site.pages["/x"].copy == ""
    assert ask(host_for(platform), "bare.localhost", "/x").status == 200


def test_site_is_refused_when_a_page_has_no_template(platform: FakePlatform) -> None:
    platform.add("odd", files={"web-pages/x/x.webpage.yml": b"{adx_name: X, adx_partialurl: x}"})
    with pytest.raises(SiteInvalid, match="adx_pagetemplate"):
        read_site(platform.sites["odd"], catalogue().language(1036))


def test_site_is_refused_when_a_resource_has_a_media_type_of_its_own(platform: FakePlatform) -> None:
    template = b"{adx_name: Script, adx_partialurl: run.js, adx_mimetype: text/javascript}"
    platform.add(
        "odd",
        files={
            "web-templates/script/script.webtemplate.yml": template,
            "web-templates/script/script.webtemplate.source.html": b"alert(1)",
        },
    )
    with pytest.raises(SiteInvalid, match="adx_mimetype"):
        read_site(platform.sites["odd"], catalogue().language(1036))


def test_inclusion_is_refused_when_the_template_is_none_of_the_sites(platform: FakePlatform) -> None:
    copy = "web-pages/knowledge/knowledge.webpage.copy.html"
    for name in ("/etc/passwd", "../../core/settings.py", "page"):
        platform.add("odd", files={copy: f"{{% include '{name}' %}}".encode()})
        assert ask(host_for(platform), "odd.localhost", "/knowledge").status == 500
