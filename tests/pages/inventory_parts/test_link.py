"""The inventory's address: what it says, what it can't mean, and what a press on a head makes of it."""

from datetime import UTC, datetime

import pytest

from core.insight.models import PortalFilter
from pages.inventory_parts import link
from pages.inventory_parts.columns import CHOSEN
from pages.inventory_parts.link import Choices

WORDS = {
    "state": {"configuring": "Configuring", "provisioned": "Provisioned", "deleted": "Deleted"},
    "verdict": {"healthy": "Healthy", "failed": "Failed"},
    "instance": {"contoso": "Contoso", "fabrikam": "Fabrikam"},
    "portal": {"custom": "Custom Portal"},
    "audience": {"customer": "Customer"},
    "language": {"1036": "French", "1041": "Japanese"},
    "type": {"trial": "Trial"},
    "cause": {"lock": "Another import runs"},
}


def _read(**address: str) -> Choices:
    return link.read(lambda name: address.get(name.replace("-", "_"), ""), WORDS)


def test_everything_but_what_is_deleted_is_wanted_when_the_address_says_nothing() -> None:
    choices = _read()
    assert choices.wanted == PortalFilter(exclude_states=("deleted",))
    assert (choices.sort, choices.columns, choices.cursor, choices.page) == (link.NEWEST, CHOSEN, None, 1)
    assert not choices.is_narrowed


def test_values_are_chosen_and_left_out_when_the_address_names_them() -> None:
    choices = _read(
        state="configuring",
        not_instance="fabrikam",
        language="1036,1041",
        cause="lock",
        failed="now",
        trial="7",
    )
    assert choices.wanted == PortalFilter(
        states=("configuring",),
        exclude_states=("deleted",),
        exclude_instances=("fabrikam",),
        languages=(1036, 1041),
        causes=("lock",),
        failing=True,
        trial_ends_within=7,
    )
    assert choices.filters == 6
    assert choices.is_narrowed


@pytest.mark.parametrize("address", [{"state": "deleted"}, {"deleted": "show"}])
def test_deleted_ones_are_there_when_they_are_asked_for(address: dict[str, str]) -> None:
    assert _read(**address).wanted.exclude_states == ()


def test_a_day_is_from_midnight_to_midnight_when_it_is_chosen() -> None:
    wanted = _read(day="2026-11-25").wanted
    assert wanted.created_after == datetime(2026, 11, 25, tzinfo=UTC)
    assert wanted.created_before == datetime(2026, 11, 26, tzinfo=UTC)


def test_what_there_is_not_is_named_when_the_address_asks_for_it() -> None:
    choices = _read(state="odd,configuring", day="yesterday", sort="-odd", columns="name,odd", failed="never")
    assert sorted(choices.unknown) == ["-odd", "never", "odd", "odd", "yesterday"]
    assert choices.wanted.states == ("configuring",)
    assert (choices.sort, choices.columns) == (link.NEWEST, ("name",))


@pytest.mark.parametrize(("page", "read"), [("3", 3), ("-1", 1), ("²", 1), ("9" * 40, 1), ("", 1)])
def test_the_page_is_a_number_when_it_can_be_one(page: str, read: int) -> None:
    assert _read(page=page).page == read


@pytest.mark.parametrize(
    ("before", "field", "after"),
    [
        (link.NEWEST, "name", "name"),
        ("name", "name", "-name"),
        ("-name", "name", "name"),
        ("name", "last_run_at", "-last_run_at"),
        ("-last_run_at", "last_run_at", "last_run_at"),
    ],
)
def test_a_head_sorts_and_turns_round_when_it_is_pressed(before: str, field: str, after: str) -> None:
    assert link.sorted_by(before, field) == after


def test_the_list_can_be_sorted_in_the_store_when_a_head_offers_it() -> None:
    from core.insight.inventory.sorting import SORTS

    assert {one.removeprefix("-") for one in link.SORTS} <= set(SORTS)
