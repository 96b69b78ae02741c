import pytest

from core.solutions.errors import SiteInvalid
from core.solutions.package import Package
from core.solutions.site import SampleRecord, SiteContent, read_site
from core.solutions.site_source import SiteSetting, WebPage, WebTemplate
from core.solutions.source_yaml import read_yaml
from tests.solutions.samples import package_zip

PAGE = "site/web-pages/forums/forums.webpage.yml"
TEMPLATE = "site/web-templates/page/page.webtemplate.yml"
SNIPPETS = "site/content-snippets/fr-FR.contentsnippet.yml"
SETTINGS = "site/sitesetting.yml"
SAMPLES = "sample-data/fr-FR.yml"
FILES = {
    PAGE: """
adx_name: Forums
adx_partialurl: forums
adx_title: forums
adx_summary: forums_intro
adx_pagetemplate: Page
portico_feature: forums
portico_requires_solution: FieldService
portico_menu_order: 40
portico_tables: forums threads
""",
    PAGE.replace(".yml", ".copy.html"): "<p>{{ page.title }}</p>",
    "site/web-pages/theme/theme.webpage.yml": "{adx_name: Look, adx_partialurl: a.css, adx_pagetemplate: P}",
    TEMPLATE: "adx_name: Page\nadx_mimetype: text/css",
    TEMPLATE.replace(".yml", ".source.html"): "\ufeff<html></html>",
    SNIPPETS: "- adx_name: forums\n  adx_value: Forums é\n- {adx_name: empty, adx_value: ''}",
    SETTINGS: "- {adx_name: A/B, adx_value: 'true', portico_public: true}\n- {adx_name: C, adx_value: x}",
    SAMPLES: "forums:\n- {title: Un, body: Deux}\nthreads: []",
}


def site_with(**changed: str | None) -> SiteContent:
    names = {name: globals()[name] for name in changed}
    files = {**FILES, **{names[name]: text for name, text in changed.items()}}
    more = {path: text.encode() for path, text in files.items() if text is not None}
    return read_site(Package.from_zip_bytes(package_zip(more=more)))


def test_everything_is_read_when_the_site_is_whole() -> None:
    site = site_with()
    assert site.pages == (
        WebPage(
            slug="forums",
            name="Forums",
            path="/forums",
            page_template="Page",
            title_key="forums",
            summary_key="forums_intro",
            feature="forums",
            requires_solution="FieldService",
            menu_order=40,
            tables=("forums", "threads"),
            copy="<p>{{ page.title }}</p>",
        ),
        WebPage("theme", "Look", "/a.css", "P", None, None, None, None, None, (), ""),
    )
    assert site.templates == (WebTemplate("Page", "<html></html>", "text/css"),)
    assert site.settings == (
        SiteSetting("A/B", "true", is_public=True),
        SiteSetting("C", "x", is_public=False),
    )


def test_texts_are_of_the_language_when_one_is_asked_for() -> None:  # R14
    site = site_with()
    assert (site.snippet_codes, site.sample_codes) == (("fr-FR",), ("fr-FR",))
    assert site.snippets("fr-FR") == {"forums": "Forums é", "empty": ""}
    assert site.sample_data("fr-FR") == {"forums": (SampleRecord("Un", "Deux"),), "threads": ()}
    assert site.snippets("de-DE") == {}
    assert site.sample_data("de-DE") == {}


def test_site_is_empty_when_the_package_brings_none() -> None:
    site = read_site(Package.from_zip_bytes(package_zip()))
    assert (site.pages, site.templates, site.settings, site.snippet_codes) == ((), (), (), ())


def test_lists_are_empty_when_their_files_are() -> None:
    site = site_with(SETTINGS="", SNIPPETS="", SAMPLES="# nothing yet")
    assert (site.settings, site.snippets("fr-FR"), site.sample_data("fr-FR")) == ((), {}, {})


@pytest.mark.parametrize(
    ("where", "text", "key"),
    [
        ("PAGE", "adx_name: F\nadx_partialurl: f", "adx_pagetemplate"),
        ("PAGE", "adx_name: F\nadx_partialurl: ../f\nadx_pagetemplate: P", "adx_partialurl"),
        ("PAGE", "adx_name: F\nadx_partialurl: a b\nadx_pagetemplate: P", "adx_partialurl"),
        ("PAGE", "adx_name: 5\nadx_partialurl: f\nadx_pagetemplate: P", "adx_name"),
        (
            "PAGE",
            "adx_name: F\nadx_partialurl: f\nadx_pagetemplate: P\nportico_menu_order: first",
            "portico_menu_order",
        ),
        (
            "PAGE",
            "adx_name: F\nadx_partialurl: f\nadx_pagetemplate: P\nportico_menu_order: true",
            "portico_menu_order",
        ),
        (
            "PAGE",
            "adx_name: F\nadx_partialurl: f\nadx_pagetemplate: P\nportico_tables: 7",
            "portico_tables",
        ),
        ("TEMPLATE", "adx_name: Page\nadx_mimetype: 'text/css, x'", "adx_mimetype"),
        ("SETTINGS", "- {adx_name: A, adx_value: true}", "[0].adx_value"),
        ("SETTINGS", "- {adx_name: A, adx_value: x, portico_public: 'yes'}", "[0].portico_public"),
        ("SETTINGS", "- just text", "[0]"),
    ],
)
def test_site_is_refused_with_file_and_key_when_a_value_is_wrong(where: str, text: str, key: str) -> None:
    with pytest.raises(SiteInvalid) as caught:
        site_with(**{where: text})
    assert caught.value.details["file"] == globals()[where]
    assert caught.value.details["key"] == key


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "a: !!python/object:os.system x",
        "a: &x [1]\nb: *x",
        "[" * 50 + "]" * 50,
        "just text",
        "- a: 1",
        "\x01",
        "2024-13-45: x",
    ],
)
def test_sample_data_is_refused_when_its_file_is_no_table_of_records(text: str) -> None:
    with pytest.raises(SiteInvalid) as caught:
        site_with(SAMPLES=text).sample_data("fr-FR")
    assert caught.value.details["file"] == SAMPLES


@pytest.mark.parametrize(
    "text", ["forums:\n- {title: Un}", "forums:\n- {title: Un, body: 7}", "forums:\n- text"]
)
def test_sample_data_is_refused_when_a_record_is_not_whole(text: str) -> None:
    with pytest.raises(SiteInvalid, match=r"forums\[0\]"):
        site_with(SAMPLES=text).sample_data("fr-FR")


def test_snippets_are_refused_when_a_name_is_there_twice() -> None:
    text = "- {adx_name: a, adx_value: b}\n- {adx_name: a, adx_value: c}"
    with pytest.raises(SiteInvalid, match="twice"):
        site_with(SNIPPETS=text).snippets("fr-FR")


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("PAGE", "adx_name: F\nadx_partialurl: a.css\nadx_pagetemplate: P"),
        ("SETTINGS", "- {adx_name: A, adx_value: b}\n- {adx_name: A, adx_value: c}"),
    ],
)
def test_site_is_refused_when_two_records_share_a_name(where: str, text: str) -> None:
    with pytest.raises(SiteInvalid, match="twice"):
        site_with(**{where: text})


def test_template_is_refused_when_its_source_is_missing() -> None:
    more = {TEMPLATE: b"adx_name: Page"}
    with pytest.raises(SiteInvalid, match="source"):
        read_site(Package.from_zip_bytes(package_zip(more=more)))


def test_copy_is_refused_when_it_is_not_utf_8() -> None:
    more = {PAGE: FILES[PAGE].encode(), PAGE.replace(".yml", ".copy.html"): b"\xff\xfe"}
    with pytest.raises(SiteInvalid, match="UTF-8"):
        read_site(Package.from_zip_bytes(package_zip(more=more)))


def test_file_is_refused_when_it_is_longer_than_any_real_one() -> None:
    with pytest.raises(SiteInvalid, match="larger"):
        read_yaml({SNIPPETS: b"#" * (5 * 1024 * 1024)}, SNIPPETS)
