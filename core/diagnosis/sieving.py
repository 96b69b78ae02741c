"""Which of very many phrases can be in a text at all: by single words, each looked for once."""

from collections.abc import Iterable

from core.diagnosis.phrases import Findable


class Sieve:
    """Made once of all phrases; then a text is searched for the few of them that it can have."""

    def __init__(self, phrases: Iterable[Findable]) -> None:
        self._by_needle: dict[str, list[Findable]] = {}
        self._always: list[Findable] = []
        for phrase in dict.fromkeys(phrases):
            # The first demand is the rarest; what is in none of its words is not in the text.
            for needle in phrase.needles[0] if phrase.needles else ():
                self._by_needle.setdefault(needle, []).append(phrase)
            if not phrase.needles:
                self._always.append(phrase)

    def sift(self, folded: str) -> frozenset[Findable]:
        """The phrases that may be in the folded text; every other one is not."""
        found = set(self._always)
        for needle, phrases in self._by_needle.items():
            if needle in folded:
                found.update(phrases)
        return frozenset(found)
