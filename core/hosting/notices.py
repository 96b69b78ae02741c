"""The host's own pages, for when there is no site to show: getting set up, no portal here, not available."""

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml

from core.catalogue import Language
from core.errors import DataError
from core.hosting.replies import Body, Reply
from core.platforms.port import SiteVersion
from core.settings import ROOT

if TYPE_CHECKING:
    from liquid import Environment

HOST_DATA: Final = ROOT / "data" / "hosting"
HTML: Final = "text/html; charset=utf-8"
GETTING_SET_UP: Final = "Getting set up"  # always these words (R24)
RETRY_AFTER_S: Final = 30
_ENGLISH: Final = "en-US"
_WORDS: Final = ("getting_set_up", "getting_set_up_text", "not_found", "not_found_text", "unavailable")
_TAG: Final = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_MAX_OFFERS: Final = 20


class Notices:
    """Makes the host's own pages from data/hosting."""

    def __init__(self, folder: Path = HOST_DATA) -> None:
        self._folder = folder

    def getting_set_up(self, site: SiteVersion, language: Language) -> Reply:
        """503 until the website is published: the English words always, a translation beside them (R24)."""
        words = self._words[language.code if language.code in self._words else _ENGLISH]
        translation = words["getting_set_up"]
        html = self._page(
            "setting-up",
            portal=site.name,
            lang=language.code,
            direction=language.direction,
            heading=GETTING_SET_UP,
            heading_lang="en",
            translation="" if translation == GETTING_SET_UP else translation,
            text=words["getting_set_up_text"],
        )
        return Reply(503, Body.of(html, HTML, language.code), {"retry-after": str(RETRY_AFTER_S)})

    def no_portal(self, accept_language: str) -> Reply:
        """404 where no website answers to the name, in a language that the visitor reads."""
        return self._for_visitor(404, "not-found", "not_found", "not_found_text", accept_language)

    def no_page(self, language: Language) -> Reply:
        """404 on a site that has no page of its own for that."""
        return self._for_visitor(404, "not-found", "not_found", "not_found_text", language.code)

    def unavailable(self, status: int, accept_language: str) -> Reply:
        """503 where the platform does not answer, 500 where the site can't be shown."""
        reply = self._for_visitor(status, "unavailable", "unavailable", None, accept_language)
        return Reply(status, reply.body, {**reply.headers, "retry-after": str(RETRY_AFTER_S)})

    @cached_property
    def style_sheet(self) -> Body:
        """The style sheet of these pages."""
        return Body.of((self._folder / "notice.css").read_bytes(), "text/css; charset=utf-8")

    @cached_property
    def icon(self) -> Body:
        """The icon of every portal."""
        return Body.of((self._folder / "favicon.svg").read_bytes(), "image/svg+xml")

    def _for_visitor(self, status: int, kind: str, heading: str, text: str | None, accept: str) -> Reply:
        code = _best_language(accept, self._words)
        words = self._words[code]
        html = self._page(
            kind,
            portal="",
            lang=code,
            direction="ltr",  # the 43 languages all are (R13)
            heading=words[heading],
            heading_lang=code,
            translation="",
            text=words[text] if text else "",
        )
        return Reply(status, Body.of(html, HTML, code), {"vary": "Accept-Language"})

    def _page(self, kind: str, **seen: str) -> str:
        return self._environment.get_template("notice").render(kind=kind, **seen)

    @cached_property
    def _environment(self) -> "Environment":
        from core.hosting.liquid_environment import build_environment

        return build_environment({"notice": (self._folder / "notice.html").read_text(encoding="utf-8")})

    @cached_property
    def _words(self) -> Mapping[str, Mapping[str, str]]:
        words = yaml.safe_load((self._folder / "words.yaml").read_text(encoding="utf-8"))
        for code, texts in words.items():
            for key in _WORDS:
                if not isinstance(texts.get(key), str) or not texts[key].strip():
                    raise DataError("data/hosting/words.yaml", f"{code}.{key}", "must be text")
        return {str(code): texts for code, texts in words.items()}


def _best_language(accept_language: str, codes: Mapping[str, object]) -> str:
    """The first language offered that there are words in, by weight; English where none is."""
    for tag in _by_weight(accept_language):
        for code in codes:
            if code.lower() == tag.lower() or code.split("-")[0].lower() == tag.split("-")[0].lower():
                return code
    return _ENGLISH


def _by_weight(accept_language: str) -> list[str]:
    offers: list[tuple[float, str]] = []
    for offer in accept_language.split(",")[:_MAX_OFFERS]:
        tag, _, weight = offer.strip().partition(";q=")
        if _TAG.fullmatch(tag):
            offers.append((_weight(weight), tag))
    return [tag for weight, tag in sorted(offers, key=lambda offer: -offer[0]) if weight > 0]


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
