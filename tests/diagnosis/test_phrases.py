"""What a phrase finds."""

import pytest

from core.diagnosis.folding import fold
from core.diagnosis.phrases import Phrase, PhraseError, phrase_of


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("missing dependencies", "There are missing   dependencies."),
        ("import failure", "Workflow import: FAILURE"),
        ("(is|are) missing", "X is missing."),
        ("has (already |)been", "has been"),
        ("has (already |)been", "has already been"),
        ("a…b", "a and then b"),
        ("solution * exists", "Solution Contoso_Upgrade exists"),
        ("* failed", "import failed"),
        ("error # of", "error 17 of"),
        ("~_upgrade exists", "X_Upgrade exists"),
        ("throttl~", "you are throttled"),
        ("(x|y (a|b)) z", "y b z"),
        ("dépendances manquantes", "Dependances manquantes"),
        ("cant be", "can’t be"),
        ("site", 'it is _"Site"_'),
        ("~依存関係が不足~", "必要な依存関係が不足しています"),
    ],
)
def test_a_phrase_is_found_when_the_text_has_it(words: str, text: str) -> None:
    assert Phrase(words).find(fold(text))


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("import failed", "important, failed"),
        ("a b", "b a"),
        ("a…b", f"a {'x' * 100} b"),
        ("403", "14035"),
        ("prv~", "xprvCreate"),
        ("(is|are) missing", "was missing"),
        ("import failed", "No import. Failed."),
        ("website id", "adx_website id"),
        ("a…b", "It is a. But b is another."),
    ],
)
def test_a_phrase_is_not_found_when_the_text_lacks_it(words: str, text: str) -> None:
    assert Phrase(words).find(fold(text)) is None


def test_a_wide_gap_is_bridged_when_the_phrase_allows_it() -> None:
    assert Phrase("start……end").find(fold(f"start {'x ' * 100} end"))
    assert Phrase("start……end").find("the start. and the end")


def test_the_last_place_is_given_when_there_are_several() -> None:
    assert Phrase("no").find("no no") == (3, 5)


@pytest.mark.parametrize("words", ["(a|b", "a)", "…a", "a…", "a|b", "", "(a…b)"])
def test_a_phrase_is_refused_when_it_is_not_written_as_one(words: str) -> None:
    with pytest.raises(PhraseError):
        Phrase(words)


@pytest.mark.parametrize(
    "text",
    [
        "the number of trials is reached",
        "trials: you reached the number",
        "a number, and later reached; number of all trials reached",
    ],
)
def test_words_that_belong_together_are_found_when_they_come_in_any_order(text: str) -> None:
    assert phrase_of("(number|limit) & reached & (trial|trials)").find(fold(text))


@pytest.mark.parametrize(
    "text",
    [
        "the number is reached",
        "reached trials",
        f"number reached {'x ' * 200} trials",
        "number reached. trials",
        "",
    ],
)
def test_words_that_belong_together_are_not_found_when_one_is_missing_or_far_off(text: str) -> None:
    assert phrase_of("(number|limit) & reached & (trial|trials)").find(fold(text)) is None


def test_the_place_spans_all_when_words_belong_together() -> None:
    assert phrase_of("b & a").find("b a x a b") == (6, 9)


def test_words_that_belong_together_are_refused_when_one_is_not_written_as_a_phrase() -> None:
    with pytest.raises(PhraseError):
        phrase_of("a & (b")
