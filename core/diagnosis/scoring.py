"""From evidence to a cause: what was found, what it weighs, and which cause stands behind the others."""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from core.diagnosis.codes import is_platforms
from core.diagnosis.phrases import FAR, Findable, Phrase, Together, phrase_of
from core.diagnosis.records import Record, Setting

DECIDES = 0.95
# Words that every product shares decide in the platform's messages.
COMMON = 0.93
CODE_DECIDES = 0.9
LIKELY = 0.7
CODE_LIKELY = 0.6
HINT = 0.3
NEARBY = 0.45
OUT_OF_CONTEXT = 0.2
# A cause is named from here on; below it the answer is that none is known.
THRESHOLD = 0.55
# And it explains another from here on: a lone code that points elsewhere does not.
EXPLAINS = LIKELY
SURE = 0.85
SURE_BY = 0.1
# Another product's message stays below the threshold however much of it looks familiar.
FOREIGN = 0.5
OWN_FAULT = 0.5
# What a running app, a query or a compiler says is no failure of an installation, unless a code or an import says so.
ELSEWHERE = 0.5
# So many characters of the message are given as a reason.
SHOWN = 120
_GAP = " " * (FAR + 1)
_HOST = re.compile(r"https?://([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,7}\.[a-z][a-z-]{1,20})(?![a-z0-9-])")


@dataclass(frozen=True, slots=True)
class Clue:
    """Something that matched: what, how much it says (0 to 1), where it ends in the folded text, and the words there.

    `start` is where it begins: what stands in the same place says it once.
    """

    what: str
    weight: float
    at: int
    is_loose: bool = False
    said: str = ""
    start: int = 0


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

    @property
    def is_loose(self) -> bool:
        """Whether only words in any order, and hints, speak for it."""
        return all(clue.is_loose or clue.weight <= HINT for clue in self.clues)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Whether a message is the platform's, another product's, or a tool's own fault, and whether of an installation.

    `is_elsewhere`: a compiler's, or a running app's, page's or query's, and nothing is installed in it.
    """

    is_platform: bool
    is_nearby: bool
    is_foreign: bool
    is_own_fault: bool
    is_elsewhere: bool


class Surveyor:
    """Tells whose message it is."""

    def __init__(self, setting: Setting) -> None:
        self._platform = tuple(map(phrase_of, setting.platform))
        self._nearby = tuple(map(phrase_of, setting.nearby))
        self._foreign = tuple(map(phrase_of, setting.foreign))
        self._own_faults = tuple(map(phrase_of, setting.own_faults))
        self._elsewhere = tuple(map(phrase_of, setting.elsewhere))
        self._installing = tuple(map(phrase_of, setting.installing))
        self._wrappers = tuple(map(phrase_of, setting.wrappers))
        self._hollow = tuple(map(Phrase, setting.hollow))
        self._hosts = tuple(setting.hosts)

    def survey(self, folded: str, codes: Iterable[str]) -> Surroundings:
        """Whose message it is, by its words and codes."""
        has_code = any(map(is_platforms, codes))
        return Surroundings(
            is_platform=has_code or _any(self._platform, folded),
            is_nearby=_any(self._nearby, folded),
            is_foreign=_any(self._foreign, folded) or self._names_anothers_host(folded),
            # What the platform gives a code to is no tool's own fault.
            is_own_fault=not has_code and _any(self._own_faults, folded),
            is_elsewhere=_any(self._elsewhere, folded) and not _any(self._installing, folded),
        )

    def without_hollow(self, folded: str) -> str:
        """The message without what says nothing; phrases do not reach over the gap."""
        for phrase in self._hollow:
            for start, end in reversed(phrase.find_all(folded) if phrase.find(folded) else []):
                folded = f"{folded[:start]}{_GAP}{folded[end:]}"
        return folded

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

    @property
    def phrases(self) -> tuple[Findable, ...]:
        """All that it looks for."""
        found = (*self._decide, *self._common, *self._likely, *self._in_context, *self._hint)
        return (*found, *self._not_with)

    def look(
        self,
        folded: str,
        codes: Iterable[str],
        around: Surroundings,
        may: Container[Findable] | None = None,
    ) -> Finding | None:
        """What speaks for the cause in the folded text, or None; `may` are the phrases that can be in it, if known."""
        may = self.phrases if may is None else may
        is_theirs = around.is_platform or not around.is_foreign
        clues = [Clue(f"code {code}", self._weight(code, around), 0) for code in codes if code in self._codes]
        clues += _clues(self._decide, may, folded, DECIDES)
        clues += _clues(self._common, may, folded, _common(around))
        clues += _clues(self._likely, may, folded, LIKELY if is_theirs else OUT_OF_CONTEXT)
        clues += _clues(self._in_context, may, folded, _in_context(around))
        clues += _clues(self._hint, may, folded, HINT if is_theirs else 0.0)
        if not clues or _any([phrase for phrase in self._not_with if phrase in may], folded):
            return None
        return Finding(self.cause, _together(clues, around), tuple(clues))

    def _weight(self, code: str, around: Surroundings) -> float:
        """What a code says: one that every program can meet says little outside of the platform's messages."""
        return self._codes[code] if around.is_platform or is_platforms(code) else OUT_OF_CONTEXT


def choose(findings: Iterable[Finding], yields: Mapping[str, frozenset[str]]) -> list[Finding]:
    """The findings that are enough, the cause first: one that another explains comes after that.

    What only words in any order speak for comes after all that something firmer does, and explains none of it.
    """
    enough = [finding for finding in findings if finding.score >= THRESHOLD]
    explaining = [finding for finding in enough if round(finding.score, 2) >= EXPLAINS]
    causes = {is_loose: {f.cause for f in explaining if f.is_loose is is_loose} for is_loose in (False, True)}

    def knocked_on(finding: Finding) -> bool:
        others = causes[finding.is_loose] - {finding.cause}
        return bool(others & yields[finding.cause] or ("*" in yields[finding.cause] and others))

    # Of equals the innermost, which messages give last.
    return sorted(enough, key=lambda each: (each.is_loose, knocked_on(each), -round(each.score, 2), -each.at))


def _common(around: Surroundings) -> float:
    if around.is_platform:
        return LIKELY if around.is_foreign else COMMON
    return LIKELY if around.is_nearby and not around.is_foreign else OUT_OF_CONTEXT


def _in_context(around: Surroundings) -> float:
    if around.is_platform:
        return NEARBY if around.is_foreign else LIKELY
    return NEARBY if around.is_nearby and not around.is_foreign else OUT_OF_CONTEXT


def _weighed(*levels: tuple[Iterable[str], float]) -> dict[str, float]:
    return {code: weight for codes, weight in levels for code in codes}


def _any(phrases: Iterable[Findable], folded: str) -> bool:
    return any(phrase.find(folded) for phrase in phrases)


def _clues(phrases: Iterable[Findable], may: Container[Findable], folded: str, weight: float) -> list[Clue]:
    found = ((phrase, phrase.find(folded)) for phrase in phrases if phrase in may)
    return [
        Clue(
            f"“{phrase.words}”",
            weight,
            place[1],
            isinstance(phrase, Together),
            _said(folded, place),
            place[0],
        )
        for phrase, place in found
        if place
    ]


def _said(folded: str, place: tuple[int, int]) -> str:
    """The words there, shortened in their middle where they are many."""
    words = folded[slice(*place)]
    return f"“{words}”" if len(words) <= SHOWN else f"“{words[: SHOWN // 2]} … {words[-SHOWN // 2 :]}”"


def _apart(clues: list[Clue]) -> list[Clue]:
    """The clues without those that overlap a stronger one."""
    kept: list[Clue] = []
    for clue in sorted(clues, key=lambda clue: -clue.weight):
        if all(clue.at <= other.start or other.at <= clue.start for other in kept):
            kept.append(clue)
    return kept


def _together(clues: list[Clue], around: Surroundings) -> float:
    """What the clues say together: each leaves less doubt."""
    weights = [clue.weight for clue in _apart(clues)]
    strongest = max(weights)
    doubt = 1.0
    # However many of them are out of their context, they are one clue.
    for weight in [weight for weight in weights if weight > OUT_OF_CONTEXT] or [strongest]:
        doubt *= 1 - weight
    score = 1 - doubt
    if around.is_own_fault:
        score *= OWN_FAULT
    if around.is_elsewhere:
        score *= ELSEWHERE
    if around.is_foreign and not around.is_platform:
        score *= FOREIGN
    return score
