"""Failures as they are now and ever were (R21, R24, R25, R27)."""

import pytest

from core.access import Actor
from core.errors import InvalidValue
from core.insight.failures import CUTS, FailureFilter, grouped
from core.insight.foresight import RETRY
from tests.provisioning.world import CONTOSO, FABRIKAM, World

ADMIN = Actor("admin@portico.example")
AMELIE = Actor(CONTOSO.email)
EVER = FailureFilter(is_ever=True)


def _refuse(world: World, template: str = "custom", subdomain: str = "help") -> str:
    world.change("administration-mode", is_on=True)
    run_id = world.submit(template, subdomain=subdomain, force=True).run_id
    world.drive(run_id)
    world.change("administration-mode", is_on=False)
    return run_id


def _retry_all(world: World) -> list[str]:
    plan = world.services.installations.plan_retry(None, AMELIE)
    started = world.services.installations.start(plan, AMELIE, kind="retry")
    return world.drive(*started.run_ids)


def _break(world: World, subdomain: str = "broken") -> int:
    started = world.submit(subdomain=subdomain)
    world.change("reachable", is_on=False)
    world.drive(started.run_id)
    world.change("reachable", is_on=True)
    return started.portal_id


def test_no_failure_is_listed_when_nothing_failed(world: World) -> None:
    world.drive(world.submit().run_id)
    assert world.services.failures.find(EVER, ADMIN).total == 0
    assert world.services.failures.tally("cause", ADMIN) == ()


def test_each_refused_solution_is_one_failure_and_the_run_none(world_on_both: World) -> None:
    # R24, R25: a run that failed because of installations is theirs.
    world = world_on_both
    _refuse(world)
    found = world.services.failures.find(FailureFilter(), ADMIN)
    failed = [row for row in world.installations().values() if row.state == "install-failed"]
    assert found.total == len(failed) > 10
    assert {one.cause for one in found.items} == {"administration-mode"}
    (group,) = grouped(found.items)
    assert len(group.portals) == 1
    assert group.instances == ("contoso",)


def test_the_cuts_agree_when_there_are_failures_of_both_kinds(world_on_both: World) -> None:
    world = world_on_both
    _refuse(world)
    _break(world)
    totals = {cut: sum(t.failures for t in world.services.failures.tally(cut, ADMIN)) for cut in CUTS}
    assert len(set(totals.values())) == 1
    assert totals["cause"] == world.services.failures.find(EVER, ADMIN).total
    by_cause = {t.key: t for t in world.services.failures.tally("cause", ADMIN, days=1)}
    assert by_cause["unreachable"].failures == 1
    assert by_cause["unreachable"].change == 1
    assert by_cause["administration-mode"].name == "Administration or maintenance mode is on"
    assert sum(t.share for t in by_cause.values()) == pytest.approx(1)
    assert {t.key for t in world.services.failures.tally("language", ADMIN)} == {1036}
    assert {t.key for t in world.services.failures.tally("portal", ADMIN)} == {"custom"}


def test_a_failure_stays_in_the_history_when_it_is_healed(world_on_both: World) -> None:
    # R25: once, however often it was tried.
    world = world_on_both
    _refuse(world)
    before = world.services.failures.find(FailureFilter(), ADMIN).total
    world.change("administration-mode", is_on=True)
    plan = world.services.installations.plan_retry(None, AMELIE)
    world.drive(*world.services.installations.start(plan, AMELIE, kind="retry", force=True).run_ids)
    world.change("administration-mode", is_on=False)
    again = world.services.failures.find(FailureFilter(), ADMIN)
    assert again.total == before
    assert {one.attempts for one in again.items} == {2}
    _retry_all(world)
    assert world.services.failures.find(FailureFilter(), ADMIN).total == 0
    ever = world.services.failures.find(EVER, ADMIN)
    assert ever.total == before
    assert all(one.closed_at is not None and one.attempts == 2 for one in ever.items)
    (tally,) = world.services.failures.tally("cause", ADMIN)
    assert (tally.failures, tally.healed) == (before, before)
    assert all(group.is_closed for group in grouped(ever.items))


def test_a_break_is_healed_when_a_later_run_goes_through(world_on_both: World) -> None:
    # R21, R22
    world = world_on_both
    portal = _break(world)
    (one,) = world.services.failures.find(FailureFilter(), ADMIN).items
    assert (one.kind, one.cause, list(one.portals)) == ("run", "unreachable", [portal])
    (group,) = grouped([one])
    assert list(group.portals_to_restart) == [portal]
    world.drive(world.services.lifecycle.restart(portal, AMELIE))
    assert world.services.failures.find(FailureFilter(), ADMIN).total == 0
    (tally,) = world.services.failures.tally("cause", ADMIN)
    assert (tally.failures, tally.healed) == (1, 1)


def test_a_cancelled_run_is_no_failure(world: World) -> None:
    started = world.submit()
    world.services.lifecycle.cancel(started.portal_id, AMELIE)
    assert world.services.failures.find(EVER, ADMIN).total == 0
    assert world.services.failures.tally("instance", ADMIN) == ()


def test_nothing_is_told_of_an_instance_that_one_may_not_see(world: World) -> None:
    _refuse(world)
    wei = Actor("wei.chen@fabrikam.example")
    assert world.services.failures.find(EVER, wei).total == 0
    assert world.services.failures.tally("solution", wei) == ()


def test_the_filters_hold_when_they_are_given(world: World) -> None:
    _refuse(world)
    find = world.services.failures.find
    total = find(FailureFilter(), ADMIN).total
    assert find(FailureFilter(instances=("fabrikam",)), ADMIN).total == 0
    assert find(FailureFilter(portals=("custom",)), ADMIN).total == total
    assert find(FailureFilter(portals=("community",)), ADMIN).total == 0
    assert find(FailureFilter(solutions=("StarterPortal",)), ADMIN).total == 1
    assert find(FailureFilter(causes=("administration-mode",)), ADMIN).total == total
    now = world.services.clock()
    assert find(FailureFilter(failed_after=now), ADMIN).total == 0
    assert find(FailureFilter(failed_before=now), ADMIN).total == total


def test_the_reason_is_given_when_a_cut_is_not_known(world: World) -> None:
    with pytest.raises(InvalidValue) as raised:
        world.services.failures.tally("colour", ADMIN)
    assert raised.value.field == "by"
    with pytest.raises(InvalidValue) as raised:
        world.services.failures.tally("cause", ADMIN, days=0)
    assert raised.value.field == "days"


def test_the_forecasts_are_scored_when_their_runs_have_ended(world: World) -> None:
    _refuse(world)
    _retry_all(world)
    scores = {score.check: score for score in world.services.scores.read()}
    assert (scores["administration-mode"].right, scores["administration-mode"].asked) == (1, 1)
    assert scores[RETRY].right == scores[RETRY].asked > 10
    # Something that nobody could foretell: the instance falls silent after the submit.
    _break(world)
    reachable = next(score for score in world.services.scores.read() if score.check == "reachable")
    assert (reachable.right, reachable.missed, reachable.false_alarms) == (1, 1, 0)


def test_one_cause_in_several_instances_is_one_group(world: World) -> None:
    for place, subdomain in ((CONTOSO, "one"), (FABRIKAM, "two")):
        world.change("administration-mode", place, is_on=True)
        world.drive(world.submit("custom", place, subdomain, force=True).run_id)
    (group,) = grouped(world.services.failures.find(FailureFilter(), ADMIN).items)
    assert set(group.instances) == {"contoso", "fabrikam"}
    assert len(group.portals) == 2
