"""Pages of the list: turned by key, true in a list that changes."""

import base64
import json

import pytest

from core.errors import InvalidValue
from core.insight.inventory import InventoryRow
from core.insight.models import PortalFilter
from tests.insight.rows import add_portal
from tests.portals.world import ADMIN, World

EVERY = PortalFilter()


def names(rows: tuple[InventoryRow, ...]) -> list[str]:
    return [row.subdomain for row in rows]


@pytest.fixture
def six(world_on_both: World) -> World:
    for number in range(6):
        add_portal(world_on_both, f"p-{number}", name=f"Name {number}", created_s=100 - number)
    return world_on_both


def test_next_page_goes_on_behind_the_last_row_when_the_list_has_changed(six: World) -> None:
    inventory = six.services.inventory
    first = inventory.page(EVERY, ADMIN, sort="name", size=2)
    add_portal(six, "early", name="Name 0 and more")
    with six.store.writing() as session:
        from core.storage.tables import Portal

        session.delete(session.get_one(Portal, 2))  # the row that the cursor stands behind
    second = inventory.page(EVERY, ADMIN, sort="name", size=2, cursor=first.next_cursor)
    assert names(second.items) == ["p-2", "p-3"]
    back = inventory.page(EVERY, ADMIN, sort="name", size=2, cursor=second.previous_cursor)
    assert names(back.items) == ["p-0", "early"]
    assert (back.previous_cursor, back.total) == (None, 6)


@pytest.mark.parametrize(
    "cursor", ["x", "AAAA", "é", "W10", "bnVsbA", "a" * 5000, "WyIt", base64.b64encode(b"[[]" * 400).decode()]
)
def test_first_page_is_pointed_to_when_a_cursor_is_no_cursor(world: World, cursor: str) -> None:
    with pytest.raises(InvalidValue, match="Begin at the first page") as caught:
        world.services.inventory.page(EVERY, ADMIN, cursor=cursor)
    assert caught.value.field == "cursor"


@pytest.mark.parametrize(
    "told",
    [
        ["-created_at", 0, ["2026-11-23T09:00:00+00:00", "1"], 0],
        ["-created_at", 0, ["2026-11-23T09:00:00", 1], 0],
        ["-created_at", 0, ["2026-11-23T09:00:00+00:00", 2**70], 0],
        ["-created_at", 0, ["2026-11-23T09:00:00+00:00"], 0],
        ["-created_at", 1, ["2026-11-23T09:00:00+00:00", 1], 0],
        ["-created_at", 0, ["2026-11-23T09:00:00+00:00", 1], 2],
        ["name", 0, ["2026-11-23T09:00:00+00:00", 1], 0],
        {"sort": "-created_at"},
        ["-created_at", 0, None, 0],
    ],
)
def test_cursor_is_refused_when_it_is_of_another_list_or_made_up(world: World, told: object) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")
    with pytest.raises(InvalidValue):
        world.services.inventory.page(EVERY, ADMIN, cursor=cursor)


@pytest.mark.parametrize("size", [0, -1, 501])
def test_page_is_refused_when_it_has_no_usable_size(world: World, size: int) -> None:
    with pytest.raises(InvalidValue) as caught:
        world.services.inventory.page(EVERY, ADMIN, size=size)
    assert caught.value.field == "size"


def test_list_of_an_action_is_refused_when_too_many_match(six: World) -> None:
    assert len(six.services.inventory.ids(EVERY, ADMIN, 6)) == 6
    with pytest.raises(InvalidValue, match="Narrow"):
        six.services.inventory.ids(EVERY, ADMIN, 5)


def test_token_changes_when_the_list_does(six: World) -> None:
    inventory = six.services.inventory
    before = inventory.change_token(ADMIN)
    assert inventory.change_token(ADMIN) == before
    with six.store.writing() as session:
        from core.storage.tables import Portal

        portal = session.get_one(Portal, 1)
        portal.verdict = "failed"
        session.add(portal)
    assert inventory.change_token(ADMIN) != before


@pytest.mark.parametrize(
    ("age_s", "left"), [(0, 30), (1, 30), (86_400 * 29, 1), (86_400 * 30, 0), (86_400 * 99, 0)]
)
def test_trial_tells_the_days_that_it_has_left(world: World, age_s: float, left: int) -> None:
    add_portal(world, "help", type="trial", created_s=age_s)
    add_portal(world, "paid", created_s=age_s)
    found = {row.subdomain: row.trial_days_left for row in world.services.inventory.page(EVERY, ADMIN).items}
    assert found == {"help": left, "paid": None}
    ending = world.services.inventory.page(PortalFilter(trial_ends_within=1), ADMIN)
    assert ending.total == (left == 1)
