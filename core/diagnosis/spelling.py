"""Words with a typing error, put right to the words that the phrases know."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

_WORD = re.compile(r"[a-z]{5,24}")
_LONG = 8
_LONGEST_TEXT = 20_000


class Speller:
    """Puts right words that are one slip away from a known word (two, from a long one).

    A word that is known more than once counts more where several are as near.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self._known = Counter(known)
        self._near: dict[str, list[str]] = {}
        for word in sorted(word for word in self._known if len(word) > 4):  # noqa: PLR2004 - as _WORD says
            for form in _shortened(word):
                self._near.setdefault(form, []).append(word)

    def put_right(self, folded: str) -> str:
        """The text with such words replaced; the same object where there is none, or where it is very long."""
        if len(folded) > _LONGEST_TEXT:
            return folded
        corrected = _WORD.sub(lambda found: self._nearest(found[0]), folded)
        return folded if corrected == folded else corrected

    def _nearest(self, word: str) -> str:
        if not self._known.keys().isdisjoint((word, _stem(word), f"{word}s", f"{word}d", f"{word}ed")):
            return word
        near = {
            known for form in _shortened(word) for known in self._near.get(form, ()) if known[0] == word[0]
        }
        slips = (known for known in near if _is_slip(word, known))
        # Of several the one that the phrases know most often: what is met more is meant more.
        return min(slips, key=lambda known: (-self._known[known], known), default=word)


def words_of(texts: Iterable[str]) -> Iterator[str]:
    """Every word of these folded texts, as often as it is there."""
    return (word for text in texts for word in re.findall(r"[a-z]+", text))


def _stem(word: str) -> str:
    return re.sub(r"(?:ing|ed|es|s|ly)$", "", word)


def _shortened(word: str) -> set[str]:
    """The word and its forms with one letter left out, or two where it is long."""
    once = {word[:at] + word[at + 1 :] for at in range(len(word))}
    twice = (
        {form[:at] + form[at + 1 :] for form in once for at in range(len(form))}
        if len(word) > _LONG
        else set()
    )
    return {word} | once | twice


def _is_slip(word: str, near: str) -> bool:
    """Whether one is the other with at most one slip, two in a long word; swapped letters are one slip."""
    most = 2 if len(near) > _LONG else 1
    if abs(len(word) - len(near)) > most:
        return False
    before: list[int] = []
    row = list(range(len(near) + 1))
    for at, letter in enumerate(word, 1):
        last, row, older = row, [at], before
        for to, other in enumerate(near, 1):
            cost = min(last[to] + 1, row[to - 1] + 1, last[to - 1] + (letter != other))
            if at > 1 and to > 1 and letter == near[to - 2] and word[at - 2] == other:
                cost = min(cost, older[to - 2] + 1)
            row.append(cost)
        before = last
    return row[-1] <= most
