"""Every message of the corpus gets its cause; the accuracy is printed."""

import re
from collections import Counter

import pytest

from core.diagnosis import UNKNOWN, Diagnoser
from core.diagnosis.moves import Verdict, judge, moves, read_messages, read_snapshot
from tests.paths import SHARED

LEAST = 160
LEAST_WITHOUT = 50
LEAST_RIGHT = 0.97
MOST_FALSE = 0.03
CAUSES = SHARED / "facts" / "causes.md"


@pytest.fixture(scope="module")
def verdicts(diagnoser: Diagnoser) -> tuple[Verdict, ...]:
    return judge(read_messages(), diagnoser)


def test_the_corpus_is_large_enough_when_it_is_counted(verdicts: tuple[Verdict, ...]) -> None:
    assert len(verdicts) >= LEAST
    assert sum(verdict.message.cause == UNKNOWN for verdict in verdicts) >= LEAST_WITHOUT


def test_nearly_every_message_gets_its_cause_when_the_corpus_is_tried(
    verdicts: tuple[Verdict, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    caused = [verdict for verdict in verdicts if verdict.message.cause != UNKNOWN]
    without = [verdict for verdict in verdicts if verdict.message.cause == UNKNOWN]
    right = sum(verdict.is_right for verdict in caused) / len(caused)
    false = sum(not verdict.is_right for verdict in without) / len(without)
    wrong = [f"{v.message.name}: {v.cause}, not {v.message.cause}" for v in verdicts if not v.is_right]
    with capsys.disabled():
        print(f"\ndiagnosis: {right:.1%} of {len(caused)} right, {false:.1%} of {len(without)} given a cause")
    assert right >= LEAST_RIGHT, wrong
    assert false <= MOST_FALSE, wrong


def test_every_message_asks_for_a_cause_that_there_is_when_the_corpus_is_read(
    verdicts: tuple[Verdict, ...], diagnoser: Diagnoser
) -> None:
    assert {verdict.message.cause for verdict in verdicts} <= set(diagnoser.causes)


def test_every_cause_has_a_message_when_the_corpus_is_read(
    verdicts: tuple[Verdict, ...], diagnoser: Diagnoser
) -> None:
    counted = Counter(verdict.message.cause for verdict in verdicts)
    assert [cause for cause in diagnoser.causes if not counted[cause]] == []


def test_no_message_is_there_twice_when_the_corpus_is_read() -> None:
    counted = Counter(" ".join(message.text.split()) for message in read_messages())
    assert [text for text, number in counted.items() if number > 1] == []


def test_the_snapshot_is_current_when_the_rules_are_unchanged(verdicts: tuple[Verdict, ...]) -> None:
    # `python -m core.diagnosis.moves` prints what moved; `--keep` writes it anew once that is meant.
    assert moves(verdicts, read_snapshot()) == ()


@pytest.mark.skipif(not CAUSES.is_file(), reason="the list of causes lies beside the project and is not here")
def test_the_records_are_the_causes_by_name_when_the_list_is_here(diagnoser: Diagnoser) -> None:
    listed = re.findall(r"^\| ([a-z]+(?:-[a-z]+)*) \|", CAUSES.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(listed) - {"id"} <= set(diagnoser.causes)
