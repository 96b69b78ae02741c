"""What a solution brings to a portal's website: pages, templates, snippets, settings, sample records.

The files are Power Pages' source layout under `site/`, and `sample-data/<code>.yml` beside it. Pages,
templates and settings are read at once; snippets and sample data by language, when one is asked for.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.solutions.errors import SiteInvalid
from core.solutions.package import Package
from core.solutions.site_source import (
    SiteSetting,
    WebPage,
    WebTemplate,
    read_pages,
    read_settings,
    read_snippets,
    read_templates,
)
from core.solutions.source_yaml import Record, read_yaml

SITE = "site/"
SNIPPET_FILE = re.compile(r"site/content-snippets/(?P<code>[A-Za-z0-9-]+)\.contentsnippet\.yml")
SAMPLE_FILE = re.compile(r"sample-data/(?P<code>[A-Za-z0-9-]+)\.yml")


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
        return read_snippets(self._package.files, code, SITE)

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
    pages = tuple(read_pages(package.files, SITE))
    _refuse_doubles("page", [(page.path, page.slug) for page in pages])
    templates = tuple(read_templates(package.files, SITE))
    _refuse_doubles("web template", [(template.name, template.name) for template in templates])
    settings = tuple(read_settings(package.files, SITE))
    _refuse_doubles("site setting", [(setting.name, setting.name) for setting in settings])
    return SiteContent(pages, templates, settings, package)


def _sample_records(rows: list[object], path: str, table: str) -> Iterator[SampleRecord]:
    for index, row in enumerate(rows):
        record = Record(row, path, f"{table}[{index}]")
        yield SampleRecord(record.text("title"), record.text("body"))


def _codes(package: Package, pattern: re.Pattern[str]) -> tuple[str, ...]:
    return tuple(match["code"] for path in sorted(package.files) if (match := pattern.fullmatch(path)))


def _refuse_doubles(what: str, keyed: list[tuple[str, str]]) -> None:
    seen: dict[str, str] = {}
    for key, name in keyed:
        if key in seen:
            raise SiteInvalid(
                f"The {what} {key!r} is there twice: in {seen[key]!r} and {name!r}. Remove one of the two."
            )
        seen[key] = name
