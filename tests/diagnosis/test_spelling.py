"""Slips of the keyboard do not hide a cause."""

import pytest

from core.diagnosis import Diagnoser
from core.diagnosis.spelling import Speller


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("Improt failed due to mising dependancies.", "missing-dependency"),
        ("The soluton file is invlid.", "invalid-package"),
        ("Holdng soluton X already exsits", "holding-solution"),
        ("Athentication faild for the Dataverse user", "sign-in-failed"),
    ],
)
def test_the_cause_is_found_when_words_have_slips(diagnoser: Diagnoser, text: str, cause: str) -> None:
    answer = diagnoser.diagnose(text)
    assert answer.cause == cause
    assert answer.confidence < 0.95


def test_a_word_stays_when_it_is_known_or_far_from_all() -> None:
    text = "solutions banana import"
    assert Speller({"solution", "import"}).put_right(text) is text


def test_the_word_that_is_known_better_is_taken_when_two_are_as_near() -> None:
    known = ["dependances", "dependencies", "dependencies"]
    assert Speller(known).put_right("dependancies") == "dependencies"


def test_swapped_letters_are_put_right_when_one_word_is_near() -> None:
    assert Speller({"solution"}).put_right("soltuion") == "solution"


def test_a_huge_text_is_left_alone_when_it_is_respelt() -> None:
    text = "soltuion " * 5_000
    assert Speller({"solution"}).put_right(text) is text
