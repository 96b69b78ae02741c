"""Phrases that a message is searched for: words with gaps, alternatives and names; never slow, whatever the text.

word word        the words in this order; between them anything that is no letter or digit, and no end of a sentence
(one|two|)       one of these; an empty one makes it optional; they can stand in one another
…   ……           a gap of up to 80 characters in a sentence, or 320 over several; not inside brackets
*                one word, name or number;   # digits;   ~ at an end: a longer word counts as well
A & B & C        each of these, in any order, within 240 characters of a sentence
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from heapq import merge
from typing import Protocol

from core.diagnosis.folding import fold

NEAR = 80
FAR = 320
TOGETHER = 240
_GAP = re.compile(r"(……|…)")
_TOKEN = re.compile(r"[()|#*]|[ ]+|[^()|#* ]+")
_FIXED = {"(": "(?:", ")": ")", "|": "|", "#": r"\d{1,12}", "*": r"[^ ]{1,120}"}
_PLAIN = re.compile(r"[^()|#* ~]+")
_MOST_NEEDLES = 3
_END = ". "
# Between two words of a piece; a sentence does not end there.
_BETWEEN = r"(?:(?!\. )\W){1,6}"

# What a text must have, at least one of each: without it there is no need to look closer.
Needles = tuple[str, ...]


class PhraseError(ValueError):
    """A phrase is not written as phrases are."""


class Findable(Protocol):
    """What a text can be searched for; `words` is how it was written, `needles` what a text must have for it."""

    words: str
    needles: tuple[Needles, ...]

    def find(self, folded: str) -> tuple[int, int] | None:
        """Where the folded text has it, or None."""


class Phrase:
    """A phrase to look for; `words` is how it was written. Its patterns are made when they are first needed."""

    __slots__ = ("_gaps", "_patterns", "_pieces", "needles", "words")

    def __init__(self, words: str) -> None:
        """Raises PhraseError."""
        split = [part.strip() for part in _GAP.split(fold(words).replace("...", "…"))]
        self.words = words
        self._pieces, self._gaps = split[::2], [FAR if gap == "……" else NEAR for gap in split[1::2]]
        _check(words, self._pieces)
        self.needles = _needles(self._pieces)
        self._patterns: list[re.Pattern[str]] = []

    def find(self, folded: str) -> tuple[int, int] | None:
        """Where the folded text has the phrase (the last place), or None. Linear in the text's length."""
        # A diagnosis asks this of every phrase: this loop is where its time goes, so nothing is called in it.
        for needles in self.needles:
            for needle in needles:
                if needle in folded:
                    break
            else:
                return None
        places = self.find_all(folded)
        return places[-1] if places else None

    def find_all(self, folded: str) -> list[tuple[int, int]]:
        """Every place, in order, in a text that may have it."""
        first, *others = self._patterns or self._made()
        chains = [found.span() for found in first.finditer(folded)]
        for pattern, gap in zip(others, self._gaps, strict=True):
            if not chains:
                break
            chains = _linked(chains, [found.span() for found in pattern.finditer(folded)], gap, folded)
        return chains

    def _made(self) -> list[re.Pattern[str]]:
        self._patterns = [_compile_piece(piece) for piece in self._pieces]
        return self._patterns


class Together:
    """Phrases that stand near one another, in any order."""

    __slots__ = ("_phrases", "needles", "words")

    def __init__(self, words: str) -> None:
        """Raises PhraseError."""
        self.words = words
        phrases = [Phrase(part.strip()) for part in words.split(" & ")]
        self.needles = tuple(
            sorted((needles for phrase in phrases for needles in phrase.needles), key=_commonness)
        )
        # The rarest is looked for first: mostly it is not there, and nothing else need be looked for.
        self._phrases = sorted(
            phrases, key=lambda phrase: _commonness(phrase.needles[0]) if phrase.needles else 1
        )

    def find(self, folded: str) -> tuple[int, int] | None:
        """The last place where each is within TOGETHER characters, or None."""
        for needles in self.needles:
            for needle in needles:
                if needle in folded:
                    break
            else:
                return None
        places = []
        for phrase in self._phrases:
            found = phrase.find_all(folded)
            if not found:
                return None
            places.append(found)
        return _gathered(places, folded)


@cache
def phrase_of(words: str) -> Findable:
    """The phrase, made once; raises PhraseError."""
    return Together(words) if " & " in words else Phrase(words)


def _gathered(places: list[list[tuple[int, int]]], folded: str) -> tuple[int, int] | None:
    """The last stretch that has a place of each, if it is short enough: as places come, the latest of each counts."""
    latest: dict[int, tuple[int, int]] = {}
    gathered = None
    for start, end, which in merge(
        *([(*span, which) for span in found] for which, found in enumerate(places))
    ):
        latest[which] = (start, end)
        if len(latest) == len(places):
            first, last = min(each[0] for each in latest.values()), max(each[1] for each in latest.values())
            gathered = (
                (first, last) if last - first <= TOGETHER and _is_one(folded, first, last) else gathered
            )
    return gathered


def _is_one(folded: str, start: int, end: int) -> bool:
    """Whether it is one sentence from one place to the other."""
    return folded.find(_END, start, end) < 0


def _check(words: str, pieces: list[str]) -> None:
    for piece in pieces:
        if not piece.strip(" ~"):
            raise PhraseError(f"a gap needs words on both sides: {words!r}")
        if "|" in _without_brackets(piece):
            raise PhraseError(f"alternatives stand in brackets: {words!r}")
        if re.search("[()]", _without_brackets(piece)):
            raise PhraseError(f"brackets do not match, or a gap stands in them: {words!r}")


def _linked(
    chains: list[tuple[int, int]], found: list[tuple[int, int]], gap: int, folded: str
) -> list[tuple[int, int]]:
    """Each find that follows the end of a chain closely enough, with that chain's start."""
    ends = [end for _, end in chains]
    linked = []
    for start, end in found:
        at = bisect_left(ends, start + 1) - 1
        if at >= 0 and start - ends[at] <= gap and (gap == FAR or _is_one(folded, ends[at], start)):
            linked.append((chains[at][0], end))
    return linked


def _compile_piece(piece: str) -> re.Pattern[str]:
    body = piece.strip("~ ")
    parts = _TOKEN.findall(body)
    source = "".join(_source(part, before, after) for before, part, after in _with_neighbours(parts))
    front = r"(?<![0-9a-z_])" if not piece.startswith("~") and _is_edge(body[0]) else ""
    back = r"(?![0-9a-z_])" if not piece.endswith("~") and _is_edge(body[-1]) else ""
    return re.compile(f"{front}(?:{source}){back}")


def _with_neighbours(parts: list[str]) -> Iterator[tuple[str, str, str]]:
    return zip(["", *parts], parts, [*parts[1:], ""], strict=False)


def _is_edge(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character in "()#")


def _source(part: str, before: str, after: str) -> str:
    """The pattern of one part; none can match one text in many ways, so that no text takes long."""
    if part.isspace():
        if before == "*":
            return r" [^\w ]{0,4}"
        return r"[^\w ]{0,4} " if after == "*" else _BETWEEN
    if part in _FIXED:
        return _FIXED[part]
    # Inside a piece ~ lets a word go on.
    return re.escape(part).replace(r"\~", r"\w{0,30}").replace("~", r"\w{0,30}")


def _without_brackets(piece: str) -> str:
    bare = re.sub(r"\([^()]*\)", " ", piece)
    return bare if bare == piece else _without_brackets(bare)


def _needles(pieces: list[str]) -> tuple[Needles, ...]:
    """The rarest demands: long words that must be there, and groups of which one word must be there."""
    demands: list[Needles] = [
        (word,) for piece in pieces for word in _PLAIN.findall(_without_brackets(piece))
    ]
    demands += [needles for piece in pieces for needles in _grouped(piece)]
    return tuple(sorted(demands, key=_commonness)[:_MOST_NEEDLES])


def _commonness(needles: Needles) -> float:
    """How likely one of them is in a text, roughly: the longer, the rarer."""
    return sum(0.45 ** len(needle) for needle in needles)


def _grouped(piece: str) -> list[Needles]:
    """For each group of a piece without groups inside: a word of each alternative, unless one may be empty."""
    found = []
    for group in re.findall(r"\(([^()]*)\)", piece) if not re.search(r"\([^)]*\(", piece) else []:
        words = [max(_PLAIN.findall(option), key=len, default="") for option in group.split("|")]
        if all(words):
            found.append(tuple(dict.fromkeys(words)))
    return found
