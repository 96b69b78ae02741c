"""Limit, offset and sort."""

from typing import Any

import pytest

from core.commandline.lists import Page
from core.errors import InvalidValue

ITEMS: list[dict[str, Any]] = [
    {"name": "b", "size": 2},
    {"name": "A", "size": None},
    {"name": "c", "size": 1},
]


def _names(page: Page) -> list[str]:
    return [item["name"] for item in page.cut(ITEMS)["items"]]


def test_everything_comes_in_its_order_when_nothing_is_asked() -> None:
    assert _names(Page.of(None, 0, None, ("name",))) == ["b", "A", "c"]


def test_a_part_comes_when_limit_and_offset_are_given() -> None:
    page = Page.of(1, 1, None, ("name",))
    assert page.cut(ITEMS) == {"total": 3, "items": [ITEMS[1]]}
    assert Page.of(0, 0, None, ()).cut(ITEMS) == {"total": 3, "items": []}
    assert Page.of(None, 9, None, ()).cut(ITEMS) == {"total": 3, "items": []}


def test_the_order_is_that_of_the_field_when_sorted() -> None:
    assert _names(Page.of(None, 0, "name", ("name",))) == ["A", "b", "c"]
    assert _names(Page.of(None, 0, "-name", ("name",))) == ["c", "b", "A"]
    assert _names(Page.of(None, 0, "size", ("size",))) == ["c", "b", "A"]


@pytest.mark.parametrize(
    ("limit", "offset", "sort", "field"),
    [(-1, 0, None, "limit"), (1, -1, None, "offset"), (1, 0, "--name", "sort")],
)
def test_the_option_is_named_when_its_value_is_wrong(
    limit: int, offset: int, sort: str | None, field: str
) -> None:
    with pytest.raises(InvalidValue) as caught:
        Page.of(limit, offset, sort, ("name",))
    assert caught.value.field == field
