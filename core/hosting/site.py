"""A website as the host needs it: pages by path, templates by name, the words and records of its language.

Read from the platform's files once for each version. What does not fit raises SiteInvalid.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.catalogue import Language
from core.platforms.port import SiteFiles, SiteVersion
from core.solutions.errors import SiteInvalid
from core.solutions.source_yaml import Record, read_records, read_yaml

_PAGE = re.compile(r"web-pages/[^/]+/(?P<slug>[^/]+)\.webpage\.yml")
_TEMPLATE = re.compile(r"web-templates/[^/]+/(?P<slug>[^/]+)\.webtemplate\.yml")
_MEDIA_TYPES = frozenset({"text/css", "application/json"})

Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Page:
    """A page at `path`; `title_key` and `summary_key` name snippets, `tables` what a search finds there."""

    slug: str
    path: str
    title_key: str
    summary_key: str | None
    template: str
    feature: str | None
    menu_order: int | None
    tables: tuple[str, ...]
    copy: str


@dataclass(frozen=True, slots=True)
class Resource:
    """A web template that answers at a path of its own, as a style sheet or as JSON."""

    path: str
    media_type: str
    template: str
    feature: str | None


@dataclass(frozen=True, eq=False)
class Site:
    """One version of a website in its language."""

    version: SiteVersion
    language: Language
    pages: Mapping[str, Page]
    resources: Mapping[str, Resource]
    templates: Mapping[str, str]
    snippets: Mapping[str, str]
    settings: Mapping[str, str]
    public_settings: Mapping[str, str]
    records: Mapping[str, tuple[Mapping[str, str], ...]]
    solutions: frozenset[str]
    content_of: frozenset[str]
    has_administrator: bool

    @property
    def features(self) -> tuple[str, ...]:
        """The features that pages and resources show, by slug."""
        shown: list[Page | Resource] = [*self.pages.values(), *self.resources.values()]
        return tuple(sorted({item.feature for item in shown if item.feature}))

    def page_not_found(self) -> Page | None:
        """The page that stands in for those that are not there."""
        return next((page for page in self.pages.values() if page.slug == "page-not-found"), None)


def read_site(site: SiteFiles, language: Language) -> Site:
    """The website in its language, without pages whose solution the instance lacks. Raises SiteInvalid."""
    files = site.files
    resources, templates = _templates(files)
    settings = list(_settings(files))
    return Site(
        version=site.version,
        language=language,
        pages={page.path: page for page in _pages(files, site.solutions)},
        resources=resources,
        templates=templates,
        snippets=_snippets(files, language.code),
        settings={name: value for name, value, _ in settings},
        public_settings={name: value for name, value, is_public in settings if is_public},
        records=site.records,
        solutions=site.solutions,
        content_of=site.content_of,
        has_administrator=site.administrator is not None,
    )


def _pages(files: Files, solutions: frozenset[str]) -> Iterator[Page]:
    for path, match in _matching(files, _PAGE):
        record = Record(read_yaml(files, path), path)
        required = record.optional_text("portico_requires_solution")
        if required is not None and required not in solutions:
            continue
        yield Page(
            slug=match["slug"],
            path=_path(record.text("adx_partialurl")),
            title_key=record.text("adx_title"),
            summary_key=record.optional_text("adx_summary"),
            template=record.text("adx_pagetemplate"),
            feature=record.optional_text("portico_feature"),
            menu_order=record.whole_number("portico_menu_order"),
            tables=tuple((record.optional_text("portico_tables") or "").split()),
            copy=_text(files, path.removesuffix(".yml") + ".copy.html"),
        )


def _templates(files: Files) -> tuple[dict[str, Resource], dict[str, str]]:
    resources: dict[str, Resource] = {}
    templates: dict[str, str] = {}
    for path, _ in _matching(files, _TEMPLATE):
        record = Record(read_yaml(files, path), path)
        name = record.text("adx_name")
        templates[name] = _text(files, path.removesuffix(".yml") + ".source.html")
        if (partial_url := record.optional_text("adx_partialurl")) is not None:
            media_type = record.text("adx_mimetype")
            if media_type not in _MEDIA_TYPES:
                raise record.refusal("adx_mimetype", f"is {media_type!r}, not one of {sorted(_MEDIA_TYPES)}")
            place = _path(partial_url)
            resources[place] = Resource(place, media_type, name, record.optional_text("portico_feature"))
    return resources, templates


def _settings(files: Files) -> Iterator[tuple[str, str, bool]]:
    if "sitesetting.yml" in files:
        for record in read_records(files, "sitesetting.yml"):
            yield record.text("adx_name"), record.value("adx_value"), record.flag("portico_public")


def _snippets(files: Files, code: str) -> dict[str, str]:
    path = f"content-snippets/{code}.contentsnippet.yml"
    records = read_records(files, path) if path in files else []
    return {record.text("adx_name"): record.value("adx_value") for record in records}


def _matching(files: Files, pattern: re.Pattern[str]) -> Iterator[tuple[str, re.Match[str]]]:
    for path in sorted(files):
        if match := pattern.fullmatch(path):
            yield path, match


def _path(partial_url: str) -> str:
    return "/" + partial_url.strip("/")


def _text(files: Files, path: str) -> str:
    try:
        return files[path].decode("utf-8-sig")
    except (KeyError, UnicodeDecodeError) as error:
        raise SiteInvalid("must be there and UTF-8 text.", file=path) from error
