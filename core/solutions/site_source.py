"""Power Pages' source layout, read: pages, templates, snippets and settings from files below a root.

A package has it below `site/`, a website's merged files have it at their root: both are read here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.solutions.errors import SiteInvalid
from core.solutions.source_yaml import Record, read_records, read_yaml

PAGE_FILE = re.compile(r"web-pages/(?P<folder>[^/]+)/(?P<slug>[^/]+)\.webpage\.yml")
TEMPLATE_FILE = re.compile(r"web-templates/(?P<folder>[^/]+)/(?P<slug>[^/]+)\.webtemplate\.yml")
SETTINGS_FILE = "sitesetting.yml"
_MIME_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")
_PARTIAL_URL = re.compile(r"/|/?[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*/?")

Files = Mapping[str, bytes]


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
    """A Liquid template, named as others include it; with a `path` it answers there itself, as `mime_type`."""

    name: str
    source: str
    mime_type: str = "text/html"
    path: str | None = None
    feature: str | None = None


@dataclass(frozen=True, slots=True)
class SiteSetting:
    """A setting of the website; a public one may be seen by its visitors."""

    name: str
    value: str
    is_public: bool


def read_pages(files: Files, root: str = "") -> Iterator[WebPage]:
    """The web pages below `root`, by their files' names. Raises SiteInvalid, naming file and key."""
    for path, match in _matching(files, root, PAGE_FILE):
        record = Record(read_yaml(files, path), path)
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
            copy=_text_file(files, path.removesuffix(".yml") + ".copy.html") or "",
        )


def _page_path(record: Record) -> str:
    partial = record.text("adx_partialurl")
    if not _PARTIAL_URL.fullmatch(partial) or ".." in partial:
        raise record.refusal(
            "adx_partialurl", f"{partial[:80]!r} is no path of letters, digits, points and hyphens"
        )
    return "/" + partial.strip("/")


def read_templates(files: Files, root: str = "") -> Iterator[WebTemplate]:
    """The web templates below `root`. Raises SiteInvalid."""
    for path, _ in _matching(files, root, TEMPLATE_FILE):
        record = Record(read_yaml(files, path), path)
        source = _text_file(files, path.removesuffix(".yml") + ".source.html")
        if source is None:
            raise SiteInvalid("its source, .webtemplate.source.html, must stand beside it.", file=path)
        yield WebTemplate(
            name=record.text("adx_name"),
            source=source,
            mime_type=_mime_type(record),
            path=_page_path(record) if record.optional_text("adx_partialurl") else None,
            feature=record.optional_text("portico_feature"),
        )


def _mime_type(record: Record) -> str:
    found = record.optional_text("adx_mimetype") or "text/html"
    if not _MIME_TYPE.fullmatch(found):
        raise record.refusal("adx_mimetype", f"{found[:80]!r} is no media type such as text/css")
    return found


def read_settings(files: Files, root: str = "") -> Iterator[SiteSetting]:
    """The site settings below `root`; none where there is no file of them. Raises SiteInvalid."""
    path = root + SETTINGS_FILE
    for record in read_records(files, path) if path in files else ():
        yield SiteSetting(record.text("adx_name"), record.value("adx_value"), record.flag("portico_public"))


def read_snippets(files: Files, code: str, root: str = "") -> dict[str, str]:
    """The content snippets in that language by name, empty where there are none; or SiteInvalid."""
    path = f"{root}content-snippets/{code}.contentsnippet.yml"
    found: dict[str, str] = {}
    for record in read_records(files, path) if path in files else ():
        name = record.text("adx_name")
        if name in found:
            raise record.refusal("adx_name", f"{name!r} stands there twice")
        found[name] = record.value("adx_value")
    return found


def _text_file(files: Files, path: str) -> str | None:
    if path not in files:
        return None
    try:
        return files[path].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SiteInvalid("is not UTF-8 text. Save it as UTF-8.", file=path) from error


def _matching(files: Files, root: str, pattern: re.Pattern[str]) -> Iterator[tuple[str, re.Match[str]]]:
    for path in sorted(files):
        if path.startswith(root) and (match := pattern.fullmatch(path, len(root))):
            yield path, match
