"""A platform in memory, as far as a host asks one: the real packages' content, merged as the port says."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, cast

import yaml

from core.catalogue import Catalogue, load_catalogue
from core.errors import NotFound, PlatformUnreachable
from core.platforms.port import Platform, SiteFiles, SiteVersion
from tests.paths import DATA

SOLUTIONS = DATA / "solutions"
Records = Mapping[str, tuple[Mapping[str, str], ...]]


@cache
def catalogue() -> Catalogue:
    return load_catalogue()


@cache
def _package(solution: str) -> dict[str, bytes]:
    root = SOLUTIONS / solution / "site"
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@cache
def _sample(solution: str, code: str) -> dict[str, list[dict[str, str]]]:
    path = SOLUTIONS / solution / "sample-data" / f"{code}.yml"
    return yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader) if path.exists() else {}


def site_files(
    solutions: tuple[str, ...], code: str
) -> tuple[dict[str, bytes], dict[str, tuple[Mapping[str, str], ...]]]:
    """The content of these solutions in one language: later files win, snippets and settings by name."""
    files: dict[str, bytes] = {}
    named: dict[str, dict[str, Any]] = {}
    records: dict[str, tuple[Mapping[str, str], ...]] = {}
    for solution in solutions:
        for path, data in _package(solution).items():
            if path in {"sitesetting.yml", f"content-snippets/{code}.contentsnippet.yml"}:
                rows = yaml.load(data, Loader=yaml.CSafeLoader)
                named.setdefault(path, {}).update({row["adx_name"]: row for row in rows})
            elif not path.startswith("content-snippets/"):
                files[path] = data
        for table, rows in _sample(solution, code).items():
            records[table] = (*records.get(table, ()), *rows)
    merged = {path: yaml.safe_dump(list(rows.values())).encode() for path, rows in named.items()}
    return files | merged, records


@dataclass
class FakePlatform:
    """Answers `site_version` and `site_files`, counts how often, and can be silent."""

    sites: dict[str, SiteFiles] = field(default_factory=dict)
    is_reachable: bool = True
    version_calls: int = 0
    file_calls: int = 0

    def add(
        self,
        subdomain: str,
        template: str = "customer-self-service",
        language: int = 1036,
        *,
        name: str = "Contoso Aide",
        is_published: bool = True,
        solutions: tuple[str, ...] = (),
        files: Mapping[str, bytes] | None = None,
        records: Records | None = None,
    ) -> None:
        """A website with its template's content; `solutions` stand in the instance beside it."""
        content = catalogue().content_solutions(template)
        merged, sample = site_files(content, catalogue().language(language).code)
        requires = catalogue().portal(template).requires
        self.sites[subdomain] = SiteFiles(
            version=SiteVersion(
                f"id-{subdomain}", "contoso", subdomain, name, template, language, is_published, "1"
            ),
            files=merged | dict(files or {}),
            origins={},
            records=sample if records is None else records,
            solutions=frozenset((*content, *requires, *solutions)),
            content_of=frozenset(content),
            administrator="amelie@contoso.example",
        )

    def change(self, subdomain: str, version: str, **changes: Any) -> None:
        """A new version of the website."""
        old = self.sites[subdomain]
        self.sites[subdomain] = replace(old, version=replace(old.version, version=version, **changes))

    def site_version(self, subdomain: str) -> SiteVersion | None:
        self.version_calls += 1
        if not self.is_reachable:
            raise PlatformUnreachable("The platform does not answer. Try again later.")
        return self.sites[subdomain].version if subdomain in self.sites else None

    def site_files(self, website_id: str, instance: str) -> SiteFiles:
        self.file_calls += 1
        for files in self.sites.values():
            if files.version.website_id == website_id and files.version.instance == instance:
                return files
        raise NotFound("There is no such website. Look at the list of portals.")

    def as_platform(self) -> Platform:
        """As the port; the host asks nothing else of it."""
        return cast("Platform", self)
