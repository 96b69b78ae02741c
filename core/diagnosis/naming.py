"""What a message names: solutions, versions, privileges, users, components, codes, ids, languages, addresses."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

_VERSION = r"\d{1,9}(?:\.\d{1,9}){1,3}"
_GUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_MOST = 25

# Solutions: with a version in brackets, in an element's attribute, or after the words that introduce one.
_WITH_VERSION = re.compile(rf"([A-Za-z_]\w{{1,99}}) ?\((?:v|version )?({_VERSION})\)")
_ATTRIBUTE = re.compile(
    rf"\bsolution=\\*[\"']([^\"'\\<>(]{{1,120}}?)(?: ?\(({_VERSION})\))?\\*[\"']", re.IGNORECASE
)
_FILE = re.compile(r"([A-Za-z]\w{1,99}?)_(\d{1,9}(?:_\d{1,9}){1,3})(?:_managed)?\.zip", re.IGNORECASE)
_QUOTED = re.compile(
    r"\b(?:solution|losung|Lösung|solución|solução|soluzione|oplossing|rozwiązanie|решени\w)[ :]{1,3}"
    r"(?:[\"'“‘«„]([^\"'“”‘’«»„\n]{2,100})[\"'”’»“])",
    re.IGNORECASE,
)
_NAMED = (
    re.compile(r"\bsolution cannot be imported: ([\w ().&-]{2,100}?)\.(?: |$)", re.IGNORECASE),
    re.compile(r"\bUniqueName ?= ?[\"']?(\w{2,100})", re.IGNORECASE),
    re.compile(r"\bHolding solution [\"']?(\w{2,100}?)(?:_Upgrade)?[\"']?\b", re.IGNORECASE),
    re.compile(r"\b(\w{2,100}?)_Upgrade\b"),
    re.compile(r"\b(\w{2,100}?) (?:or higher )?is not installed\b"),
    re.compile(r"\bimport of solution: ([^\n]{2,100}?) failed", re.IGNORECASE),
    re.compile(r"\bSolution: ([A-Za-z_]\w{1,99})[.,;\n]"),
    re.compile(r"\b([A-Za-z]\w{1,99}) requires solutions that are not currently installed"),
)
_NO_SOLUTIONS = frozenset(
    {
        "active",
        "default",
        "basic",
        "the",
        "solution",
        "this",
        "version",
        "holding",
        "a",
        "null",
        "with",
        "crm",
    }
)

_PRIVILEGE = re.compile(r"\bprv[A-Z]\w{2,80}")
_ROLE = re.compile(
    r"\b(System Administrator|System Customizer|Environment Maker|Global Administrator|Power Platform Administrator|"
    r"Application Developer|Dynamics 365 Administrator)\b",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_PRINCIPAL = re.compile(
    rf"\b(?:Principal user ?\(Id=|User: ?|UserId ?[=:] ?|SystemUserId ?[=:] ?|user with id ?[=:]? ?|Id=)[\"']?({_GUID})",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(r"\b(?:User ?[=:]|user account) ?[\"']([^\"'\n]{2,80})[\"']", re.IGNORECASE)
_CORRELATION = re.compile(
    rf"\b(?:correlation|trace|activity|request|client[ -]?request|session|tracking|error)[ _-]?id(?:entifier)?(?: is)?[\"']?[ :=]{{1,4}}[\"']?({_GUID})",
    re.IGNORECASE,
)
_URL = re.compile(r"https?://[^\s\"'<>()\[\]{}|\\,;]{3,300}")
_COMPONENTS = (
    re.compile(
        r"\b(?:entity|attribute|table|column|form|view|workflow|flow|component|relationship|option set|web ?resource|control|plug-?in type|app|template|connection reference(?: logical name)?|environment variable)s? (?:with (?:name|id) |named |name )?[\"'‘“]([^\"'’”\n]{2,120})[\"'’”]",
        re.IGNORECASE,
    ),
    re.compile(r"\bschemaName=\\*[\"']([\w.]{2,120})", re.IGNORECASE),
    re.compile(r"\b(?:CustomControl|CustomControls|CanvasApp) with [Nn]ame ([\w.]{2,120})"),
)
_LCID = re.compile(
    r"\b(?:language|languages|lcid|languagecode|locale|sprache|langue|idioma|lingua|taal|languageid)\b[^\d\n]{1,40}(\d{4,5})\b",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(
    r"\b(Basque|Bulgarian|Catalan|Chinese|Croatian|Czech|Danish|Dutch|English|Estonian|Finnish|French|Galician|German|"
    r"Greek|Hindi|Hungarian|Indonesian|Italian|Japanese|Kazakh|Korean|Latvian|Lithuanian|Malay|Norwegian|Polish|"
    r"Portuguese|Romanian|Russian|Serbian|Slovak|Slovenian|Spanish|Swedish|Thai|Turkish|Ukrainian|Vietnamese|Arabic|Hebrew)\b"
    r"(?= |[.,;:)\]]|$)"
)
_BARE_VERSION = re.compile(r"(?<![\w.])v?(\d{1,9}(?:\.\d{1,9}){2,3})(?![\w.]*\d)")
_CONNECTION = re.compile(
    r"(?:providers/Microsoft\.PowerApps/apis/|connection reference (?:logical name )?[\"']?)([A-Za-z]\w{3,100}(?:-[\w-]{1,60})?)"
)


@dataclass(frozen=True, slots=True)
class Named:
    """What a message names, each once, in the order in which it comes."""

    solutions: tuple[tuple[str, str | None], ...] = ()
    versions: tuple[str, ...] = ()
    privileges: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    connections: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    correlation_ids: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    missing: tuple[tuple[str, str | None], ...] = field(default=(), compare=False)

    def as_dict(self) -> dict[str, Any]:
        """As `diagnose` prints it; solutions as records of name and version."""
        return {
            "solutions": [{"name": name, "version": version} for name, version in self.solutions],
            "versions": list(self.versions),
            "privileges": list(self.privileges),
            "roles": list(self.roles),
            "users": list(self.users),
            "components": list(self.components),
            "connections": list(self.connections),
            "languages": list(self.languages),
            "codes": list(self.codes),
            "correlation_ids": list(self.correlation_ids),
            "urls": list(self.urls),
        }


def find_named(text: str, codes: tuple[str, ...]) -> Named:
    """What the unwrapped text names; `codes` are the codes found in it."""
    needed = _needed(text)
    solutions = _merged(needed + _others(text))
    spelt = {version for _, version in solutions if version}
    return Named(
        solutions=solutions,
        versions=_once([*spelt, *_BARE_VERSION.findall(text)]),
        privileges=_once(_PRIVILEGE.findall(text)),
        roles=_once(role.title() for role in _ROLE.findall(text)),
        users=_once([*_EMAIL.findall(text), *_PRINCIPAL.findall(text), *_ACCOUNT.findall(text)]),
        components=_once(name for pattern in _COMPONENTS for name in pattern.findall(text)),
        connections=_once(_CONNECTION.findall(text)),
        languages=_once([*_LANGUAGE.findall(text), *_LCID.findall(text)]),
        codes=codes[:_MOST],
        correlation_ids=_once(_CORRELATION.findall(text)),
        urls=_once(url.rstrip(".:") for url in _URL.findall(text)),
        missing=_merged(needed),
    )


def _needed(text: str) -> list[tuple[str, str | None]]:
    """Solutions with a version or in an element: what a message of missing dependencies lists."""
    found = [(name.strip(), version or None) for name, version in _ATTRIBUTE.findall(text)]
    found += [(name, version) for name, version in _WITH_VERSION.findall(text)]
    return [(name, version) for name, version in found if _is_solution(name)]


def _others(text: str) -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = [
        (name, number.replace("_", ".")) for name, number in _FILE.findall(text)
    ]
    found += [(name.strip(), None) for name in _QUOTED.findall(text)]
    found += [(name.strip(), None) for pattern in _NAMED for name in pattern.findall(text)]
    return [(name, version) for name, version in found if _is_solution(name)]


def _is_solution(name: str) -> bool:
    return len(name) > 1 and name.casefold() not in _NO_SOLUTIONS and not name.isdigit()


def _merged(found: list[tuple[str, str | None]]) -> tuple[tuple[str, str | None], ...]:
    """Each name once, with the first version that it was seen with."""
    versions: dict[str, str | None] = {}
    for name, version in found:
        versions[name] = versions.get(name) or version
    return tuple(versions.items())[:_MOST]


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))[:_MOST]
