"""Like messages have one fingerprint."""

from core.diagnosis import Diagnoser

LOCK = "Cannot start the requested operation [{}] because there is another [Import] running at this moment."


def test_the_fingerprint_is_one_when_only_names_and_ids_differ(diagnoser: Diagnoser) -> None:
    one = "Entity 'a' With Id = 5c9a1b2d-0000-4000-8000-0000000000aa Does Not Exist, version 1.2.3.4"
    other = "Entity 'bcd' With Id = 7d0b2c3e-1111-4111-9111-1111111111bb Does Not Exist, version 5.6.7.8"
    assert diagnoser.diagnose(one).fingerprint == diagnoser.diagnose(other).fingerprint


def test_the_fingerprint_is_one_when_only_the_log_prefix_differs(diagnoser: Diagnoser) -> None:
    text = LOCK.format("Import")
    assert (
        diagnoser.diagnose(text).fingerprint == diagnoser.diagnose(f"2024-01-01T00:00:00Z {text}").fingerprint
    )


def test_fingerprints_differ_when_the_words_do(diagnoser: Diagnoser) -> None:
    assert (
        diagnoser.diagnose("one thing failed").fingerprint != diagnoser.diagnose("another failed").fingerprint
    )


def test_fingerprints_differ_when_the_codes_do(diagnoser: Diagnoser) -> None:
    assert (
        diagnoser.diagnose("It failed", code_hex="0x80048033").fingerprint
        != diagnoser.diagnose("It failed", code_hex="0x8004801E").fingerprint
    )
