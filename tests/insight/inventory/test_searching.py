"""A text is found wherever it stands, however long it is and however many share its ends."""

import pytest

from core.insight.inventory import searching
from core.insight.models import PortalFilter
from tests.insight.rows import add_portal
from tests.portals.world import ADMIN, World

NAMES = (
    "wingtip-help-munich",
    "wingtip-shop-munich",
    "wingtip-munich",
    'wing"tip help munich',
    "コントソ ヘルプ デスク 東京 支店",
)


@pytest.mark.parametrize("most_compared", [0, 2, searching.MOST_COMPARED])
def test_every_part_of_a_name_finds_whoever_has_it(
    world_on_both: World, most_compared: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST_COMPARED", most_compared)
    ids = {add_portal(world_on_both, f"s-{number}", name=name): name for number, name in enumerate(NAMES)}
    inventory = world_on_both.services.inventory
    for name in NAMES:
        for start in range(0, len(name), 3):
            for end in range(start + searching.LETTERS, len(name) + 1, 2):
                text = name[start:end].strip()
                expected = {number for number, one in ids.items() if text in one}
                assert set(inventory.ids(PortalFilter(search=text), ADMIN, 10)) == expected, text
