import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.solutions.errors import VersionInvalid
from core.solutions.version import Version


@pytest.mark.parametrize(
    ("lower", "higher"),
    [("1.9", "1.10"), ("0.2.3", "0.2.22"), ("9.2.22054.000142", "9.2.22054.143"), ("1", "1.0.0.1")],
)
def test_parts_are_compared_as_numbers_when_their_texts_would_compare_otherwise(
    lower: str, higher: str
) -> None:
    assert Version.parse(lower) < Version.parse(higher)
    assert not Version.parse(higher) <= Version.parse(lower)


@pytest.mark.parametrize("text", ["2", "2.0", "2.0.0", "2.0.0.0", "02.00", " 2.0 "])
def test_versions_are_equal_when_only_zeros_differ(text: str) -> None:
    assert Version.parse(text) == Version.parse("2.0.0.0")
    assert hash(Version.parse(text)) == hash(Version.parse("2.0.0.0"))


def test_text_stays_as_written_when_it_has_leading_zeros() -> None:
    assert str(Version.parse("9.2.21053.00132")) == "9.2.21053.00132"


@pytest.mark.parametrize(
    "text", ["", "1.", ".1", "1..2", "1.2.3.4.5", "v1.0", "1.0-beta", "1,0", "²", "9999999999"]
)
def test_version_is_refused_when_it_is_malformed(text: str) -> None:
    with pytest.raises(VersionInvalid) as caught:
        Version.parse(text)
    assert caught.value.code == "invalid-version"


def test_single_part_is_refused_when_two_are_needed() -> None:
    with pytest.raises(VersionInvalid, match="two to four"):
        Version.parse("2", min_parts=2)


@given(
    st.lists(st.integers(0, 99999), min_size=1, max_size=4),
    st.lists(st.integers(0, 99999), min_size=1, max_size=4),
)
def test_order_is_that_of_padded_numbers_when_any_two_are_compared(one: list[int], other: list[int]) -> None:
    def padded(parts: list[int]) -> list[int]:
        return parts + [0] * (4 - len(parts))

    first, second = (Version.parse(".".join(map(str, parts))) for parts in (one, other))
    assert (first < second) == (padded(one) < padded(other))
    assert (first == second) == (padded(one) == padded(other))


def test_version_is_not_equal_when_compared_with_text() -> None:
    assert Version.parse("1.0") != "1.0"
