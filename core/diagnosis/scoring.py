"""From evidence to a cause: what was found, what it weighs, and which cause stands behind the others."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.diagnosis.codes import is_platforms
from core.diagnosis.phrases import Phrase, phrase_of
from core.diagnosis.records import Record, Setting

DECIDES = 0.95
CODE_DECIDES = 0.9
LIKELY = 0.7
CODE_LIKELY = 0.6
HINT = 0.3
NEARBY = 0.45
OUT_OF_CONTEXT = 0.2
# A cause is named from here on; below it the answer is that none is known.
THRESHOLD = 0.55
SURE = 0.85
SURE_BY = 0.1
# Another product's message stays below the threshold however much of it looks familiar.
FOREIGN = 0.5
OWN_FAULT = 0.5
_HOST = re.compile(r"https?://([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,7}\.[a-z][a-z-]{1,20})(?![a-z0-9-])")


@dataclass(frozen=True, slots=True)
class Clue:
    """Something that matched: what, how much it says (0 to 1), and where it ends in the folded text."""

    what: str
    weight: float
    at: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A cause with all that speaks for it."""

    cause: str
    score: float
    clues: tuple[Clue, ...]

    @property
    def at(self) -> int:
        """Where the strongest clue stands."""
        return max(self.clues, key=lambda clue: (clue.weight, clue.at)).at


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Whether a message is the platform's, another product's, or a tool's own fault."""

    is_platform: bool
    is_nearby: bool
    is_foreign: bool
    is_own_fault: bool


class Surveyor:
    """Tells whose message it is."""

    def __init__(self, setting: Setting) -> None:
        self._platform = tuple(map(phrase_of, setting.platform))
        self._nearby = tuple(map(phrase_of, setting.nearby))
        self._foreign = tuple(map(phrase_of, setting.foreign))
        self._own_faults = tuple(map(phrase_of, setting.own_faults))
        self._wrappers = tuple(map(phrase_of, setting.wrappers))
        self._hosts = tuple(setting.hosts)

    def survey(self, folded: str, codes: Iterable[str]) -> Surroundings:
        """Whose message it is, by its words and codes."""
        return Surroundings(
            is_platform=any(map(is_platforms, codes)) or _any(self._platform, folded),
            is_nearby=_any(self._nearby, folded),
            is_foreign=_any(self._foreign, folded) or self._names_anothers_host(folded),
            is_own_fault=_any(self._own_faults, folded),
        )

    def _names_anothers_host(self, folded: str) -> bool:
        hosts = _HOST.findall(folded) if "://" in folded and self._hosts else []
        return any(not f".{host}".endswith(self._hosts) for host in hosts)

    def wrappers(self, folded: str) -> tuple[str, ...]:
        """The wrappers in the message, which say nothing of its cause."""
        return tuple(phrase.words for phrase in self._wrappers if phrase.find(folded))


class Recogniser:
    """Looks for one cause."""

    def __init__(self, record: Record) -> None:
        rules = record.recognise
        self.cause = record.id
        self.yields_to = frozenset(rules.yields_to)
        self._codes = _weighed(
            (rules.codes.hint, HINT), (rules.codes.likely, CODE_LIKELY), (rules.codes.decide, CODE_DECIDES)
        )
        self._decide = tuple(map(phrase_of, rules.words.decide))
        self._common = tuple(map(phrase_of, rules.words.common))
        self._likely = tuple(map(phrase_of, rules.words.likely))
        self._in_context = tuple(map(phrase_of, rules.words.in_context))
        self._hint = tuple(map(phrase_of, rules.words.hint))
        self._not_with = tuple(map(phrase_of, rules.not_with))

    def look(self, folded: str, codes: Iterable[str], around: Surroundings) -> Finding | None:
        """What speaks for the cause in the folded text, or None."""
        is_theirs = around.is_platform or not around.is_foreign
        clues = [Clue(f"code {code}", self._weight(code, around), 0) for code in codes if code in self._codes]
        clues += _clues(self._decide, folded, DECIDES)
        clues += _clues(self._common, folded, _common(around))
        clues += _clues(self._likely, folded, LIKELY if is_theirs else OUT_OF_CONTEXT)
        clues += _clues(self._in_context, folded, _in_context(around))
        clues += _clues(self._hint, folded, HINT if is_theirs else 0.0)
        if not clues or _any(self._not_with, folded):
            return None
        return Finding(self.cause, _together(clues, around), tuple(clues))

    def _weight(self, code: str, around: Surroundings) -> float:
        """What a code says: one that every program can meet says little outside of the platform's messages."""
        return self._codes[code] if around.is_platform or is_platforms(code) else OUT_OF_CONTEXT


def choose(findings: Iterable[Finding], yields: Mapping[str, frozenset[str]]) -> list[Finding]:
    """The findings that are enough, the cause first: one that another explains comes after that."""
    enough = [finding for finding in findings if finding.score >= THRESHOLD]
    causes = {finding.cause for finding in enough}

    def knocked_on(finding: Finding) -> bool:
        others = causes - {finding.cause}
        return bool(others & yields[finding.cause] or ("*" in yields[finding.cause] and others))

    # Of equals the innermost, which messages give last.
    return sorted(enough, key=lambda each: (knocked_on(each), -round(each.score, 2), -each.at))


def _common(around: Surroundings) -> float:
    if around.is_platform:
        return DECIDES
    return LIKELY if around.is_nearby and not around.is_foreign else OUT_OF_CONTEXT


def _in_context(around: Surroundings) -> float:
    if around.is_platform:
        return LIKELY
    return NEARBY if around.is_nearby and not around.is_foreign else OUT_OF_CONTEXT


def _weighed(*levels: tuple[Iterable[str], float]) -> dict[str, float]:
    return {code: weight for codes, weight in levels for code in codes}


def _any(phrases: Iterable[Phrase], folded: str) -> bool:
    return any(phrase.find(folded) for phrase in phrases)


def _clues(phrases: Iterable[Phrase], folded: str, weight: float) -> list[Clue]:
    found = ((phrase, phrase.find(folded)) for phrase in phrases)
    return [Clue(f"“{phrase.words}”", weight, place[1]) for phrase, place in found if place]


def _together(clues: list[Clue], around: Surroundings) -> float:
    """What the clues say together: each leaves less doubt."""
    weights = [clue.weight for clue in clues]
    strongest = max(weights)
    doubt = 1.0
    # However many of them are out of their context, they are one clue.
    for weight in [weight for weight in weights if weight > OUT_OF_CONTEXT] or [strongest]:
        doubt *= 1 - weight
    score = 1 - doubt
    if around.is_own_fault and strongest < DECIDES:
        score *= OWN_FAULT
    if around.is_foreign and not around.is_platform:
        score *= FOREIGN
    return score
