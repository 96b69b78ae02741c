"""Which of two versions in a message is higher."""

import pytest

from core.diagnosis.comparing import HIGHER, LOWER, compare_versions


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("package version: 32 9.2, system version: 32 9.1.", HIGHER),
        ("package version: 32 5.0, system version: 32 9.2.", LOWER),
        ("package version: 9.2, system version: 9.2", ""),
        ("package version of 9.2 or earlier. solution x has package version 9.3.", HIGHER),
        ("package version of 9.2 or earlier. solution x has package version 8.0.", LOWER),
        ("solution package version: 9.1 against the organization with version : 9.0.3.7", HIGHER),
        ("version 1.2.3", ""),
        ("nothing", ""),
    ],
)
def test_the_order_is_said_when_the_text_gives_both(text: str, said: str) -> None:
    assert compare_versions(text) == said
