"""Sifting phrases leaves out none that is in a text."""

import pytest

from core.diagnosis.folding import fold
from core.diagnosis.moves import read_messages
from core.diagnosis.phrases import phrase_of
from core.diagnosis.reading import load_records
from core.diagnosis.scoring import Recogniser
from core.diagnosis.sieving import Sieve


@pytest.mark.parametrize(
    ("text", "kept"),
    [("it failed here", ["it failed", "(a|it|) here", "#"]), ("nothing", ["(a|it|) here", "#"])],
)
def test_only_phrases_whose_words_are_there_are_left_when_a_text_is_sifted(
    text: str, kept: list[str]
) -> None:
    phrases = [phrase_of(words) for words in ("it failed", "(a|it|) here", "#", "elsewhere & failed")]
    found = Sieve(phrases).sift(text)
    assert {phrase.words for phrase in found} <= set(kept)
    assert {phrase.words for phrase in phrases if phrase.find(text)} <= {phrase.words for phrase in found}


def test_no_phrase_that_a_message_has_is_left_out_when_the_corpus_is_sifted() -> None:
    phrases = [phrase for record in load_records()[0] for phrase in Recogniser(record).phrases]
    sieve = Sieve(phrases)
    for message in read_messages()[::9]:
        folded = fold(message.text)
        kept = sieve.sift(folded)
        assert [phrase.words for phrase in phrases if phrase not in kept and phrase.find(folded)] == []
