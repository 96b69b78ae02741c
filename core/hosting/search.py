"""The faceted search over a site's records: by words, narrowed by the kind of record."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

from core.hosting.site import Site
from core.solutions.site_source import WebPage

SEARCH_FEATURE: Final = "faceted-search"
MAX_QUERY_CHARS: Final = 200
_MAX_RAW_BYTES: Final = 4000
_MAX_FIELDS: Final = 20


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is looked for; empty finds everything. `kind` is a facet's name."""

    words: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class _Facet:
    """The records of one page, under the name of its first table."""

    name: str
    title: str
    page: WebPage
    found: tuple[Mapping[str, str], ...]


def read_query(query_string: bytes) -> SearchQuery:
    """The query of a search page's address (?q=, ?type=); what is too long or unreadable is cut off."""
    raw = query_string[:_MAX_RAW_BYTES].decode("ascii", errors="ignore")
    try:
        fields = parse_qs(raw, max_num_fields=_MAX_FIELDS)
    except ValueError:  # more fields than a form of ours can have
        return SearchQuery()
    words, kind = (" ".join(fields.get(name, [""])[0].split())[:MAX_QUERY_CHARS] for name in ("q", "type"))
    return SearchQuery(words, kind)


def search_records(site: Site, path: str, query: SearchQuery) -> dict[str, Any]:
    """What the search page shows: query, type, all, facets (each with a path and a count) and results.

    A record is found when it holds every word, in title or body, without regard to case and accents. An
    unknown kind is no kind.
    """
    facets = [_find(site, page, query.words) for page in _searchable(site)]
    kind = query.kind if any(facet.name == query.kind for facet in facets) else ""
    return {
        "query": query.words,
        "type": kind,
        "all": {"path": _address(path, query.words, ""), "count": sum(len(facet.found) for facet in facets)},
        "facets": [
            {
                "title": facet.title,
                "path": _address(path, query.words, facet.name),
                "count": len(facet.found),
                "is_selected": facet.name == kind,
            }
            for facet in facets
        ],
        "results": [
            {**record, "kind": facet.title, "path": facet.page.path}
            for facet in facets
            if kind in {"", facet.name}
            for record in facet.found
        ],
    }


def _searchable(site: Site) -> list[WebPage]:
    """The pages that have records to find, in the menus' order, the home page last."""
    found = [page for page in site.pages.values() if any(site.records.get(table) for table in page.tables)]
    return sorted(found, key=lambda page: (page.path == "/", page.menu_order or 0, page.path))


def _find(site: Site, page: WebPage, words: str) -> _Facet:
    name = page.tables[0]
    wanted = _plain(words).split()
    found = tuple(
        record for table in page.tables for record in site.records.get(table, ()) if _holds(record, wanted)
    )
    # A table that has a word of its own is called so: the news on the home page.
    title = site.snippets.get(name) or site.snippets.get(page.title_key or "", page.name)
    return _Facet(name, title, page, found)


def _holds(record: Mapping[str, str], wanted: list[str]) -> bool:
    text = _plain(f"{record['title']} {record['body']}")
    return all(word in text for word in wanted)


def _plain(text: str) -> str:
    """The text without case and accents, for comparing."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _address(path: str, words: str, kind: str) -> str:
    fields = {name: value for name, value in (("q", words), ("type", kind)) if value}
    return f"{path}?{urlencode(fields)}" if fields else path
