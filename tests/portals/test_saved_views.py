"""Saved views: one's own, shared ones, and who may change them."""

from collections.abc import Callable

import pytest

from core.access import Actor
from core.errors import Conflict, InvalidValue, NameInvalid, NotFound, NotPermitted
from core.portals import saved_views
from tests.portals.world import ADMIN, AMELIE, NADIA, World


def names(world: World, actor: Actor, page: str = "inventory") -> list[tuple[str, bool]]:
    return [(one.name, one.is_own) for one in world.services.saved_views.all(page, actor)]


def test_view_is_ones_own_until_it_is_shared(world_on_both: World) -> None:
    views = world_on_both.services.saved_views
    saved = views.save("inventory", " Failing ", "?state=failed&sort=-name", AMELIE)
    views.save("trends", "Failing", "days=30", AMELIE)
    assert (saved.name, saved.address, saved.owner) == ("Failing", "state=failed&sort=-name", AMELIE.email)
    assert names(world_on_both, NADIA) == []
    views.share(saved.id, AMELIE, is_shared=True)
    views.save("inventory", "Mine", "", NADIA)
    assert names(world_on_both, NADIA) == [("Mine", True), ("Failing", False)]
    assert names(world_on_both, Actor(AMELIE.email.upper())) == [("Failing", True)]
    views.share(saved.id, AMELIE, is_shared=False)
    assert names(world_on_both, NADIA) == [("Mine", True)]


def test_view_is_replaced_when_saved_again_under_its_name(world: World) -> None:
    views = world.services.saved_views
    first = views.save("inventory", "Failing", "state=failed", AMELIE, is_shared=True)
    again = views.save("inventory", "Failing", "verdict=failed", AMELIE)
    assert (again.id, again.address, again.is_shared) == (first.id, "verdict=failed", False)


def test_only_the_owner_changes_a_view(world: World) -> None:
    views = world.services.saved_views
    shared = views.save("inventory", "Ours", "", AMELIE, is_shared=True).id
    own = views.save("inventory", "Mine", "", AMELIE).id
    acts: tuple[Callable[[], object], ...] = (
        lambda: views.rename(shared, "Theirs", NADIA),
        lambda: views.share(shared, NADIA, is_shared=False),
        lambda: views.delete(shared, NADIA),
        lambda: views.rename(shared, "Theirs", ADMIN),
    )
    for act in acts:
        with pytest.raises(NotPermitted, match="amelie"):
            act()
    with pytest.raises(NotFound):  # that it is there is nobody else's business
        views.delete(own, NADIA)
    views.delete(shared, ADMIN)
    views.delete(shared, AMELIE)  # gone already
    assert names(world, AMELIE) == [("Mine", True)]


def test_view_has_another_name_when_renamed(world: World) -> None:
    views = world.services.saved_views
    one, two = (views.save("inventory", name, "", AMELIE).id for name in ("One", "Two"))
    views.rename(one, "Three", AMELIE)
    assert names(world, AMELIE) == [("Three", True), ("Two", True)]
    with pytest.raises(Conflict, match="'Three' already"):
        views.rename(two, "Three", AMELIE)
    with pytest.raises(NameInvalid):
        views.rename(two, " ", AMELIE)
    with pytest.raises(NotFound):
        views.rename(99, "Four", AMELIE)


def test_view_is_refused_when_it_can_not_be_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    views = world.services.saved_views
    for address in ("a" * 4001, "a\nb", "a\0"):
        with pytest.raises(InvalidValue) as caught:
            views.save("inventory", "Long", address, AMELIE)
        assert caught.value.field == "address"
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 1)
    views.save("inventory", "One", "", AMELIE)
    with pytest.raises(InvalidValue, match="Delete one"):
        views.save("inventory", "Two", "", AMELIE)
    views.save("inventory", "One", "again", AMELIE)
