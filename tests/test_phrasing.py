"""How names stand in a sentence."""

from core.phrasing import listed


def test_names_are_listed_when_there_are_none_one_or_more() -> None:
    assert [listed([]), listed(["A"]), listed(["A", "B"]), listed("ABC")] == [
        "",
        "A",
        "A and B",
        "A, B and C",
    ]
