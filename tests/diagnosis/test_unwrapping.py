"""What is around a message goes."""

import pytest

from core.diagnosis.unwrapping import HEAD, TAIL, bounded, unwrap


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("2023-11-21T21:14:45.79Z Import failed", "Import failed"),
        ("##[error]Import failed", "Import failed"),
        ("2023-11-21T21:14:45Z ##[error]Import failed", "Import failed"),
        ("[ 'Import failed' ]", "Import failed"),
        ("a\\r\\nb", "a\nb"),
        ('a \\"b\\"', 'a "b"'),
        ("it\\u0027s", "it's"),
        ("&lt;x&amp;gt;", "x"),
        ('<Data ss:Type="String">Import failed</Data>', "Import failed"),
        ("Import_x0020_failed", "Import failed"),
        (
            "Boom at Microsoft.Crm.Import.Run(String a, Int32 b) in C:\\x\\y.cs:line 7",
            "Boom at Microsoft.Crm.Import.Run",
        ),
    ],
)
def test_the_inner_words_stay_when_they_are_wrapped(text: str, inner: str) -> None:
    assert unwrap(text).split() == inner.split()


def test_attributes_stay_when_an_element_is_taken_apart() -> None:
    assert 'solution="Base (1.0)"' in unwrap(
        '<MissingDependency><Required type="1" solution="Base (1.0)" /></MissingDependency>'
    )


def test_both_ends_stay_when_a_text_is_huge() -> None:
    kept = bounded("a" * HEAD + "b" * 1_000_000 + "c" * TAIL)
    assert kept == f"{'a' * HEAD}\n{'c' * TAIL}"


def test_bytes_are_read_when_they_are_no_text() -> None:
    assert bounded(b"\xff\xfe import") == "\ufffd\ufffd import"
