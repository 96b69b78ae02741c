"""The portal host: an ASGI application that answers for every portal.

It asks the platform's site, never a portal's state: no website 404, a website that is not published 503
"Getting set up" (R24), a published one its pages. A page is rendered once for a site's version and kept, so
that a visit costs one `site_version` of the platform.
"""

import json
import logging
from typing import Final, Protocol

from anyio import to_thread
from starlette.types import Receive, Scope, Send

from core.catalogue import Language
from core.errors import NotFound, PlatformUnreachable, PorticoError
from core.hosting.keeping import Kept
from core.hosting.names import DomainLookup, HostNames, NoDomains
from core.hosting.notices import HTML, Notices
from core.hosting.replies import Body, Reply, Visit
from core.hosting.search import SEARCH_FEATURE, SearchQuery, read_query
from core.hosting.site import Site, read_site
from core.platforms.port import Platform, SiteVersion
from core.settings import Settings

MAX_KEPT_BYTES: Final = 64 * 1024 * 1024
MAX_KEPT_SITES: Final = 64
_METHODS: Final = ("GET", "HEAD")
_JSON: Final = "application/json"
_log = logging.getLogger(__name__)


class Languages(Protocol):
    """Who knows a language's code, own name and direction: the catalogue."""

    def language(self, lcid: int) -> Language:
        """The language of that LCID. Raises a PorticoError where there is none."""


class ServedSite:
    """One version of a site, read and ready to render."""

    def __init__(self, site: Site) -> None:
        # Liquid takes a tenth of a second to import: commands that show nothing do without.
        from core.hosting.rendering import Renderer

        self.site = site
        self.renderer = Renderer(site)


class Host:
    """The ASGI application. Safe to share between threads and event loops.

    Of a request it reads method, host name, path, query and the headers of content negotiation: a cookie of
    the console never reaches a portal, and no answer sets one.
    """

    def __init__(
        self,
        platform: Platform,
        languages: Languages,
        settings: Settings,
        domains: DomainLookup | None = None,
    ) -> None:
        self._platform = platform
        self._languages = languages
        self._names = HostNames(settings.portal_domain, domains or NoDomains())
        self._notices = Notices()
        self._sites: Kept[str, ServedSite] = Kept(MAX_KEPT_SITES)
        self._bodies: Kept[tuple[str, str, int, str], Body] = Kept(MAX_KEPT_BYTES)

    def is_portal_host(self, host_header: str) -> bool:
        """Whether a request with this Host header is for a portal, and so for this host."""
        return self._names.is_portal_host(host_header)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (or the server's start and stop)."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
        else:
            visit = Visit.of(scope)
            reply = await to_thread.run_sync(self.answer, visit)
            await reply.send(visit, send)

    def answer(self, visit: Visit) -> Reply:
        """The answer to a visit; whatever is wrong with platform or site becomes a page of its own."""
        if visit.method not in _METHODS:
            return Reply(405, None, {"allow": ", ".join(_METHODS)})
        try:
            return self._own_file(visit.path) or self._portal(visit)
        except PlatformUnreachable:
            return self._notices.unavailable(503, visit.accept_language)
        except PorticoError as error:
            _log.exception("The portal at %r can't be shown: %s %s", visit.host, error, error.details)
            return self._notices.unavailable(500, visit.accept_language)

    def _own_file(self, path: str) -> Reply | None:
        """What every host name has, whatever stands there."""
        if path == "/_host/notice.css":
            return Reply(200, self._notices.style_sheet)
        if path == "/favicon.svg":
            return Reply(200, self._notices.icon)
        return Reply(204) if path == "/favicon.ico" else None

    def _portal(self, visit: Visit) -> Reply:
        subdomain = self._names.subdomain_of(visit.host)
        version = self._platform.site_version(subdomain) if subdomain else None
        if version is None:
            return self._notices.no_portal(visit.accept_language)
        language = self._languages.language(version.language)
        if not version.is_published:
            return self._notices.getting_set_up(version, language)
        kept = self._bodies.get(_key(version, 200, visit.path)) if not visit.query_string else None
        if kept is not None:
            return Reply(200, kept)
        try:
            served = self._served(version, language)
        except NotFound:  # deleted since a moment ago
            return self._notices.no_portal(visit.accept_language)
        return self._content(served, visit)

    def _served(self, version: SiteVersion, language: Language) -> ServedSite:
        served = self._sites.get(version.website_id)
        if served is None or served.site.version != version:
            files = self._platform.site_files(version.website_id, version.instance)
            # The files may be newer by now; they are kept under the version that they have.
            served = ServedSite(read_site(files, language))
            self._sites.keep(version.website_id, served, 1)
        return served

    def _content(self, served: ServedSite, visit: Visit) -> Reply:
        site = served.site
        page = site.pages.get(visit.path)
        if page is not None and page is not site.page_not_found():
            if page.feature == SEARCH_FEATURE and (query := read_query(visit.query_string)) != SearchQuery():
                return Reply(200, Body.of(served.renderer.page(page, query), HTML, site.language.code))
            return Reply(200, self._kept(served, 200, visit.path))
        if visit.path in site.resources or visit.path in _SERVICES:
            return Reply(200, self._kept(served, 200, visit.path))
        without_slash = visit.path.rstrip("/")
        if visit.path != without_slash and without_slash in site.pages:
            return Reply(308, None, {"location": site.pages[without_slash].path})
        stand_in = site.page_not_found()
        if stand_in is None:
            return self._notices.no_page(site.language)
        return Reply(404, self._kept(served, 404, stand_in.path))

    def _kept(self, served: ServedSite, status: int, path: str) -> Body:
        key = _key(served.site.version, status, path)
        body = self._bodies.get(key)
        if body is None:
            body = _render(served, path)
            self._bodies.keep(key, body, body.size)
        return body


def _key(version: SiteVersion, status: int, path: str) -> tuple[str, str, int, str]:
    return (version.website_id, version.version, status, path)


def _render(served: ServedSite, path: str) -> Body:
    site = served.site
    if path in site.pages:
        return Body.of(served.renderer.page(site.pages[path]), HTML, site.language.code)
    if path in site.resources:
        resource = site.resources[path]
        charset = "; charset=utf-8" if resource.media_type.startswith("text/") else ""
        return Body.of(served.renderer.resource(resource), resource.media_type + charset)
    return Body.of(json.dumps(_SERVICES[path](site), ensure_ascii=False), _JSON)


def _about(site: Site) -> object:
    """What anyone may know of a portal; no person's name or address is in it."""
    return {
        "portal": site.version.name,
        "template": site.version.template,
        "language": {"code": site.language.code, "native_name": site.language.native_name},
        "has_administrator": site.has_administrator,
        "solutions": sorted(site.content_of),
    }


def _settings(site: Site) -> object:
    """The public site settings."""
    return dict(sorted(site.public_settings.items()))


_SERVICES: Final = {"/_services/about": _about, "/_services/settings": _settings}


async def _live(receive: Receive, send: Send) -> None:
    """Start and stop with the server; there is nothing to prepare."""
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return
