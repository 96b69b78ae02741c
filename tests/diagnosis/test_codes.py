"""Codes in a text, however they are written."""

import pytest

from core.diagnosis.codes import find_codes, normalise_code


@pytest.mark.parametrize(
    "text",
    [
        "0x8004801D",
        "0x8004801d",
        "Error code 8004801D.",
        "ErrorCode: -2147188707",
        "errorcode 2147188707",
        "code=2147778589",
        "&Error=8004801D&",
    ],
)
def test_one_code_is_found_when_it_is_written_in_any_way(text: str) -> None:
    assert find_codes(text) == ("0x8004801D",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "8004801D-1111-2222-3333-444455556666",
        "18004801D",
        "0x8004801D0",
        "1234567890",
        "9.2.2147188707.1",
    ],
)
def test_no_code_is_found_when_digits_mean_something_else(text: str) -> None:
    assert find_codes(text) == ()


def test_each_code_comes_once_when_it_is_there_twice() -> None:
    assert find_codes("0x80048033 then 0x8004801E, again -2147188685") == ("0x80048033", "0x8004801E")


def test_a_word_is_no_code_when_it_is_normalised() -> None:
    assert normalise_code("timeout") is None
