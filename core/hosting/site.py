"""A website as the host needs it: pages by path, templates by name, the words and records of its language.

Read from the platform's files once for each version. What does not fit raises SiteInvalid.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from core.catalogue import Language
from core.platforms.port import SiteFiles, SiteVersion
from core.solutions.errors import SiteInvalid
from core.solutions.site_source import (
    WebPage,
    WebTemplate,
    read_pages,
    read_settings,
    read_snippets,
    read_templates,
)

_MEDIA_TYPES = frozenset({"text/css", "application/json"})


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
    pages: Mapping[str, WebPage]
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
        shown: list[WebPage | Resource] = [*self.pages.values(), *self.resources.values()]
        return tuple(sorted({item.feature for item in shown if item.feature}))

    def page_not_found(self) -> WebPage | None:
        """The page that stands in for those that are not there."""
        return next((page for page in self.pages.values() if page.slug == "page-not-found"), None)


def read_site(site: SiteFiles, language: Language) -> Site:
    """The website in its language, without pages whose solution the instance lacks. Raises SiteInvalid."""
    files = site.files
    templates = tuple(read_templates(files))
    settings = tuple(read_settings(files))
    pages = (page for page in read_pages(files) if page.requires_solution in (None, *site.solutions))
    return Site(
        version=site.version,
        language=language,
        pages={page.path: page for page in pages},
        resources={resource.path: resource for resource in _resources(templates)},
        templates={template.name: template.source for template in templates},
        snippets=read_snippets(files, language.code),
        settings={setting.name: setting.value for setting in settings},
        public_settings={setting.name: setting.value for setting in settings if setting.is_public},
        records=site.records,
        solutions=site.solutions,
        content_of=site.content_of,
        has_administrator=site.administrator is not None,
    )


def _resources(templates: Iterable[WebTemplate]) -> Iterator[Resource]:
    """The templates that answer at a path of their own."""
    for template in templates:
        if template.path is None:
            continue
        if template.mime_type not in _MEDIA_TYPES:
            raise SiteInvalid(
                f"adx_mimetype of the web template {template.name!r} is {template.mime_type!r}. "
                f"Make it one of {', '.join(sorted(_MEDIA_TYPES))}.",
                key="adx_mimetype",
            )
        yield Resource(template.path, template.mime_type, template.name, template.feature)
