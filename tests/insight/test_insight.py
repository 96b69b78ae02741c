"""One portal, one run, the licences, and what history says."""

from datetime import timedelta

import pytest

from core.access import Actor
from core.errors import NotFound, NotPermitted
from core.insight.models import LicenceCounts
from core.storage.tables import Portal
from tests.insight.rows import STEPS, add_history, add_portal, add_run
from tests.portals.world import ADMIN, AMELIE, FABRIKAM, LAYLA, NADIA, OLIVER, PRIYA, STRANGER, World


def test_details_hold_everything_when_a_portal_was_submitted(world_on_both: World) -> None:
    world = world_on_both
    started = world.submit()
    details = world.details(started.portal_id, AMELIE)
    assert details.portal.display_name == "Contoso Help-Configuring"  # R7
    assert (details.portal.portal, details.portal.type) == ("customer-self-service", "production")
    assert (details.created_by, details.live_at, details.estimate) == (AMELIE.email, None, None)
    run = details.runs[0]
    assert (run.id, run.number, run.kind, run.state) == (started.run_id, 1, "provision", "queued")
    assert run.is_open
    assert run.current is not None
    assert (run.current.name, run.done) == ("create-website", 0)
    assert [event.act for event in details.events] == ["provision"]
    assert world.insight.run(started.run_id) == run


def test_runs_and_events_come_latest_first(world: World) -> None:  # R23
    portal_id = world.submit().portal_id
    world.portals.rename(portal_id, "Hilfe", AMELIE)
    add_run(world, portal_id, number=2, state="failed", kind="restart")
    details = world.details(portal_id)
    assert [run.number for run in details.runs] == [2, 1]
    assert [event.act for event in details.events] == ["rename", "provision"]


def test_run_tells_where_it_stands(world: World) -> None:
    portal_id = add_portal(world, "help")
    run = world.insight.run(add_run(world, portal_id, state="running", done=1))
    assert run.current is not None
    assert (run.done, run.current.name, run.current.solution) == (1, STEPS[1], "CustomerPortal")
    ended = world.insight.run(add_run(world, portal_id, number=2))
    assert (ended.done, ended.current, ended.is_open) == (3, None, False)


@pytest.mark.parametrize("portal_id", [1, 0, -1, 10**30])
def test_portal_is_not_found_when_there_is_no_such(world: World, portal_id: int) -> None:
    with pytest.raises(NotFound) as caught:
        world.details(portal_id)
    assert caught.value.field == "id"


def test_run_is_not_found_when_there_is_no_such(world: World) -> None:
    with pytest.raises(NotFound) as caught:
        world.insight.run("nothing")
    assert caught.value.field == "run"


@pytest.mark.parametrize("actor", [ADMIN, AMELIE, PRIYA, OLIVER, NADIA], ids=lambda actor: actor.email)
def test_portal_is_shown_when_the_actor_is_a_user_there(world: World, actor: Actor) -> None:
    assert world.details(world.submit().portal_id, actor).portal.subdomain == "contoso-help"


@pytest.mark.parametrize("actor", [LAYLA, STRANGER], ids=lambda actor: actor.email)
def test_portal_is_not_shown_when_the_actor_is_no_user_there(world: World, actor: Actor) -> None:
    with pytest.raises(NotPermitted) as caught:
        world.details(world.submit().portal_id, actor)
    assert (caught.value.code, caught.value.field) == ("not-permitted", "as")
    assert "Contoso" in caught.value.message


def test_portal_is_shown_when_its_instance_is_silent(world: World) -> None:
    portal_id = world.submit().portal_id
    world.change("reachable", is_on=False)
    assert world.details(portal_id, OLIVER).portal.id == portal_id


def test_deleted_portal_stays_in_the_history(world: World) -> None:
    portal_id = world.submit().portal_id
    with world.store.writing() as session:
        row = session.get_one(Portal, portal_id)
        row.state, row.deleted_at = "deleted", world.clock.now
        session.add(row)
    details = world.details(portal_id)
    assert (details.portal.state, details.portal.verdict, details.verdict.state) == ("deleted", None, None)
    assert details.portal.display_name == "Contoso Help"


# ── Licences (R4, R6) ───────────────────────────────────────────────────────────────────────────────────────────────


def test_licence_names_its_portal_when_configured(world_on_both: World) -> None:  # R4, R6, R7
    world = world_on_both
    started = world.submit(application=12)
    licences = world.insight.applications(AMELIE)
    assert len(licences) == 13
    used = [one for one in licences if one.state == "configured"]
    assert [(one.id, one.type, one.portal, one.portal_name) for one in used] == [
        (12, "trial", started.portal_id, "Contoso Help-Configuring")
    ]
    assert licences[0].portal is None
    assert licences[0].portal_name is None


def test_a_part_of_the_licences_is_read_when_a_part_is_asked_for(world_on_both: World) -> None:  # R4
    insight = world_on_both.insight
    everything = insight.applications(ADMIN)
    assert insight.applications(ADMIN, limit=3, offset=9) == everything[9:12]
    assert insight.applications(ADMIN, ids=(12, 2, 99)) == (everything[1], everything[11])


def test_the_first_free_licence_of_each_type_is_on_offer_or_the_one_wanted(
    world_on_both: World,
) -> None:  # R4, R6
    world = world_on_both
    assert world.insight.licence_counts() == LicenceCounts(13, {"production": 10, "trial": 3})
    world.submit(application=1)

    def offered(wanted: int | None = None) -> list[int]:
        return [one.id for one in world.insight.licences_on_offer(wanted)[0]]

    assert offered() == [2, 11]
    assert offered(12) == [2, 12]
    assert offered(5) == [5, 11]
    for taken_or_not_there in (1, 99, 0, 2**63):
        assert offered(taken_or_not_there) == [2, 11]
    assert world.insight.licences_on_offer()[1] == {"production": 9, "trial": 3}
    for application in range(11, 14):
        world.submit(application=application, subdomain=f"trial-{application}")
    assert offered(11) == [2]
    assert world.insight.licence_counts().free == {"production": 9}


def test_licence_names_no_portal_when_the_actor_may_not_see_it(world: World) -> None:  # R4
    world.submit()
    first = world.insight.applications(LAYLA)[0]
    assert (first.state, first.portal, first.portal_name) == ("configured", None, None)


# ── History (R8) ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_is_estimated_when_there_is_no_history(world: World) -> None:  # R8
    assert world.insight.estimate("custom") is None


def test_estimate_is_the_middle_half_when_there_is_history(world_on_both: World) -> None:  # R8
    add_history(world_on_both, [100.0, 200.0, 300.0, 400.0, 10_000.0])
    estimate = world_on_both.insight.estimate("custom")
    assert estimate is not None
    assert (estimate.low_s, estimate.high_s, estimate.left, estimate.runs) == (200.0, 400.0, None, 5)
    assert world_on_both.insight.estimate("partner") is None


def test_history_is_of_the_latest_fifty_that_succeeded_from_the_beginning(world: World) -> None:  # R8
    add_history(world, [9000.0] * 20 + [60.0] * 50)
    odd = add_portal(world, "odd")
    add_run(world, odd, state="failed", took_s=1)
    add_run(world, odd, number=2, took_s=1, kind="restart", from_position=2)
    estimate = world.insight.estimate("custom")
    assert estimate is not None
    assert (estimate.low_s, estimate.high_s, estimate.runs) == (60.0, 60.0, 50)


def test_what_is_left_shrinks_when_a_run_goes_on(world: World) -> None:  # R8
    add_history(world, [300.0] * 5)
    portal_id = add_portal(world, "help")
    add_run(world, portal_id, state="running", began_s=0, took_s=300, done=0)
    left = []
    for _ in range(3):
        estimate = world.details(portal_id).estimate
        assert estimate is not None
        left.append(estimate.left)
        world.clock.advance(60)
    # The first step runs for a minute and is then overdue by 20 s; the two after it are still to come.
    assert left == [timedelta(seconds=300), timedelta(seconds=240), timedelta(seconds=200)]


def test_nothing_is_left_when_the_run_has_ended(world: World) -> None:  # R8
    add_history(world, [300.0] * 2)
    estimate = world.details(1).estimate
    assert estimate is not None
    assert estimate.left is None


def test_steps_stand_beside_what_their_like_takes(world: World) -> None:  # R8
    add_history(world, [300.0, 600.0, 900.0])
    portal_id = add_portal(world, "help")
    run = world.insight.run(add_run(world, portal_id, state="running", done=1))
    assert [step.typical_s for step in run.steps] == [200.0] * 3


def test_history_is_of_the_same_template_in_any_instance(world: World) -> None:  # R8
    add_history(world, [100.0])
    portal_id = add_portal(world, "there", instance=FABRIKAM)
    add_run(world, portal_id, took_s=200)
    estimate = world.insight.estimate("custom")
    assert estimate is not None
    assert estimate.runs == 2
