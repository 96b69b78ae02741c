"""What a solution brings to a portal's website: pages, templates, snippets, settings, sample records.

The files are Power Pages' source layout under `site/`, and `sample-data/<code>.yml` beside it. Pages,
templates and settings are read at once; snippets and sample data by language, when one is asked for.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.solutions.errors import SiteInvalid
from core.solutions.package import Package
from core.solutions.source_yaml import Record, read_records, read_yaml

PAGE_FILE = re.compile(r"site/web-pages/(?P<folder>[^/]+)/(?P<slug>[^/]+)\.webpage\.yml")
TEMPLATE_FILE = re.compile(r"site/web-templates/(?P<folder>[^/]+)/(?P<slug>[^/]+)\.webtemplate\.yml")
SNIPPET_FILE = re.compile(r"site/content-snippets/(?P<code>[A-Za-z0-9-]+)\.contentsnippet\.yml")
SAMPLE_FILE = re.compile(r"sample-data/(?P<code>[A-Za-z0-9-]+)\.yml")
SETTINGS_FILE = "site/sitesetting.yml"
_MIME_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")
_PARTIAL_URL = re.compile(r"/|/?[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*/?")


@dataclass(frozen=True, slots=True)
class WebPage:
    """A page at `path` (with a leading slash). `copy` is its Liquid, empty where the template says it all.

    `page_template` is a web template's name; `title_key` and `summary_key` name snippets; `tables` are those
    of the sample data that it shows, and `feature` is the slug of what it shows. With a `requires_solution`
    the page is there only where the instance has that solution; without a `menu_order` no menu shows it.
    """

    slug: str
    name: str
    path: str
    page_template: str
    title_key: str | None
    summary_key: str | None
    feature: str | None
    requires_solution: str | None
    menu_order: int | None
    tables: tuple[str, ...]
    copy: str


@dataclass(frozen=True, slots=True)
class WebTemplate:
    """A Liquid template, named as others include it; a page of it is served as `mime_type`."""

    name: str
    source: str
    mime_type: str = "text/html"


@dataclass(frozen=True, slots=True)
class SiteSetting:
    """A setting of the website; a public one may be seen by its visitors."""

    name: str
    value: str
    is_public: bool


@dataclass(frozen=True, slots=True)
class SampleRecord:
    """One record of sample data."""

    title: str
    body: str


SampleData = Mapping[str, tuple[SampleRecord, ...]]


@dataclass(frozen=True, eq=False)
class SiteContent:
    """A package's site content; by language `code`, such as fr-FR, where people read it."""

    pages: tuple[WebPage, ...]
    templates: tuple[WebTemplate, ...]
    settings: tuple[SiteSetting, ...]
    _package: Package

    @property
    def snippet_codes(self) -> tuple[str, ...]:
        """The languages that there are snippets in."""
        return _codes(self._package, SNIPPET_FILE)

    @property
    def sample_codes(self) -> tuple[str, ...]:
        """The languages that there is sample data in."""
        return _codes(self._package, SAMPLE_FILE)

    def snippets(self, code: str) -> dict[str, str]:
        """The content snippets in that language by name, empty where there are none; or SiteInvalid."""
        path = f"site/content-snippets/{code}.contentsnippet.yml"
        found: dict[str, str] = {}
        for record in read_records(self._package.files, path) if path in self._package.files else ():
            name = record.text("adx_name")
            if name in found:
                raise record.refusal("adx_name", f"{name!r} stands there twice")
            found[name] = record.value("adx_value")
        return found

    def sample_data(self, code: str) -> SampleData:
        """The sample records in that language by table, empty where there are none (R14); or SiteInvalid."""
        path = f"sample-data/{code}.yml"
        if path not in self._package.files:
            return {}
        raw = read_yaml(self._package.files, path)
        if raw is None:
            return {}
        if not isinstance(raw, dict) or not all(isinstance(rows, list) for rows in raw.values()):
            raise SiteInvalid("must hold tables, each a list of records.", file=path)
        return {str(table): tuple(_sample_records(rows, path, str(table))) for table, rows in raw.items()}


def read_site(package: Package) -> SiteContent:
    """The site content of a package; empty where it brings none. Raises SiteInvalid, naming file and key."""
    pages = tuple(_pages(package))
    _refuse_doubles("page", [(page.path, page.slug) for page in pages])
    templates = tuple(_templates(package))
    _refuse_doubles("web template", [(template.name, template.name) for template in templates])
    settings = tuple(_settings(package)) if SETTINGS_FILE in package.files else ()
    _refuse_doubles("site setting", [(setting.name, setting.name) for setting in settings])
    return SiteContent(pages, templates, settings, package)


def _pages(package: Package) -> Iterator[WebPage]:
    for path, match in _matching(package, PAGE_FILE):
        record = Record(read_yaml(package.files, path), path)
        yield WebPage(
            slug=match["slug"],
            name=record.text("adx_name"),
            path=_page_path(record),
            page_template=record.text("adx_pagetemplate"),
            title_key=record.optional_text("adx_title"),
            summary_key=record.optional_text("adx_summary"),
            feature=record.optional_text("portico_feature"),
            requires_solution=record.optional_text("portico_requires_solution"),
            menu_order=record.whole_number("portico_menu_order"),
            tables=record.words("portico_tables"),
            copy=_text_file(package, path.removesuffix(".yml") + ".copy.html") or "",
        )


def _page_path(record: Record) -> str:
    partial = record.text("adx_partialurl")
    if not _PARTIAL_URL.fullmatch(partial) or ".." in partial:
        raise record.refusal(
            "adx_partialurl", f"{partial[:80]!r} is no path of letters, digits, points and hyphens"
        )
    return "/" + partial.strip("/")


def _templates(package: Package) -> Iterator[WebTemplate]:
    for path, _ in _matching(package, TEMPLATE_FILE):
        record = Record(read_yaml(package.files, path), path)
        source = _text_file(package, path.removesuffix(".yml") + ".source.html")
        if source is None:
            raise SiteInvalid("its source, .webtemplate.source.html, must stand beside it.", file=path)
        yield WebTemplate(record.text("adx_name"), source, _mime_type(record))


def _mime_type(record: Record) -> str:
    found = record.optional_text("adx_mimetype") or "text/html"
    if not _MIME_TYPE.fullmatch(found):
        raise record.refusal("adx_mimetype", f"{found[:80]!r} is no media type such as text/css")
    return found


def _settings(package: Package) -> Iterator[SiteSetting]:
    for record in read_records(package.files, SETTINGS_FILE):
        yield SiteSetting(record.text("adx_name"), record.value("adx_value"), record.flag("portico_public"))


def _sample_records(rows: list[object], path: str, table: str) -> Iterator[SampleRecord]:
    for index, row in enumerate(rows):
        record = Record(row, path, f"{table}[{index}]")
        yield SampleRecord(record.text("title"), record.text("body"))


def _text_file(package: Package, path: str) -> str | None:
    if path not in package.files:
        return None
    try:
        return package.files[path].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SiteInvalid("is not UTF-8 text. Save it as UTF-8.", file=path) from error


def _matching(package: Package, pattern: re.Pattern[str]) -> Iterator[tuple[str, re.Match[str]]]:
    for path in sorted(package.files):
        if match := pattern.fullmatch(path):
            yield path, match


def _codes(package: Package, pattern: re.Pattern[str]) -> tuple[str, ...]:
    return tuple(match["code"] for _, match in _matching(package, pattern))


def _refuse_doubles(what: str, keyed: list[tuple[str, str]]) -> None:
    seen: dict[str, str] = {}
    for key, name in keyed:
        if key in seen:
            raise SiteInvalid(f"The {what} {key!r} is there twice: in {seen[key]!r} and {name!r}.")
        seen[key] = name
