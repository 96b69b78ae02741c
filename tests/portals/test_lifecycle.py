"""What becomes of a portal after its submit: restart, change and restart, cancel, delete, reset (R11, R21–R23)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from core.access import Actor
from core.errors import (
    Conflict,
    InvalidValue,
    LanguageNotInstalled,
    NameInvalid,
    NotFound,
    NotSystemAdministrator,
    PlatformUnreachable,
    PortalNotForAudience,
    SubdomainTaken,
    UrlImmutable,
)
from core.insight.installation_models import InstallationFilter
from core.portals.commands import StartProvisioning
from core.portals.lifecycle import Change, is_refused, is_restartable
from core.storage.tables import Application, CustomDomain, Event, Portal, ReleasedSubdomain
from tests.portals.driving import AMELIE
from tests.portals.world import World as Console
from tests.provisioning.world import CONTOSO, World

PRIYA = Actor("priya.sharma@contoso.example")
ADMIN = Actor("admin@portico.example")


def cancelled(world: World, template: str = "customer-self-service", subdomain: str = "help") -> int:
    """A portal whose run was cancelled while the website stood and nothing else."""
    started = world.submit(template, subdomain=subdomain)
    world.change("delay", delay_s=0.3)

    async def pause(_seconds: float) -> None:
        world.services.lifecycle.cancel(started.portal_id, AMELIE)

    assert world.drive(started.run_id, pause=pause) == ["cancelled"]
    world.change("delay", delay_s=0)
    return started.portal_id


def unreachable(world: World, subdomain: str = "help") -> int:
    """A portal whose website could not be created."""
    world.change("reachable", is_on=False)
    started = world.submit(subdomain=subdomain, force=True)
    assert world.drive(started.run_id) == ["failed"]
    world.change("reachable", is_on=True)
    return started.portal_id


def wanted(**values: Any) -> StartProvisioning:
    return StartProvisioning(**values)


def events(world: World, act: str) -> list[Event]:
    with world.services.store.reading() as session:
        return list(session.exec(select(Event).where(col(Event.act) == act)).all())


def test_the_next_run_goes_on_when_the_website_could_not_be_created(driven: World) -> None:  # R21, R22
    portal_id = unreachable(driven)
    assert driven.portal(portal_id).state == "provisioning-failed"

    run_id = driven.services.lifecycle.restart(portal_id, AMELIE)

    assert driven.portal(portal_id).state == "configuring"
    assert (driven.run(run_id).number, driven.run(run_id).kind) == (2, "restart")
    assert driven.drive(run_id) == ["succeeded"]
    assert driven.status_at_url() == 200
    (event,) = events(driven, "restart")
    assert (event.actor, event.portal_id, event.run_id) == (AMELIE.email, portal_id, run_id)


def test_what_was_done_counts_when_a_run_was_cancelled_in_the_middle(driven: World) -> None:  # R22
    portal_id = cancelled(driven)
    settle(driven)

    run_id = driven.services.lifecycle.restart(portal_id, AMELIE)

    first = driven.run(run_id).from_position
    assert first == 1
    assert driven.steps(run_id)["create-website"].state == "done"
    assert driven.drive(run_id) == ["succeeded"]
    assert driven.steps(run_id)["create-website"].attempts == 0


def settle(world: World) -> None:
    """What a cancelled run left importing on the platform ends."""
    platform = world.services.platform
    world.wait_until(lambda: platform.instance("contoso").import_running is None, "the import left over")


def test_the_run_under_way_is_given_when_it_is_restarted_again(driven: World) -> None:
    portal_id = unreachable(driven)
    first = driven.services.lifecycle.restart(portal_id, AMELIE)
    assert driven.services.lifecycle.restart(portal_id, AMELIE) == first


def test_restart_is_refused_when_there_is_nothing_to_restart(driven: World) -> None:  # R22, R25
    started = driven.submit()
    driven.drive(started.run_id)
    with pytest.raises(Conflict, match="nothing to restart"):
        driven.services.lifecycle.restart(started.portal_id, AMELIE)
    refused = driven.submit("partner-field-service", subdomain="pfs", force=True)
    driven.drive(refused.run_id)
    with pytest.raises(Conflict, match="Install Failed"):
        driven.services.lifecycle.restart(refused.portal_id, AMELIE)
    run = driven.run(refused.run_id)
    assert is_refused(run)
    assert not is_restartable("provisioned", run)


def test_nobody_else_may_when_the_role_is_missing(driven: World) -> None:  # R1
    portal_id = unreachable(driven)
    lifecycle = driven.services.lifecycle
    for actor in (PRIYA, ADMIN, Actor("nobody@x.example")):
        for act in (
            lambda who: lifecycle.restart(portal_id, who),
            lambda who: lifecycle.change_and_restart(portal_id, wanted(name="X"), who),
            lambda who: lifecycle.cancel(portal_id, who),
            lambda who: lifecycle.delete(portal_id, "why", who),
            lambda who: lifecycle.reset(portal_id, who),
        ):
            with pytest.raises(NotSystemAdministrator):
                act(actor)
    assert driven.portal(portal_id).state == "provisioning-failed"


def test_it_is_not_found_when_there_is_no_such_portal(driven: World) -> None:
    for portal_id in (0, -1, 99, 2**40):
        with pytest.raises(NotFound):
            driven.services.lifecycle.restart(portal_id, AMELIE)


def test_each_change_is_shown_when_values_are_given(driven: World) -> None:  # R23
    portal_id = unreachable(driven)
    changes = driven.services.lifecycle.changes
    given = wanted(name=" Aide ", subdomain="AIDE", language=1031, portal="", audience="customer")
    assert changes(portal_id, given) == (
        Change("name", "Help", "Aide"),
        Change("subdomain", "help", "aide"),
        Change("language", 1036, 1031),
    )
    assert changes(portal_id, wanted()) == ()
    assert changes(portal_id, wanted(instance=CONTOSO.instance)) == ()
    with pytest.raises(InvalidValue, match="can't change") as raised:
        changes(portal_id, wanted(instance="fabrikam"))
    assert raised.value.field == "instance"
    with pytest.raises(NameInvalid):
        changes(portal_id, wanted(name="  "))


def test_the_attempts_stay_side_by_side_when_values_change(driven: World) -> None:  # R23
    portal_id = cancelled(driven)
    settle(driven)
    lifecycle = driven.services.lifecycle

    run_id = lifecycle.change_and_restart(
        portal_id, wanted(name="Aide", subdomain="aide", language=1031, portal="community"), AMELIE
    )

    run = driven.run(run_id)
    assert (run.kind, run.from_position, run.template) == ("change", 0, "community")
    assert next(iter(driven.steps(run_id))) == "delete-website"
    assert driven.drive(run_id) == ["succeeded"]
    portal = driven.portal(portal_id)
    assert (portal.name, portal.subdomain, portal.language, portal.template, portal.state) == (
        "Aide",
        "aide",
        1031,
        "community",
        "provisioned",
    )
    assert driven.status_at_url("aide") == 200
    assert driven.status_at_url("help") == 404
    attempts = driven.services.insight.portal(portal_id, AMELIE).runs
    assert [(one.number, one.kind, one.state) for one in attempts] == [
        (2, "change", "succeeded"),
        (1, "provision", "cancelled"),
    ]
    (event,) = events(driven, "change-and-restart")
    assert event.details["changes"]["language"] == [1036, 1031]


def test_the_old_subdomain_is_taken_for_the_purge_time_when_it_changes(driven: World) -> None:  # R10, R23
    portal_id = unreachable(driven)
    driven.services.lifecycle.change_and_restart(portal_id, wanted(subdomain="aide"), AMELIE)
    answer = driven.services.portals.subdomain_answer("help")
    assert answer.state == "purging"
    with driven.services.store.reading() as session:
        (released,) = session.exec(select(ReleasedSubdomain)).all()
    purge = released.free_at - driven.services.clock()
    assert timedelta(minutes=29) < purge <= timedelta(minutes=30)


def test_only_the_content_goes_when_the_language_changes(driven: World) -> None:  # R23
    portal_id = cancelled(driven)
    settle(driven)
    run_id = driven.services.lifecycle.change_and_restart(portal_id, wanted(language=1031), AMELIE)
    assert next(iter(driven.steps(run_id))) == "clear-website"
    assert driven.drive(run_id) == ["succeeded"]
    assert driven.status_at_url() == 200


def test_the_website_stays_when_only_name_and_administrator_change(driven: World) -> None:  # R23
    portal_id = cancelled(driven)
    settle(driven)
    website = driven.portal(portal_id).website_id
    given = wanted(name="Aide", administrator="james.whitfield@contoso.example")
    run_id = driven.services.lifecycle.change_and_restart(portal_id, given, AMELIE)
    assert next(iter(driven.steps(run_id))) == "create-website"
    assert driven.drive(run_id) == ["succeeded"]
    assert driven.portal(portal_id).website_id == website


def test_the_old_website_goes_once_when_the_changed_run_breaks_as_well(driven: World) -> None:  # R22, R23
    portal_id = cancelled(driven)
    settle(driven)
    lifecycle = driven.services.lifecycle
    changed = lifecycle.change_and_restart(portal_id, wanted(language=1031), AMELIE)
    driven.change("reachable", is_on=False)
    assert driven.drive(changed) == ["failed"]
    driven.change("reachable", is_on=True)

    # The restart plans what the run before it planned: a step done there is the same step here.
    again = lifecycle.restart(portal_id, AMELIE)
    assert list(driven.steps(again)) == list(driven.steps(changed))
    assert driven.drive(again) == ["succeeded"]
    assert driven.status_at_url() == 200


def test_nothing_is_left_out_when_a_restart_follows_a_change_that_got_further(driven: World) -> None:  # R22
    portal_id = cancelled(driven)
    settle(driven)
    lifecycle = driven.services.lifecycle
    changed = lifecycle.change_and_restart(portal_id, wanted(language=1031), AMELIE)
    driven.change("delay", delay_s=0.3)

    async def pause(_seconds: float) -> None:
        lifecycle.cancel(portal_id, AMELIE)

    assert driven.drive(changed, pause=pause) == ["cancelled"]
    driven.change("delay", delay_s=0)
    done = [name for name, step in driven.steps(changed).items() if step.state == "done"]
    assert done[:2] == ["clear-website", "create-website"]
    again = lifecycle.restart(portal_id, AMELIE)
    assert [name for name, step in driven.steps(again).items() if step.state == "done"] == done
    assert driven.drive(again, patience_s=30) == ["succeeded"]


def test_changed_values_are_judged_when_they_break_a_rule(driven: World) -> None:  # R10, R12, R15
    portal_id = unreachable(driven)
    driven.submit(subdomain="taken")
    change = driven.services.lifecycle.change_and_restart
    for values, error in (
        ({"subdomain": "taken"}, SubdomainTaken),
        ({"language": 3082}, LanguageNotInstalled),
        ({"portal": "employee-self-service"}, PortalNotForAudience),
        ({"audience": "employee"}, PortalNotForAudience),
    ):
        with pytest.raises(error):
            change(portal_id, wanted(**values), AMELIE)
    assert driven.portal(portal_id).state == "provisioning-failed"
    assert len(driven.services.insight.portal(portal_id, AMELIE).runs) == 1


def test_the_url_stays_when_the_portal_was_provisioned(driven: World) -> None:  # R11
    started = driven.submit()
    driven.drive(started.run_id)
    change = driven.services.lifecycle.change_and_restart
    with pytest.raises(UrlImmutable):
        change(started.portal_id, wanted(subdomain="other"), AMELIE)
    with pytest.raises(Conflict):
        change(started.portal_id, wanted(language=1031), AMELIE)


def test_solutions_of_the_other_portal_are_asked_for_no_more_when_it_changes_before_a_website(
    driven: World,
) -> None:  # R23, R25
    driven.change("reachable", is_on=False)
    started = driven.submit("partner-field-service", subdomain="pfs", force=True)
    driven.drive(started.run_id)
    driven.change("reachable", is_on=True)
    driven.services.lifecycle.change_and_restart(
        started.portal_id, wanted(portal="custom", audience="customer"), AMELIE
    )
    (row,) = driven.services.installation_insight.find(
        InstallationFilter(solutions=("PartnerFieldService",)), AMELIE
    )
    assert row.portals == ()


def test_a_queued_run_ends_at_once_when_it_is_cancelled(driven: World) -> None:
    started = driven.submit()
    lifecycle = driven.services.lifecycle
    lifecycle.cancel(started.portal_id, AMELIE)
    assert driven.run(started.run_id).state == "cancelled"
    portal = driven.portal(started.portal_id)
    assert (portal.state, portal.verdict) == ("provisioning-failed", "failed")
    with pytest.raises(Conflict, match="nothing to cancel"):
        lifecycle.cancel(started.portal_id, AMELIE)
    assert len(events(driven, "cancel")) == 1


def test_licence_and_domains_are_free_at_once_when_a_portal_is_deleted(driven: World) -> None:  # R4, R11
    started = driven.submit()
    driven.drive(started.run_id)
    services = driven.services
    services.portals.add_domain(started.portal_id, "help.contoso.example", AMELIE)
    told = services.lifecycle.deletion(started.portal_id)
    assert (told.has_website, told.subdomain, told.subdomain_free_after_s) == (True, "help", 1800)
    assert told.domains == ("help.contoso.example",)

    services.lifecycle.delete(started.portal_id, " No longer needed. ", AMELIE)

    portal = driven.portal(started.portal_id)
    assert (portal.state, portal.verdict) == ("deleted", None)
    assert portal.deleted_at is not None
    assert driven.status_at_url() == 404
    assert services.portals.subdomain_answer("help").state == "purging"
    with services.store.reading() as session:
        licence = session.get_one(Application, portal.application_id)
        assert licence.portal_id is None
        assert session.exec(select(CustomDomain)).all() == []
    (event,) = events(driven, "delete")
    assert (event.details["reason"], event.actor) == ("No longer needed.", AMELIE.email)
    # Its solutions stay in the instance.
    assert {row.state for row in driven.installations().values()} == {"installed"}
    services.lifecycle.delete(started.portal_id, "again", AMELIE)  # idempotent
    assert len(events(driven, "delete")) == 1
    with pytest.raises(Conflict):
        services.lifecycle.restart(started.portal_id, AMELIE)


def test_a_reason_is_needed_when_a_portal_is_deleted(driven: World) -> None:
    portal_id = unreachable(driven)
    for reason in ("", "  ", "x" * 501):
        with pytest.raises(InvalidValue) as raised:
            driven.services.lifecycle.delete(portal_id, reason, AMELIE)
        assert raised.value.field == "reason"
    driven.services.lifecycle.reset(portal_id, AMELIE)
    assert driven.portal(portal_id).state == "deleted"
    assert len(events(driven, "reset")) == 1


def test_it_is_kept_when_a_run_is_under_way(driven: World) -> None:
    started = driven.submit()
    with pytest.raises(Conflict, match="Cancel it first"):
        driven.services.lifecycle.delete(started.portal_id, "why", AMELIE)
    assert driven.portal(started.portal_id).state == "configuring"


def test_nothing_is_deleted_when_the_platform_is_silent(driven: World) -> None:
    started = driven.submit()
    driven.drive(started.run_id)
    driven.change("reachable", is_on=False)
    with pytest.raises(PlatformUnreachable):
        driven.services.lifecycle.delete(started.portal_id, "why", AMELIE)
    driven.change("reachable", is_on=True)
    assert driven.portal(started.portal_id).state == "provisioned"
    driven.services.lifecycle.delete(started.portal_id, "why", AMELIE)
    assert driven.status_at_url() == 404


def test_a_name_can_be_had_again_when_its_purge_time_is_over(driven: World) -> None:  # R10
    started = driven.submit()
    driven.services.lifecycle.cancel(started.portal_id, AMELIE)
    driven.services.lifecycle.delete(started.portal_id, "why", AMELIE)
    with pytest.raises(SubdomainTaken):
        driven.submit()
    with driven.services.store.writing() as session:
        for row in session.exec(select(ReleasedSubdomain)).all():
            row.free_at = driven.services.clock() - timedelta(seconds=1)
            session.add(row)
    assert driven.submit().portal_id != started.portal_id
    with driven.services.store.reading() as session:
        kept = session.exec(select(Portal).where(col(Portal.subdomain) == "help")).all()
    assert {portal.state for portal in kept} == {"deleted", "configuring"}


def test_one_run_begins_when_many_restart_at_once(world_on_both: Console) -> None:  # R22: under a race
    world = world_on_both
    started = world.submit()
    lifecycle = world.services.lifecycle
    lifecycle.cancel(started.portal_id, AMELIE)
    with ThreadPoolExecutor(6) as pool:
        ids = list(pool.map(lambda _: lifecycle.restart(started.portal_id, AMELIE), range(6)))
    assert len(set(ids)) == 1
    assert [run.number for run in world.details(started.portal_id).runs] == [2, 1]
