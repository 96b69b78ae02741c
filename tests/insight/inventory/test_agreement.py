"""One predicate: what is shown, counted, exported and acted on is the same, whatever is asked for."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from core.access import Actor
from core.insight.inventory import SORTS
from core.insight.models import PortalFilter
from tests.insight.inventory import estate
from tests.portals.world import ADMIN, ADVENTURE, AMELIE, CONTOSO, FABRIKAM, NADIA, STRANGER, World

SEEN: dict[str, frozenset[str] | None] = {
    ADMIN.email: None,
    AMELIE.email: frozenset({CONTOSO}),
    NADIA.email: frozenset({CONTOSO, FABRIKAM}),
    STRANGER.email: frozenset(),
}
TEXTS = (
    "",
    "",
    "élan",
    "p-a",
    "100%",
    "_",
    "ヘルプ",
    "ヘ",
    "zulu 1",
    "contoso.example",
    "laurent@contoso.example",
    "laurent@fabrico.example",
    "no such",
    '"',
    "a",
)
_some: dict[str, Any] = {
    **{
        f"{facet}s": st.lists(st.sampled_from(values), max_size=2).map(tuple)
        for facet, values in estate.VALUES.items()
    },
    **{
        f"exclude_{facet}s": st.one_of(st.just(()), st.just(()), st.tuples(st.sampled_from(values)))
        for facet, values in estate.VALUES.items()
    },
    "causes": st.one_of(st.just(()), st.just(()), st.tuples(st.sampled_from(estate.CAUSES))),
    "ever_failed": st.sampled_from((False, False, True)),
    "failing": st.sampled_from((False, False, True)),
    "trial_ends_within": st.sampled_from((None, None, None, 0, 2, 7, 30, 400)),
    "ids": st.one_of(st.none(), st.none(), st.lists(st.integers(0, 70)).map(tuple)),
    "search": st.sampled_from(TEXTS),
}
# Few fields at a time, so that something is found.
filters = st.fixed_dictionaries({}, optional=_some).flatmap(
    lambda values: (
        st.sets(st.sampled_from(sorted(values)), max_size=3).map(
            lambda names: PortalFilter(**{name: values[name] for name in names})
        )
        if values
        else st.just(PortalFilter())
    )
)


@pytest.fixture
def filled(world_on_both: World) -> World:
    estate.fill(world_on_both)
    return world_on_both


def turned(world: World, wanted: PortalFilter, actor: Actor, sort: str, size: int) -> list[int]:
    """Every id, page by page to the end, after the same was found on the way back."""
    pages = [world.services.inventory.page(wanted, actor, sort=sort, size=size)]
    while (cursor := pages[-1].next_cursor) is not None:
        pages.append(world.services.inventory.page(wanted, actor, sort=sort, size=size, cursor=cursor))
    there = [row.id for page in pages for row in page.items]
    assert pages[0].previous_cursor is None
    back, cursor = [row.id for row in pages[-1].items], pages[-1].previous_cursor
    while cursor is not None:
        page = world.services.inventory.page(wanted, actor, sort=sort, size=size, cursor=cursor)
        back[:0] = [row.id for row in page.items]
        cursor = page.previous_cursor
    assert back == there
    return there


@pytest.mark.slow
def test_shown_is_counted_exported_and_acted_on_whatever_is_asked_for(filled: World) -> None:
    world, inventory, now = filled, filled.services.inventory, filled.clock.now
    rows = estate.portals(world)
    assert {row["verdict"] for row in rows} == set(estate.VALUES["verdict"])

    @settings(
        max_examples=50,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(
        filters,
        st.sampled_from([ADMIN, ADMIN, AMELIE, NADIA, STRANGER]),
        st.sampled_from(SORTS),
        st.booleans(),
        st.sampled_from([3, 10, 500]),
        st.sampled_from([None, None, timedelta(days=10)]),
    )
    def agree(
        wanted: PortalFilter, actor: Actor, field: str, is_down: bool, size: int, age: timedelta | None
    ) -> None:
        wanted = wanted if age is None else replace(wanted, created_after=now - age)
        seen, sort = SEEN[actor.email], f"{'-' if is_down else ''}{field}"
        expected = {row["id"] for row in rows if estate.matches(row, wanted, seen, now)}
        shown = turned(world, wanted, actor, sort, size)
        assert len(shown) == len(set(shown))
        assert set(shown) == expected
        page = inventory.page(wanted, actor, sort=sort)
        assert (page.total, page.is_total_exact) == (len(expected), True)
        assert list(inventory.ids(wanted, actor, 1000, sort)) == shown
        assert [row.id for row in inventory.rows(wanted, actor, sort=sort)] == shown
        listed = world.insight.portals(wanted, actor, sort=sort)
        assert ([one.id for one in listed.items], listed.total) == (shown, len(shown))
        counted = world.insight.facets(wanted, actor)
        facets = inventory.facets(wanted, actor)
        assert facets.is_exact
        look = inventory.look(wanted, actor, sort=sort)
        assert (look.page, look.facets) == (page, facets)
        for facet in estate.VALUES:
            matching = [row for row in rows if row["id"] in expected]
            assert counted[facet] == Counter(str(row[facet]) for row in matching)
            without: dict[str, Any] = {f"{facet}s": (), f"exclude_{facet}s": ()}
            others = replace(wanted, **without)
            if facet == "verdict":
                others = replace(others, failing=False)
            of_trials = wanted.trial_ends_within is not None and facet in ("type", "state")
            matching = [row for row in rows if estate.matches(row, others, seen, now)]
            if not of_trials:
                assert facets.counts[facet] == Counter(str(row[facet]) for row in matching)

    agree()


def test_total_is_counted_no_further_than_ten_thousand_when_a_text_is_common(world: World) -> None:
    from core.insight.inventory import counting, searching

    estate.fill(world, 30)
    most = (searching.MOST_FOUND, counting.COUNTED_EXACTLY)
    searching.MOST_FOUND = counting.COUNTED_EXACTLY = 10
    try:
        inventory = world.services.inventory
        page = inventory.page(PortalFilter(search="contoso.example"), ADMIN)
        assert (page.total, page.is_total_exact) == (10, False)
        assert len(page.items) == 35
        few = inventory.page(PortalFilter(search="contoso.example", ids=(1, 2, 3, 99)), ADMIN)
        assert (few.total, few.is_total_exact) == (3, True)
        facets = inventory.facets(PortalFilter(search="contoso.example"), ADMIN)
        assert not facets.is_exact
        assert sum(facets.counts["state"].values()) == 10
    finally:
        searching.MOST_FOUND, counting.COUNTED_EXACTLY = most


def test_every_instance_is_seen_by_its_people_only_when_figures_are_asked_for(world: World) -> None:
    estate.fill(world)
    rows = estate.portals(world)
    here = [row for row in rows if row["instance"] == ADVENTURE and row["state"] != "deleted"]
    layla = Actor("layla.mansour@adventure-works.example")
    figures = world.services.inventory.look(PortalFilter(), layla).headline
    assert figures.total == len(here)
    assert figures.need_you == sum(row["verdict"] in ("failed", "stuck") for row in here)
    series = world.services.inventory.series(layla, 30)
    assert sum(series.created) == sum(
        row["instance"] == ADVENTURE and world.clock.now - row["created_at"] < timedelta(days=29.3)
        for row in rows
    )
    assert sum(world.services.inventory.series(STRANGER).created) == 0
