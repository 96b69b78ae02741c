"""Names by pattern."""

import pytest

from core.errors import InvalidValue
from core.portals.bulk.patterns import PLACEHOLDERS, check_pattern, fill

VALUES = {"name": "Help", "subdomain": "help", "instance": "Contoso", "language": "French", "number": "7"}


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("{name} ({language})", "Help (French)"),
        ("{instance}-{subdomain} {number}", "Contoso-help 7"),
        ("Help {number:03}", "Help 007"),
        ("Help {number:3}", "Help 007"),
        ("{{{name}}} 100 %", "{Help} 100 %"),
        ("the same for all", "the same for all"),
    ],
)
def test_placeholders_are_filled_when_they_are_known(pattern: str, name: str) -> None:  # R5
    assert fill(check_pattern(pattern), VALUES) == name


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("", "needs a pattern"),
        ("  ", "needs a pattern"),
        ("x" * 201, "up to 200"),
        ("{nam}", "no placeholder {nam}"),
        ("{}", "no placeholder {}"),
        ("{name", "character 1 stands alone"),
        ("name} x", "character 5 stands alone"),
        ("{name:3}", "Only {number} takes a width"),
        ("{number:10}", "up to 9 digits"),
        ("{name.__class__}", "no placeholder"),
    ],
)
def test_pattern_is_refused_with_its_reason_when_it_can_not_be_filled(pattern: str, told: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        check_pattern(pattern)
    assert told in caught.value.message
    assert caught.value.field == "pattern"


def test_every_placeholder_is_named_when_one_is_unknown() -> None:
    with pytest.raises(InvalidValue) as caught:
        check_pattern("{x}")
    assert all(f"{{{name}}}" in caught.value.message for name in PLACEHOLDERS)
