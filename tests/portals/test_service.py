"""What a submit leaves behind, and what can be done with a portal afterwards."""

from dataclasses import fields
from typing import Any

import pytest
from sqlmodel import select

from core.errors import Conflict, NameInvalid, NotFound, NotSystemAdministrator, TermsNotAccepted
from core.portals.commands import StartProvisioning
from core.storage.tables import Application, Event, Portal, ReleasedSubdomain, Run, RunStep, TermsAcceptance
from tests.portals.world import ADMIN, AMELIE, CONTOSO, ENGLISH, FRENCH, NADIA, OLIVER, PRIYA, World, request


def rows(world: World, table: type[Any]) -> list[Any]:
    with world.store.reading() as session:
        return list(session.exec(select(table)).all())


def test_portal_terms_run_and_licence_stand_when_submitted(world_on_both: World) -> None:
    world = world_on_both
    started = world.submit()

    portal = rows(world, Portal)[0]
    assert portal.id == started.portal_id
    assert (portal.name, portal.subdomain, portal.instance) == ("Contoso Help", "contoso-help", CONTOSO)
    assert (portal.state, portal.verdict, portal.provisioned_at) == ("configuring", "getting-set-up", None)
    assert (portal.created_by, portal.created_at) == (AMELIE.email, world.clock.now)

    run = rows(world, Run)[0]
    assert (run.id, run.portal_id, run.number) == (started.run_id, portal.id, 1)
    assert (run.kind, run.state, run.requested_by) == ("provision", "queued", AMELIE.email)
    asked = dict(run.values)
    assert set(asked.pop("foretold").values()) == {"fine"}  # what the preflight said, to be compared
    assert asked == {
        "name": "Contoso Help",
        "subdomain": "contoso-help",
        "instance": CONTOSO,
        "language": FRENCH,
        "administrator": AMELIE.email,
        "audience": "customer",
        "portal": "customer-self-service",
        "force": False,
    }
    names = [step.name for step in rows(world, RunStep)]
    assert names[0] == "create-website"
    assert names[-4:] == ["sample-data", "administrator", "publish", "probe"]

    accepted = rows(world, TermsAcceptance)[0]  # R18: who accepted which version, and when
    assert (accepted.portal_id, accepted.run_id) == (portal.id, run.id)
    assert (accepted.version, accepted.accepted_by, accepted.accepted_at) == (
        world.services.catalogue.terms.version,
        AMELIE.email,
        world.clock.now,
    )

    event = rows(world, Event)[0]
    assert (event.act, event.actor, event.portal_id, event.run_id) == (
        "provision",
        AMELIE.email,
        portal.id,
        run.id,
    )
    assert event.details["terms"] == accepted.version


def test_subdomain_and_name_are_kept_cleaned(world: World) -> None:  # R5, R9
    world.submit(subdomain="Contoso-HELP", name="  Contoso Help\t")
    portal = rows(world, Portal)[0]
    assert (portal.subdomain, portal.name) == ("contoso-help", "Contoso Help")
    assert rows(world, Run)[0].values["subdomain"] == "contoso-help"


@pytest.mark.parametrize(("application", "type_"), [(None, "production"), (4, "production"), (12, "trial")])
def test_type_follows_the_licence(world: World, application: int | None, type_: str) -> None:  # R6
    started = world.submit(application=application)
    portal = rows(world, Portal)[0]
    assert portal.type == type_
    assert portal.application_id == (application or 1)
    licence = next(row for row in rows(world, Application) if row.portal_id == started.portal_id)
    assert (licence.id, licence.type) == (portal.application_id, type_)


def test_type_can_not_be_asked_for() -> None:  # R6
    assert "type" not in {field.name for field in fields(StartProvisioning)}


def test_production_is_taken_before_trial_until_none_is_free(world: World) -> None:  # R4
    for number in range(13):
        world.submit(subdomain=f"help-{number}")
    assert [portal.type for portal in rows(world, Portal)] == ["production"] * 10 + ["trial"] * 3
    errors = world.refusals(subdomain="help-13")
    assert [(error.code, error.field) for error in errors] == [("no-free-application", "application")]
    assert "Ask the console administrator to add one" in errors[0].message


def test_taken_subdomain_is_told_first_when_no_licence_is_free_either(world: World) -> None:  # R4, R10
    for number in range(13):
        world.submit(subdomain=f"help-{number}")
    assert world.codes(subdomain="help-0") == ["subdomain-taken", "no-free-application"]


def test_licence_is_refused_when_it_is_configured(world: World) -> None:  # R4
    world.submit(application=2)
    assert world.codes(subdomain="other", application=2) == ["no-free-application"]


@pytest.mark.parametrize("application", [99, 0, -1, 10**30])
def test_licence_is_refused_when_there_is_no_such(world: World, application: int) -> None:
    errors = world.refusals(application=application)
    assert [(error.code, error.field) for error in errors] == [("not-found", "application")]


def test_nothing_starts_when_the_terms_are_not_accepted(world: World) -> None:  # R18
    with pytest.raises(TermsNotAccepted) as caught:
        world.submit(terms=False)
    assert caught.value.field == "accept-terms"
    assert world.services.catalogue.terms.version in caught.value.message
    assert rows(world, Portal) == rows(world, Run) == rows(world, Event) == []


def test_terms_come_after_the_values_when_both_are_missing(world: World) -> None:  # R18
    assert world.codes(terms=False, subdomain="no_good") == ["subdomain-invalid"]


def test_nothing_is_left_when_a_submit_is_refused(world: World) -> None:
    world.submit()
    assert world.codes() == ["subdomain-taken"]
    assert len(rows(world, Portal)) == len(rows(world, Run)) == len(rows(world, TermsAcceptance)) == 1
    assert sum(row.portal_id is not None for row in rows(world, Application)) == 1


def test_engine_is_nudged_when_a_run_is_queued(world: World) -> None:
    class Engine:
        nudges = 0

        def nudge(self) -> None:
            self.nudges += 1

    engine: Any = Engine()
    world.services._nudge.engine = engine
    world.submit()
    assert engine.nudges == 1
    assert world.codes() == ["subdomain-taken"]
    assert engine.nudges == 1


def test_subdomain_is_taken_in_every_case(world: World) -> None:  # R10
    world.submit(subdomain="help")
    for other in ("help", "HELP", "HeLp"):
        assert world.codes(subdomain=other) == ["subdomain-taken"]


def test_deleted_portal_frees_its_name_after_the_purge_time(world: World) -> None:  # R10
    started = world.submit(subdomain="help")
    free_at = world.clock.now.replace(minute=30)
    with world.store.writing() as session:
        portal = session.get_one(Portal, started.portal_id)
        portal.state, portal.deleted_at = "deleted", world.clock.now
        session.add_all(
            (portal, ReleasedSubdomain(subdomain="help", portal_id=started.portal_id, free_at=free_at))
        )
    error = world.refusals(subdomain="help")[0]
    assert (error.code, error.details["free_at"]) == ("subdomain-taken", free_at.isoformat())
    assert "free again at 2026-11-23 09:30 UTC" in error.message
    world.clock.advance(1800)
    assert world.codes(subdomain="help") == []


# ── Rename (R5) ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_only_the_name_moves_when_renamed(world_on_both: World) -> None:  # R5
    world = world_on_both
    started = world.submit()
    before = rows(world, Portal)[0].model_dump()
    world.clock.advance(60)
    world.portals.rename(started.portal_id, "  Hilfe  ", AMELIE)
    after = rows(world, Portal)[0].model_dump()
    # Two columns follow from the name: what it is sorted by, and what a search looks into.
    moved = {"name", "name_folded", "search_text", "changed_at"}
    assert {key for key in after if after[key] != before[key]} == moved
    assert after["name"] == "Hilfe"
    event = rows(world, Event)[-1]
    assert (event.act, event.details) == ("rename", {"from": "Contoso Help", "to": "Hilfe"})


def test_nothing_is_told_when_the_name_is_the_same(world: World) -> None:
    started = world.submit()
    world.portals.rename(started.portal_id, "Contoso Help", AMELIE)
    assert [event.act for event in rows(world, Event)] == ["provision"]


def test_two_portals_can_have_one_name(world: World) -> None:  # R5
    world.submit(subdomain="one")
    world.submit(subdomain="two")
    assert [portal.name for portal in rows(world, Portal)] == ["Contoso Help"] * 2


@pytest.mark.parametrize("actor", [PRIYA, OLIVER, NADIA, ADMIN], ids=lambda actor: actor.email)
def test_rename_is_refused_when_not_an_administrator_there(world: World, actor: Any) -> None:  # R1
    started = world.submit()
    with pytest.raises(NotSystemAdministrator):
        world.portals.rename(started.portal_id, "Mine", actor)
    assert rows(world, Portal)[0].name == "Contoso Help"


def test_rename_is_refused_when_the_name_is_no_good(world: World) -> None:  # R5
    started = world.submit()
    with pytest.raises(NameInvalid):
        world.portals.rename(started.portal_id, "\n", AMELIE)


@pytest.mark.parametrize("portal_id", [99, 0, -1, 10**30])
def test_rename_is_refused_when_there_is_no_such_portal(world: World, portal_id: int) -> None:
    with pytest.raises(NotFound) as caught:
        world.portals.rename(portal_id, "Mine", AMELIE)
    assert caught.value.field == "id"


def test_rename_is_refused_when_the_portal_was_deleted(world: World) -> None:
    started = world.submit()
    with world.store.writing() as session:
        portal = session.get_one(Portal, started.portal_id)
        portal.state = "deleted"
        session.add(portal)
    with pytest.raises(Conflict, match="was deleted"):
        world.portals.rename(started.portal_id, "Mine", AMELIE)


# ── Hand over (R1, R2) ──────────────────────────────────────────────────────────────────────────────────────────────


def test_request_names_the_role_when_a_customizer_hands_over(world: World) -> None:  # R1, R2
    text = world.portals.handover(request(application=3), PRIYA)
    assert text.startswith("To: Amélie Laurent <amelie.laurent@contoso.example>, James Whitfield <")
    assert "I lack the role System Administrator there." in text
    for line in (
        "Name: Contoso Help",
        "Portal URL: contoso-help.localhost",
        "Instance: Contoso",
        "Language: French - France",
        "Portal Administrator: Amélie Laurent",
        "Portal Audience: Customer",
        "Portal: Customer Self-Service Portal",
        "Application: 3",
        "Requested by Priya Sharma <priya.sharma@contoso.example>",
    ):
        assert line in text.splitlines()
    assert (
        "python -m core provision --name 'Contoso Help' --subdomain contoso-help --instance contoso "
        "--language 1036 --administrator amelie.laurent@contoso.example --audience customer "
        "--portal customer-self-service --application 3 --accept-terms --as YOUR-EMAIL"
    ) in text


def test_request_holds_only_what_is_filled_in(world: World) -> None:
    text = world.portals.handover(StartProvisioning(instance=CONTOSO, portal="wiki"), PRIYA)
    assert "Language" not in text
    assert "Portal: wiki" in text
    assert "provision --instance contoso --portal wiki --accept-terms" in text


def test_request_can_not_be_extended_by_what_was_typed(world: World) -> None:
    text = world.portals.handover(request(name="x'; rm -rf /\n\nTo: everybody"), PRIYA)
    assert sum(line.startswith("To:") for line in text.splitlines()) == 1
    assert """--name 'x'"'"'; rm -rf / To: everybody'""" in text


def test_no_role_lacks_when_an_administrator_hands_over(world: World) -> None:
    assert "I lack" not in world.portals.handover(request(), AMELIE)


@pytest.mark.parametrize("actor", [OLIVER, ADMIN], ids=lambda actor: actor.email)
def test_handing_over_is_refused_when_the_instance_can_not_be_picked(world: World, actor: Any) -> None:
    with pytest.raises(Exception, match="can be picked by") as caught:  # R2
        world.portals.handover(request(), actor)
    assert getattr(caught.value, "code", "") == "instance-not-available"


def test_handing_over_asks_for_the_instance_when_none_is_chosen(world: World) -> None:
    with pytest.raises(Exception, match="Choose the instance first"):
        world.portals.handover(StartProvisioning(), PRIYA)


def test_only_a_customizer_can_hand_over(world: World) -> None:  # R1, R2
    can = {actor.email: world.portals.can_hand_over(request(), actor) for actor in (AMELIE, PRIYA, OLIVER)}
    assert list(can.values()) == [False, True, False]
    assert not world.portals.can_hand_over(StartProvisioning(), PRIYA)
    assert not world.portals.can_hand_over(request(instance="fabrikam", language=ENGLISH), PRIYA)
