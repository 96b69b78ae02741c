"""From a site and a page to text: what templates see, and how a page's copy gets into its template.

Templates see `website`, `page`, `pages`, `menu`, `features`, `snippets`, `settings`, `records`, `solutions`,
and on the search page `search`. Everything that they write is escaped, but the page's own rendered copy.
"""

from collections.abc import Mapping
from typing import Any, Final

from liquid.exceptions import LiquidError
from markupsafe import Markup

from core.errors import PorticoError
from core.hosting.liquid_environment import build_environment
from core.hosting.search import SEARCH_FEATURE, SearchQuery, search_records
from core.hosting.site import Resource, Site
from core.solutions.errors import SiteInvalid
from core.solutions.site_source import WebPage

MAIN_MENU: Final = range(1, 100)  # a page's menu order says in which menu it stands
FOOTER_MENU: Final = range(100, 200)
ACCOUNT_MENU: Final = range(200, 300)


class PageBroken(PorticoError):
    """A page of a site does not render; details: path, reason."""

    code = "page-broken"


class _Tables(dict[str, Any]):
    """Records by table: a table that nobody filled is empty, not unknown."""

    def __missing__(self, key: str) -> tuple[Mapping[str, str], ...]:
        return ()


class _Settings(dict[str, str]):
    """Settings by name: one that nobody set is empty."""

    def __missing__(self, key: str) -> str:
        return ""


class Renderer:
    """Renders one version of a site. Safe to share between threads."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._environment = build_environment(site.templates)
        self._seen_everywhere = self._site_wide()

    def page(self, page: WebPage, query: SearchQuery | None = None) -> str:
        """The page as HTML. Raises PageBroken."""
        seen = {**self._seen_everywhere, "menu": self._menus(page), "page": self._page(page, is_current=True)}
        if page.feature == SEARCH_FEATURE:
            seen["search"] = search_records(self._site, page.path, query or SearchQuery())
        try:
            copy = self._environment.from_string(page.copy).render(**seen)
            # The copy is escaped already: it came out of this same environment.
            seen["page"] = {**self._page(page, is_current=True), "copy": Markup(copy)}  # noqa: S704
            return self._environment.get_template(page.page_template).render(**seen)
        except LiquidError as error:
            raise self._broken(page.path, error) from error

    def resource(self, resource: Resource) -> str:
        """The style sheet or JSON. Raises PageBroken."""
        try:
            return self._environment.get_template(resource.template).render(**self._seen_everywhere)
        except LiquidError as error:
            raise self._broken(resource.path, error) from error

    def _site_wide(self) -> dict[str, Any]:
        site = self._site
        return {
            "website": {
                "name": site.version.name,
                "language": site.language.model_dump(include={"code", "native_name", "direction"}),
                "has_records": any(site.records.values()),
            },
            "pages": [self._page(page) for page in self._ordered(range(1000))],
            "features": list(site.features),
            "snippets": site.snippets,
            "settings": _Settings(site.settings),
            "records": _Tables(site.records),
            "solutions": sorted(site.solutions),
        }

    def _menus(self, current: WebPage) -> dict[str, list[dict[str, Any]]]:
        menus = {"main": MAIN_MENU, "footer": FOOTER_MENU, "account": ACCOUNT_MENU}
        return {
            name: [self._page(page, is_current=page is current) for page in self._ordered(places)]
            for name, places in menus.items()
        }

    def _ordered(self, places: range) -> list[WebPage]:
        found = [page for page in self._site.pages.values() if page.menu_order in places]
        return sorted(found, key=lambda page: (page.menu_order or 0, page.path))

    def _page(self, page: WebPage, *, is_current: bool = False) -> dict[str, Any]:
        return {
            "slug": page.slug,
            "path": page.path,
            "title": self._snippet(page.title_key, page) if page.title_key else page.name,
            "summary": self._snippet(page.summary_key, page) if page.summary_key else "",
            "feature": page.feature or "",
            "is_current": is_current,
        }

    def _snippet(self, key: str, page: WebPage) -> str:
        if key not in self._site.snippets:
            raise SiteInvalid(
                f"The page {page.path} needs the snippet {key!r}, which the website lacks.", key=key
            )
        return self._site.snippets[key]

    @staticmethod
    def _broken(path: str, error: LiquidError) -> PageBroken:
        return PageBroken(
            f"The page {path} does not render. Correct its template and publish it again.",
            details={"path": path, "reason": " ".join(str(error).split())},
        )
