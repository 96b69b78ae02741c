"""The answer as others rely on it."""

import os
import subprocess
import sys
import time

import pytest

from core.diagnosis import Diagnoser, diagnose, load_diagnoser
from tests.paths import ROOT

KEYS = {
    "cause", "confidence", "sure", "title", "explanation", "remedy", "retry", "named", "because", "also",
    "is_warning", "rules_version", "fingerprint",
}  # fmt: skip
# Seconds that no text may take, with much to spare on a slow machine.
LONGEST_S = 20.0


def test_the_answer_has_what_is_promised_when_it_is_printed(diagnoser: Diagnoser) -> None:
    answer = diagnoser.diagnose("Import failed due to missing dependencies.").as_dict()
    assert set(answer) == KEYS
    assert answer["retry"] == "after-fix"
    assert answer["rules_version"] == diagnoser.version


def test_the_code_counts_when_it_comes_beside_the_text(diagnoser: Diagnoser) -> None:
    assert diagnoser.diagnose("It did not work.", code_hex="0x80071151").cause == "import-lock"


def test_nothing_is_guessed_when_a_code_is_no_code(diagnoser: Diagnoser) -> None:
    assert diagnoser.diagnose("It did not work.", code_hex="none").cause == "unknown"


def test_one_diagnoser_is_kept_when_it_is_loaded_twice() -> None:
    assert load_diagnoser() is load_diagnoser()
    assert diagnose("").rules_version == load_diagnoser().version


@pytest.mark.parametrize("nothing", ["", " \n\t", "\x00\x01", b"\xff\xfe\x00", "…", "?!"])
def test_the_answer_is_unknown_when_nothing_is_said(diagnoser: Diagnoser, nothing: str | bytes) -> None:
    assert diagnoser.diagnose(nothing).cause == "unknown"


@pytest.mark.parametrize(
    "text",
    [
        "a" * 10_000_000,
        "\\" * 2_000_000,
        "attribute!!!!!!!!" * 100_000,
        "the plugin type * does not exist " * 100_000,
        "<a " * 1_000_000,
        "at Microsoft.Crm.X(" * 200_000,
        "&lt;" * 500_000,
        "1.1." * 500_000,
        "((((((" * 200_000,
        "依存関係" * 200_000,
        os.urandom(5_000_000),
    ],
    ids=[
        "one-word",
        "backslashes",
        "no-blanks",
        "phrases",
        "tags",
        "frames",
        "entities",
        "versions",
        "brackets",
        "kanji",
        "bytes",
    ],
)
def test_an_answer_comes_soon_when_the_text_is_meant_to_be_slow(
    diagnoser: Diagnoser, text: str | bytes
) -> None:
    started = time.monotonic()
    diagnoser.diagnose(text)
    assert time.monotonic() - started < LONGEST_S


def test_nothing_heavy_is_loaded_when_a_message_is_diagnosed() -> None:
    heavy = ("pandas", "sqlmodel", "sqlalchemy", "streamlit", "dbos", "plotly")
    program = (
        "import sys; from core.diagnosis import diagnose; diagnose('x');"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
