"""Slow, stuck and the rest, with a clock of the test's and rows written by hand; lists and pages agree."""

import pytest

from core.insight.history import History
from core.insight.models import PortalFilter
from tests.insight.rows import add_history, add_portal, add_run
from tests.portals.world import ADMIN, World

# Steps took a third of these: 100 s at most. 95 % took less than 300 s.
USUAL = [150.0, 180.0, 210.0, 240.0, 300.0]


def verdict(world: World, portal_id: int) -> tuple[str | None, str]:
    """The verdict and why, after the list and the figures were asked for the same."""
    shown = world.details(portal_id).verdict
    listed = {one.id: one.verdict for one in world.insight.portals(PortalFilter(), ADMIN).items}
    assert listed[portal_id] == shown.state
    assert world.details(portal_id).portal.verdict == shown.state
    if shown.state is not None:
        matching = world.insight.portals(PortalFilter(verdicts=(shown.state,)), ADMIN).items
        assert portal_id in {one.id for one in matching}
        assert world.insight.facets(PortalFilter(), ADMIN)["verdict"][shown.state] == len(matching)
    return shown.state, shown.reason


def test_portal_is_getting_set_up_when_nothing_is_known_of_its_kind(world: World) -> None:
    portal_id = add_portal(world, "help")
    add_run(world, portal_id, state="running", began_s=100_000, moved_s=90_000, done=1)
    assert verdict(world, portal_id) == ("getting-set-up", "1 of 3 steps done.")


def test_portal_is_getting_set_up_when_its_run_waits_in_the_queue(world: World) -> None:
    add_history(world, USUAL)
    portal_id = add_portal(world, "help")
    add_run(world, portal_id, state="queued", began_s=10)
    assert verdict(world, portal_id) == ("getting-set-up", "0 of 3 steps done.")


@pytest.mark.parametrize(
    ("began_s", "moved_s", "expected"),
    [
        (280, 50, "getting-set-up"),
        (301, 50, "slow"),
        (3000, 50, "slow"),
        (90, 90, "getting-set-up"),
        (120, 101, "stuck"),
        (4000, 3000, "stuck"),
    ],
)
def test_verdict_follows_the_pace(
    world_on_both: World, began_s: float, moved_s: float, expected: str
) -> None:
    world = world_on_both
    add_history(world, USUAL)
    portal_id = add_portal(world, "help")
    add_run(world, portal_id, state="running", began_s=began_s, moved_s=moved_s, done=1)
    assert verdict(world, portal_id)[0] == expected


def test_reason_tells_what_is_slow_or_stuck(world: World) -> None:
    add_history(world, USUAL)
    slow, stuck = add_portal(world, "slow"), add_portal(world, "stuck")
    add_run(world, slow, state="waiting", began_s=400, moved_s=1, done=2)
    add_run(world, stuck, state="running", began_s=900, moved_s=600, done=1)
    assert verdict(world, slow) == ("slow", "Slower than 95 % of its kind; 2 of 3 steps done.")
    assert verdict(world, stuck) == (
        "stuck",
        "No step has moved for 10 min, longer than any of its kind took; 1 of 3 steps done.",
    )


def test_portal_turns_slow_and_then_stuck_when_time_goes_by(world: World) -> None:
    add_history(world, USUAL)
    portal_id = add_portal(world, "help")
    add_run(world, portal_id, state="running", began_s=250, moved_s=0, done=2)
    found = []
    for _ in range(3):
        found.append(verdict(world, portal_id)[0])
        world.clock.advance(60)
    assert found == ["getting-set-up", "slow", "stuck"]


def test_each_kind_has_its_own_pace(world: World) -> None:
    add_history(world, USUAL)
    add_history(world, [time * 100 for time in USUAL], "partner")
    custom, partner = add_portal(world, "one"), add_portal(world, "two", template="partner")
    for portal_id in (custom, partner):
        add_run(world, portal_id, state="running", began_s=1000, moved_s=500, done=1)
    assert [verdict(world, one)[0] for one in (custom, partner)] == ["stuck", "getting-set-up"]


def test_seconds_make_nothing_slow_or_stuck_when_runs_take_a_second(world: World) -> None:
    add_history(world, [1.0] * 5)
    portal_id = add_portal(world, "help")
    add_run(world, portal_id, state="running", began_s=25, moved_s=25, done=1)
    assert verdict(world, portal_id)[0] == "getting-set-up"


@pytest.mark.parametrize(
    ("state", "kept", "error", "expected"),
    [
        ("provisioned", "healthy", None, ("healthy", "The portal answers its visitors.")),
        ("provisioned", "failed", {"message": "Forums was refused."}, ("failed", "Forums was refused.")),
        ("provisioning-failed", "failed", {"message": "Cancelled by x."}, ("failed", "Cancelled by x.")),
        ("provisioning-failed", "failed", None, ("failed", "The last run failed.")),
        ("deleted", None, None, (None, "The portal was deleted.")),
    ],
)
def test_verdict_is_the_one_kept_when_no_run_is_under_way(
    world: World, state: str, kept: str, error: dict[str, str] | None, expected: tuple[str | None, str]
) -> None:
    portal_id = add_portal(world, "help", state=state, verdict=kept)
    add_run(world, portal_id, state="failed", error=error)
    assert verdict(world, portal_id) == expected


@pytest.mark.parametrize("kept", ["failed", "healthy"])
def test_portal_is_getting_set_up_when_a_later_run_is_under_way(world: World, kept: str) -> None:
    portal_id = add_portal(world, "help", state="provisioned", verdict=kept, provisioned_at=world.clock.now)
    add_run(world, portal_id, state="failed")
    add_run(world, portal_id, state="running", number=2, kind="restart", began_s=5, done=2)
    assert verdict(world, portal_id) == ("getting-set-up", "2 of 3 steps done.")


def test_pace_is_that_of_the_creation_when_nothing_moved_yet(world: World) -> None:
    add_history(world, USUAL)
    portal_id = add_portal(world, "help")
    add_run(world, portal_id, state="running", began_s=200, moved_at=None, done=1)
    assert verdict(world, portal_id)[0] == "stuck"


def test_verdicts_agree_when_many_portals_differ(world: World) -> None:
    add_history(world, USUAL)
    states = ("configuring", "provisioned", "provisioning-failed", "deleted")
    kept = {"configuring": "getting-set-up", "provisioned": "healthy", "deleted": None}
    for number in range(60):
        state = states[number % 4]
        portal_id = add_portal(world, f"p-{number}", state=state, verdict=kept.get(state, "failed"))
        if number % 3 and state != "deleted":
            add_run(
                world, portal_id, state="running", began_s=number * 9, moved_s=number * 2, done=number % 3
            )
        elif state == "configuring":
            add_run(world, portal_id, state="queued", began_s=number)
        else:
            add_run(world, portal_id, state="failed")
    listed = {one.id: one.verdict for one in world.insight.portals(PortalFilter(), ADMIN).items}
    assert {portal_id: world.details(portal_id).verdict.state for portal_id in listed} == listed
    assert set(listed.values()) == {"getting-set-up", "slow", "stuck", "healthy", "failed", None}


def test_history_says_nothing_when_there_is_none() -> None:
    history = History()
    assert (history.middle_half_s, history.slow_s, history.stuck_s) == (None, None, None)
    assert history.typical_step_s("publish") is None


def test_history_says_little_when_there_is_one() -> None:
    history = History((120.0,), {"publish": (100.0,)})
    assert (history.middle_half_s, history.slow_s, history.stuck_s) == ((120.0, 120.0), None, None)
