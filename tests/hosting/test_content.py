"""The packages' site content, served: each feature where the matrix has it, in every language (R14, R17)."""

import re
from functools import cache
from itertools import pairwise

import pytest

from core.catalogue import Feature, Language, PortalTemplate
from core.hosting.host import Host
from tests.hosting.fake_platform import FakePlatform, catalogue
from tests.hosting.visitor import Answer, Element, Markup, ask, host_for
from tests.paths import DATA

FABRIKAM = ("FieldService", "ProjectService")
TEMPLATES = catalogue().portals
BESIDE_THE_PAGES = {"theming", "portal-workflows"}  # a style sheet and JSON


@cache
def _host(template: str, language: int, solutions: tuple[str, ...]) -> Host:
    platform = FakePlatform()
    platform.add("it", template, language, name="Contoso", solutions=solutions)
    return host_for(platform)


def _visit(
    template: PortalTemplate, path: str, language: int = 1036, solutions: tuple[str, ...] = FABRIKAM
) -> Answer:
    return ask(_host(template.slug, language, solutions), "it.localhost", path)


def _pages_of(template: PortalTemplate, language: int = 1036) -> list[str]:
    """Every HTML page that the portal has, as its own site says."""
    host = _host(template.slug, language, FABRIKAM)
    ask(host, "it.localhost")
    served = host._sites.get("id-it")
    assert served is not None
    return [path for path in served.site.pages if path != "/page-not-found"]


def _is_seen(template: PortalTemplate, feature: Feature, solutions: tuple[str, ...]) -> bool:
    """Whether the feature is seen as its record says."""
    seen = feature.seen
    if seen.kind == "setting":
        return seen.at in _visit(template, "/_services/settings", solutions=solutions).json
    if seen.kind == "mark":
        html = _visit(template, "/", solutions=solutions).text
        footer = html[html.index("<footer") :] if seen.at == "footer" else html
        place = Markup.of(footer).features().get(feature.slug)
        return place is not None and seen.at in {"footer", place}
    answer = _visit(template, seen.at, solutions=solutions)
    if seen.kind == "api":
        return answer.status == 200 and bool(answer.json)
    return answer.status == 200 and f'data-feature="{feature.slug}"' in answer.text


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.slug)
def test_features_are_seen_where_the_matrix_has_a_dot_and_nowhere_else(template: PortalTemplate) -> None:
    dots = {feature.slug for feature in catalogue().features_of(template.slug)}
    seen = {feature.slug for feature in catalogue().features if _is_seen(template, feature, FABRIKAM)}
    assert seen == dots  # R17


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.slug)
def test_absent_features_are_404_and_nothing_links_to_them(template: PortalTemplate) -> None:
    dots = {feature.slug for feature in catalogue().features_of(template.slug)}
    absent = [f for f in catalogue().features if f.slug not in dots and f.seen.kind in {"page", "api"}]
    assert all(_visit(template, feature.seen.at).status == 404 for feature in absent)
    for path in _pages_of(template):
        assert not Markup.of(_visit(template, path).text).links() & {feature.seen.at for feature in absent}


@pytest.mark.parametrize(
    ("solutions", "seen"),
    [((), set()), (("ProjectService",), {"/projects"}), (FABRIKAM, {"/projects", "/work-orders"})],
)
def test_integrations_are_there_when_their_solution_is(solutions: tuple[str, ...], seen: set[str]) -> None:
    partner = catalogue().portal("partner")
    for path in ("/projects", "/work-orders"):
        assert _visit(partner, path, solutions=solutions).status == (200 if path in seen else 404)
        assert (path in Markup.of(_visit(partner, "/", solutions=solutions).text).links()) == (path in seen)


def test_add_ons_show_their_records_once_when_partners_are_there_too() -> None:
    html = _visit(catalogue().portal("partner-project-service"), "/projects").text
    titles = [heading.text for heading in Markup.of(html).all("h2")]
    assert len(titles) == len(set(titles)) == 2


# ── every page of every portal in every language ────────────────────────────────────────────────────────────


@pytest.mark.slow
@pytest.mark.parametrize("language", catalogue().languages, ids=lambda language: language.code)
def test_every_page_speaks_the_language_when_a_portal_has_it(language: Language) -> None:
    english = _words_of(1033)
    for template in catalogue().columns:
        for path in _pages_of(template, language.lcid):
            answer = _visit(template, path, language.lcid)
            assert answer.status == 200, (template.slug, path)
            markup = Markup.of(answer.text)
            assert markup.one("html").attributes["lang"] == language.code
            assert markup.one("html").attributes["dir"] == language.direction
            assert language.native_name in markup.one("footer").text
            assert answer.headers["content-language"] == language.code
            if language.code != "en-US":
                lines = {line.strip() for line in markup.one("body").text.splitlines()}
                assert not english & lines, (template.slug, path)


@cache
def _words_of(language: int) -> frozenset[str]:
    """The sentences of English portals, which no other shows (R14); single words can be the same."""
    found: set[str] = set()
    for template in catalogue().columns:
        for path in _pages_of(template, language):
            lines = Markup.of(_visit(template, path, language).text).one("main").text.splitlines()
            found |= {line.strip() for line in lines if len(line.split()) >= 3}
    assert len(found) > 40
    return frozenset(found)


@pytest.mark.parametrize("language", catalogue().languages, ids=lambda language: language.code)
def test_every_package_with_words_has_them_in_the_language(language: Language) -> None:
    for folder in DATA.glob("solutions/*/site/content-snippets"):
        assert (folder / f"{language.code}.contentsnippet.yml").is_file(), folder
    for folder in DATA.glob("solutions/*/sample-data"):
        assert (folder / f"{language.code}.yml").is_file(), folder


# ── well made ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.slug)
def test_markup_is_accessible_on_every_page(template: PortalTemplate) -> None:
    titles = set()
    for path in [*_pages_of(template), "/nowhere"]:
        markup = Markup.of(_visit(template, path).text)
        titles.add(markup.one("title").text)
        markup.one("h1")
        markup.one("main")
        _check_headings(markup, path)
        _check_names(markup, path)
        ids = [element.attributes["id"] for element in markup.elements if "id" in element.attributes]
        assert len(ids) == len(set(ids)), path
        assert markup.all("a")[0].attributes == {"class": "skip-link", "href": "#content"}
    assert len(titles) == len(_pages_of(template)) + 1


def _check_headings(markup: Markup, path: str) -> None:
    levels = [int(heading.tag[1]) for heading in markup.all("h1", "h2", "h3", "h4")]
    assert levels[0] == 1, path
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels)), path


def _check_names(markup: Markup, path: str) -> None:
    ids = {element.attributes.get("id"): element for element in markup.elements}
    labelled = {label.attributes["for"] for label in markup.all("label")}
    for control in markup.all("input", "textarea", "select"):
        assert control.attributes.get("type") == "hidden" or control.attributes["id"] in labelled, path
    for named in markup.all("a", "button", "legend", "label"):
        assert named.text.strip(), (path, named)
    for nav in markup.all("nav"):
        assert _label(nav, ids), path
    for picture in markup.all("svg"):
        assert picture.attributes["aria-hidden"] == "true", path


def _label(element: Element, ids: dict[str | None, Element]) -> str | None:
    by = element.attributes.get("aria-labelledby")
    return ids[by].text if by else element.attributes.get("aria-label")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.slug)
def test_every_link_leads_somewhere_and_nothing_comes_from_elsewhere(template: PortalTemplate) -> None:
    for path in _pages_of(template):
        html = _visit(template, path).text
        for link in Markup.of(html).links() - {"#content"}:
            assert _visit(template, link).status == 200, (path, link)
        assert not re.search(r"https?:|//[a-z]|style=|<style|<script|\son[a-z]+=", html), path


def test_style_sheets_load_nothing_when_they_are_read() -> None:
    for template in catalogue().columns:
        for path in ("/portal.css", "/theme.css"):
            answer = _visit(template, path)
            assert answer.headers["content-type"] == "text/css; charset=utf-8"
            assert not re.search(r"url\(|@import|expression", answer.text), path


def test_forms_say_that_they_need_a_sign_in_when_nobody_is_signed_in() -> None:
    portal = catalogue().portal("customer-self-service")
    for path in ("/support", "/contact", "/feedback", "/profile", "/forums/subscribe"):
        html = _visit(portal, path).text
        assert "Connectez-vous pour utiliser ce formulaire." in html
        assert "<fieldset disabled>" in html
    assert "La connexion n&#39;est pas encore ouverte." in _visit(portal, "/sign-in").text


def test_organizations_sign_in_is_offered_when_the_portal_is_the_employees() -> None:
    words = "Se connecter avec le compte de votre organisation"
    for template in catalogue().columns:
        is_employees = template.slug == "employee-self-service"
        names = [button.text for button in Markup.of(_visit(template, "/sign-in").text).all("button")]
        assert (len(names) == 2) == is_employees, words


# ── colours ─────────────────────────────────────────────────────────────────────────────────────────────────

TEXT_PAIRS = [
    ("--ink", "--ground"),
    ("--ink", "--surface"),
    ("--ink-soft", "--ground"),
    ("--ink-soft", "--surface"),
    ("--accent", "--ground"),
    ("--accent", "--surface"),
    ("--on-accent", "--accent"),
    ("--on-accent", "--accent-strong"),
    ("--on-tint", "--tint"),
]


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("template", catalogue().columns, ids=lambda template: template.slug)
def test_contrast_is_enough_in_every_theme(template: PortalTemplate, is_dark: bool) -> None:
    colours: dict[str, str] = {}
    for path in ("/portal.css", "/theme.css"):
        light, _, dark = _visit(template, path).text.partition("@media (prefers-color-scheme: dark)")
        for part in (light, dark.partition("\n}")[0]) if is_dark else (light,):
            colours |= dict(re.findall(r"(--[a-z-]+): (#[0-9a-f]{6})", part))
    for text, ground in TEXT_PAIRS:
        assert _contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    assert _contrast(colours["--field"], colours["--surface"]) >= 3


def _contrast(one: str, other: str) -> float:
    """WCAG's contrast of two colours."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
