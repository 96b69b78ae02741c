"""Solutions in instances: retry in the right order, install (R25–R27)."""

from typing import Any

import pytest

from core.access import Actor
from core.errors import Conflict, NotFound, NotSystemAdministrator
from tests.portals.driving import (
    ADMIN,
    AMELIE,
    JAMES,
    NADIA,
    PRIYA,
    found,
    outlooks,
    refused_field_service,
    retried,
    solutions,
)
from tests.provisioning.world import World


def test_a_retry_is_refused_when_it_cannot_pass_yet(driven: World) -> None:  # R25, R27
    refused_field_service(driven)
    plan = driven.services.installations.plan_retry(None, AMELIE)
    (item,) = plan.items
    assert (item.outlook, item.cause, item.page) == ("fails", "missing-dependency", "solutions")
    assert "PartnerPortal and FieldService" in str(item.reason)

    started = driven.services.installations.start(plan, AMELIE, kind="retry")

    assert (started.run_ids, started.queued, started.refused) == ((), (), (item,))
    assert found(driven)["PartnerFieldService"].attempts == 1


def test_the_platform_answers_when_a_retry_is_forced(driven: World) -> None:
    refused_field_service(driven)
    plan = driven.services.installations.plan_retry(None, AMELIE)
    started = retried(driven, plan, force=True)
    assert (started.refused, len(started.queued)) == ((), 1)
    row = found(driven)["PartnerFieldService"]
    assert (row.state, row.attempts) == ("install-failed", 2)
    assert driven.run(started.run_ids[0]).values["foretold"] == {"PartnerFieldService": "missing-dependency"}


def test_the_portal_goes_live_when_the_last_solution_is_healed(driven: World) -> None:  # R24, R25
    portal_id = refused_field_service(driven)
    assert driven.status_at_url("pfs") == 503
    services = driven.services
    install = services.installations.plan_install("contoso", ["FieldService"], AMELIE)
    driven.drive(*services.installations.start(install, AMELIE, kind="install").run_ids)
    driven.drive(driven.submit("partner", subdomain="partner").run_id)

    retried(driven, services.installations.plan_retry(None, AMELIE))

    assert driven.status_at_url("pfs") == 200
    portal = driven.portal(portal_id)
    assert (portal.state, portal.verdict) == ("provisioned", "healthy")


def test_the_order_never_fails_on_a_prerequisite_when_all_are_retried(driven: World) -> None:  # R27
    driven.change("administration-mode", is_on=True)
    started = driven.submit("community", force=True)
    driven.drive(started.run_id)
    assert {row.state for row in found(driven).values()} == {"install-failed"}
    plan = driven.services.installations.plan_retry(None, AMELIE)
    assert set(outlooks(plan).values()) == {"fails"}
    assert {item.cause for item in plan.items} == {"administration-mode"}
    assert {item.page for item in plan.items} == {"instances"}

    driven.change("administration-mode", is_on=False)
    plan = driven.services.installations.plan_retry(None, AMELIE)
    assert set(outlooks(plan).values()) == {"passes"}
    begun = retried(driven, plan)

    assert {row.state for row in found(driven).values()} == {"installed"}
    assert {row.attempts for row in found(driven).values()} == {2}
    (run_id,) = begun.run_ids
    assert [step.solution for step in driven.steps(run_id).values()] == [
        i.wanted.solution for i in plan.items
    ]
    assert driven.status_at_url() == 200


def test_it_runs_in_the_portals_language_when_it_is_retried(driven: World) -> None:  # R26
    refused_field_service(driven)  # a portal in French
    plan_retry = driven.services.installations.plan_retry
    (item,) = plan_retry(None, JAMES).items
    assert (item.wanted.language, item.wanted.required_language) == (1036, 1036)
    (item,) = plan_retry(None, JAMES, language="mine").items
    assert (item.wanted.language, item.outlook, item.cause) == (1033, "fails", "language-not-installed")
    (item,) = plan_retry(None, JAMES, language=1031).items
    assert item.wanted.language == 1031


def test_it_runs_in_the_persons_language_when_it_is_installed(driven: World) -> None:  # R26
    refused_field_service(driven)
    plan_install = driven.services.installations.plan_install
    (item,) = plan_install("contoso", ["PartnerFieldService"], JAMES).items
    assert (item.wanted.language, item.wanted.required_language) == (1033, 1036)
    assert item.cause == "language-not-installed"
    (item,) = plan_install("contoso", ["FieldService"], JAMES).items
    assert (item.wanted.language, item.wanted.required_language, item.outlook) == (1033, None, "passes")


def test_the_import_fails_when_its_language_is_not_the_portals(driven: World) -> None:  # R26
    driven.change("administration-mode", is_on=True)
    driven.drive(driven.submit("custom", force=True).run_id)
    driven.change("administration-mode", is_on=False)
    installations = driven.services.installations
    plan = installations.plan_retry(None, JAMES, language="mine")
    assert set(outlooks(plan).values()) == {"fails"}
    retried(driven, plan, JAMES, force=True)
    errors = [str((row.error or {}).get("message")) for row in found(driven).values()]
    assert all(
        "runs in English (1033), and the portal is in French - France (1036)" in said for said in errors
    )
    assert all(row.state == "install-failed" for row in found(driven).values())
    # The fix: the portal's language.
    retried(driven, installations.plan_retry(None, JAMES), JAMES)
    assert driven.status_at_url() == 200


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"action": "revoke", "role": "System Administrator", "user": JAMES.email}, None),
        ({"action": "access-mode", "mode": "read", "user": JAMES.email}, "access-mode"),
        ({"action": "remove-language", "language": 1036}, "language-not-installed"),
        ({"action": "hold-solution", "solution": "PartnerFieldService"}, "holding-solution"),
        ({"action": "reachable", "is_on": False}, "unreachable"),
    ],
)
def test_the_plan_says_what_stands_in_the_way_when_an_instance_changes(
    driven: World, change: dict[str, Any], cause: str | None
) -> None:  # R1, R26
    refused_field_service(driven)
    driven.change(**change)
    plan_retry = driven.services.installations.plan_retry
    if cause is None:
        assert plan_retry(None, JAMES).items == ()
        with pytest.raises(NotSystemAdministrator):
            plan_retry([1], JAMES)
        return
    (item,) = plan_retry(None, JAMES).items
    assert (item.outlook, item.cause) == ("fails", cause)


def test_nothing_is_retried_when_somebody_else_administers(driven: World) -> None:  # R1
    refused_field_service(driven)
    installations = driven.services.installations
    plan = installations.plan_retry(None, AMELIE)
    for actor in (PRIYA, NADIA, ADMIN):
        assert installations.plan_retry(None, actor).items == ()
        with pytest.raises(NotSystemAdministrator):
            installations.plan_retry([1], actor)
        with pytest.raises(NotSystemAdministrator):
            installations.start(plan, actor, kind="retry", force=True)
        with pytest.raises(NotSystemAdministrator):
            installations.plan_install("contoso", ["FieldService"], actor)
    assert found(driven)["PartnerFieldService"].attempts == 1


def test_who_sees_what_follows_the_instances_when_installations_are_listed(driven: World) -> None:
    refused_field_service(driven)
    assert set(found(driven, PRIYA)) == {"PartnerFieldService"}
    assert set(found(driven, ADMIN)) == {"PartnerFieldService"}
    assert found(driven, Actor("wei.chen@fabrikam.example")) == {}
    assert solutions(driven, Actor("wei.chen@fabrikam.example")) == {}
    assert set(found(driven, states=("install-failed",))) == {"PartnerFieldService"}
    assert found(driven, states=("installed",)) == {}
    assert found(driven, instances=("fabrikam",)) == {}
    assert set(found(driven, portals=(1,))) == {"PartnerFieldService"}
    assert found(driven, portals=(2,)) == {}


def test_it_waits_when_a_run_is_going_to_retry_it(driven: World) -> None:
    refused_field_service(driven)
    installations = driven.services.installations
    started = installations.start(installations.plan_retry(None, AMELIE), AMELIE, kind="retry", force=True)
    assert found(driven)["PartnerFieldService"].state == "waiting"
    # Pressed twice: what a run has in hand is left to it.
    again = installations.plan_retry(None, AMELIE)
    assert outlooks(again) == {"PartnerFieldService": "skipped"}
    assert installations.start(again, AMELIE, kind="retry").run_ids == ()
    driven.drive(*started.run_ids)
    assert found(driven)["PartnerFieldService"].state == "install-failed"


def test_one_run_does_it_when_two_start_the_same_plan(driven: World) -> None:
    refused_field_service(driven)
    installations = driven.services.installations
    plan = installations.plan_retry(None, AMELIE)
    first = installations.start(plan, AMELIE, kind="retry", force=True)
    second = installations.start(plan, AMELIE, kind="retry", force=True)
    assert (len(first.run_ids), len(second.run_ids)) == (1, 0)


def test_it_counts_as_done_when_it_was_imported_behind_the_consoles_back(driven: World) -> None:
    refused_field_service(driven)
    services = driven.services
    driven.drive(driven.submit("partner", subdomain="partner").run_id)
    for name in ("FieldService", "PartnerFieldService"):
        services.instances.import_solution("contoso", name, AMELIE)
    plan = services.installations.plan_retry(None, AMELIE)
    assert outlooks(plan) == {"PartnerFieldService": "skipped"}
    retried(driven, plan)
    assert found(driven)["PartnerFieldService"].state == "installed"
    assert driven.status_at_url("pfs") == 200


def test_what_a_broken_retry_left_waiting_is_retried_when_all_are(driven: World) -> None:
    driven.change("administration-mode", is_on=True)
    driven.drive(driven.submit("custom", force=True).run_id)
    driven.change("administration-mode", is_on=False)
    installations = driven.services.installations
    plan = installations.plan_retry(None, AMELIE)
    started = installations.start(plan, AMELIE, kind="retry")
    driven.change("reachable", is_on=False)
    assert driven.drive(*started.run_ids) == ["failed"]
    driven.change("reachable", is_on=True)
    again = installations.plan_retry(None, AMELIE)
    assert len(again.items) == len(plan.items)
    retried(driven, again)
    assert driven.status_at_url() == 200


def test_it_is_left_to_its_portal_when_nobody_has_tried_it(driven: World) -> None:  # R21, R22
    driven.change("reachable", is_on=False)
    driven.drive(driven.submit("custom", force=True).run_id)
    driven.change("reachable", is_on=True)
    rows = found(driven)
    assert {row.state for row in rows.values()} == {"waiting"}
    plan_retry = driven.services.installations.plan_retry
    assert plan_retry(None, AMELIE).items == ()
    with pytest.raises(Conflict, match="Restart that portal"):
        plan_retry([next(iter(rows.values())).id], AMELIE)


def test_it_is_not_found_when_there_is_no_such_thing(driven: World) -> None:
    installations = driven.services.installations
    for id_ in (0, -3, 7, 2**40):
        with pytest.raises(NotFound):
            installations.plan_retry([id_], AMELIE)
    with pytest.raises(NotFound):
        installations.plan_retry(None, AMELIE, instance="nowhere")
    with pytest.raises(NotFound):
        installations.plan_install("contoso", ["NoSuchSolution"], AMELIE)
    with pytest.raises(NotFound):
        installations.plan_uninstall("contoso", "FieldService", AMELIE)
