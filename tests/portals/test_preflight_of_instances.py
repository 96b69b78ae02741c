"""The preflight of what stands in the instance, and how its lines read."""

from typing import Any

import pytest
import sqlalchemy as sa

from core.access import Actor
from core.platforms.port import ImportRequest, InstanceChange
from core.portals.commands import StartProvisioning
from core.portals.installation_rows import is_importing
from core.storage.tables import Installation
from tests.contract.packages import build
from tests.portals.world import (
    ADMIN,
    ADVENTURE,
    AMELIE,
    ARABIC,
    CONTOSO,
    ENGLISH,
    FABRIKAM,
    JAPANESE,
    LAYLA,
    MARCO,
    NADIA,
    OLIVER,
    PRIYA,
    World,
    request,
)

IN_FABRIKAM: dict[str, Any] = {"instance": FABRIKAM, "language": ENGLISH, "administrator": NADIA.email}
IN_ADVENTURE: dict[str, Any] = {"instance": ADVENTURE, "language": ENGLISH, "administrator": LAYLA.email}
FIELD_SERVICE: dict[str, Any] = {"audience": "partner", "portal": "partner-field-service"}
PROJECT_SERVICE: dict[str, Any] = {"audience": "partner", "portal": "partner-project-service"}


# ── R16: what must stand there first ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("actor", "values", "missing"),
    [
        (AMELIE, PROJECT_SERVICE, ["PartnerPortal", "ProjectService"]),
        (AMELIE, FIELD_SERVICE, ["PartnerPortal", "FieldService"]),
        (NADIA, IN_FABRIKAM | PROJECT_SERVICE, ["PartnerPortal"]),
        (NADIA, IN_FABRIKAM | FIELD_SERVICE, ["PartnerPortal"]),
    ],
)
def test_add_on_is_blocked_when_its_prerequisites_are_missing(
    world: World, actor: Actor, values: dict[str, Any], missing: list[str]
) -> None:  # R16
    assert list(world.blocked(actor, **values)) == ["prerequisites"]
    error = world.refusals(actor, **values)[0]
    assert (error.code, error.field) == ("prerequisite-missing", "portal")
    assert sorted(error.details["missing"]) == sorted(missing)
    check = world.blocked(actor, **values)["prerequisites"]
    assert all(name in check.message for name in missing)
    assert (check.fix, check.page) == (
        ("Install it there first.", "instances")
        if len(missing) == 1
        else ("Install them there first.", "instances")
    )


def test_add_on_is_offered_when_a_partner_portal_stands_there(world: World) -> None:  # R16
    world.services.instances.import_solution(FABRIKAM, "PartnerPortal", NADIA)
    for values in (PROJECT_SERVICE, FIELD_SERVICE):
        assert world.blocked(NADIA, **IN_FABRIKAM | values) == {}


def test_add_on_is_blocked_when_what_stands_there_is_too_old(world: World) -> None:  # R16
    world.services.instances.import_solution(FABRIKAM, "PartnerPortal", NADIA)
    file = world.settings.data_dir / "local"
    found = [path for path in file.rglob("*.sqlite") if "fabrikam" in path.name]
    engine = sa.create_engine(f"sqlite:///{found[0]}")
    with engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE solution SET version = '1.0.0.0' WHERE unique_name = 'PartnerPortal'")
        )
    engine.dispose()
    assert list(world.blocked(NADIA, **IN_FABRIKAM | FIELD_SERVICE)) == ["prerequisites"]


def test_add_on_goes_on_when_forced(world: World) -> None:  # R16
    assert world.portals.preflight(request(**FIELD_SERVICE), AMELIE).can_be_forced
    started = world.submit(force=True, **FIELD_SERVICE)
    assert world.details(started.portal_id).portal.state == "configuring"


# ── What only the state of the instance blocks ──────────────────────────────────────────────────────────────────────


def foreign_import(world: World) -> None:
    """Somebody else imports a solution that takes a while."""
    world.change("delay", delay_s=600)
    asked = ImportRequest(CONTOSO, build("Foreign"), ENGLISH, AMELIE.email)
    world.services.platform.import_solution("foreign", asked)


def test_submit_is_blocked_but_forceable_when_in_administration_mode(world: World) -> None:
    world.change("administration-mode", is_on=True)
    _only_forceable(world, "administration-mode", "Switch administration mode off.")


def test_submit_is_blocked_but_forceable_when_the_instance_is_silent(world: World) -> None:
    world.services.directory.get(CONTOSO)
    world.change("reachable", is_on=False)
    checks = world.checks()
    assert "last seen at 2026-11-23 09:00 UTC" in checks["reachable"].message
    assert "administration-mode" not in checks  # hearsay
    _only_forceable(world, "reachable", "Wait until it does.")


def test_submit_is_blocked_but_forceable_when_somebody_else_imports(world: World) -> None:
    foreign_import(world)
    assert "Foreign is being imported into Contoso" in world.blocked()["import-running"].message
    _only_forceable(world, "import-running", "Wait until it has ended.")


def test_submit_is_blocked_but_forceable_when_access_mode_is_not_read_write(world: World) -> None:  # R26
    assert "is Administrative, and an import needs Read-Write" in world.blocked(MARCO)["access-mode"].message
    _only_forceable(world, "access-mode", "Change it there.", MARCO)


def test_submit_is_blocked_but_forceable_when_a_package_is_broken(world: World) -> None:  # R24
    uploads = world.services.uploads
    uploads.add(CONTOSO, b"no zip", AMELIE, file_name="MicrosoftIdentity_99_0.zip", force=True)
    blocked = world.blocked()["packages"]
    assert blocked.page == "solutions"
    assert "MicrosoftIdentity 99.0.0.0 can't be installed in Contoso" in blocked.message
    assert "This will be refused by the platform" in blocked.message
    _only_forceable(world, "packages", "Mend that first.")
    uploads.withdraw(CONTOSO, "MicrosoftIdentity", "99.0.0.0", AMELIE)
    assert world.checks()["packages"].message.startswith("Contoso takes every package of ")


def test_submit_is_blocked_but_forceable_when_a_holding_solution_is_left_over(world: World) -> None:  # R24
    world.change("hold-solution", solution="MicrosoftCrmPortalBase")
    said = "The holding solution MicrosoftCrmPortalBase_Upgrade is left over in Contoso: uninstall it"
    assert said in world.blocked()["packages"].message
    _only_forceable(world, "packages", "Mend that first.")


def _only_forceable(world: World, check_id: str, fix: str, actor: Actor = AMELIE) -> None:
    blocked = world.blocked(actor)
    assert list(blocked) == [check_id]
    assert blocked[check_id].fix == fix
    assert world.portals.preflight(request(), actor).can_be_forced
    assert world.codes(actor) == ["instance-blocked"]
    started = world.submit(actor, force=True)
    assert world.insight.run(started.run_id).state == "queued"


def test_nothing_blocks_when_our_own_import_runs_there(world: World) -> None:
    foreign_import(world)
    row = Installation(
        instance=CONTOSO,
        solution="Foreign",
        version="1.0",
        state="installing",
        language=ENGLISH,
        requested_by=AMELIE.email,
        created_at=world.clock(),
    )
    with world.store.writing() as session:
        session.add(row)
    assert world.checks()["import-running"].message == "Waits for its turn in Contoso"
    assert world.codes() == []


@pytest.mark.parametrize(
    ("actor", "values", "code"),
    [
        (PRIYA, {}, "not-system-administrator"),  # R1
        (OLIVER, {}, "instance-not-available"),  # R2
        (AMELIE, {"administrator": PRIYA.email}, "administrator-not-eligible"),  # R3
        (AMELIE, {"name": ""}, "name-invalid"),  # R5
        (AMELIE, {"subdomain": "no_good"}, "subdomain-invalid"),  # R9
        (AMELIE, {"subdomain": "taken"}, "subdomain-taken"),  # R10
        (AMELIE, {"language": JAPANESE}, "language-not-installed"),  # R12
        (AMELIE, {"language": ARABIC}, "language-not-supported"),  # R13
        (AMELIE, {"audience": "employee"}, "portal-not-for-audience"),  # R15
        (AMELIE, {"application": 1}, "no-free-application"),  # R4
        (AMELIE, {"instance": "atlantis"}, "not-found"),
    ],
)
def test_force_never_goes_past_a_rule(world: World, actor: Actor, values: dict[str, Any], code: str) -> None:
    world.submit(subdomain="taken")
    world.change("administration-mode", is_on=True)
    assert not world.portals.preflight(request(**values), actor).can_be_forced
    assert code in world.codes(actor, force=True, **values)
    assert world.insight.counts(ADMIN)["total"] == 1


def test_terms_are_needed_when_forced(world: World) -> None:  # R18
    world.change("administration-mode", is_on=True)
    assert world.codes(force=True, terms=False) == ["terms-not-accepted"]


def test_instance_is_refused_when_it_was_never_reached(world: World) -> None:
    administration = world.services.administration
    assert administration
    world.services.instances.add("new-one", "New One", ENGLISH, AMELIE)
    with world.store.writing() as session:
        session.connection().execute(sa.text("DELETE FROM instance_snapshot WHERE slug = 'new-one'"))
    administration.change_instance("new-one", (InstanceChange("reachable", is_on=False),))
    assert world.codes(instance="new-one", force=True) == ["platform-unreachable"]


# ── As people read it ───────────────────────────────────────────────────────────────────────────────────────────────


def test_each_field_has_one_line_when_the_form_is_empty(world: World) -> None:
    checks = world.portals.preflight(StartProvisioning(), AMELIE).checks
    blocked = [check.id for check in checks if check.state == "blocked"]
    assert blocked == ["name", "subdomain", "instance", "language", "administrator", "audience", "portal"]
    assert [check.message for check in checks if check.id in ("language", "portal", "audience")] == [
        "Choose the portal's language",
        "Choose who will visit the portal",
        "Select the portal to be deployed",
    ]


def test_each_field_has_one_line_when_only_the_instance_is_chosen(world: World) -> None:
    checks = world.portals.preflight(StartProvisioning(instance=CONTOSO), AMELIE).checks
    blocked = [check.id for check in checks if check.state == "blocked"]
    assert blocked == ["name", "subdomain", "language", "administrator", "audience", "portal"]


def test_no_line_speaks_of_the_portal_when_only_the_audience_is_missing(world: World) -> None:
    assert list(world.blocked(audience=None)) == ["audience"]


def test_every_error_is_told_at_once_when_several_values_are_wrong(world: World) -> None:
    errors = world.refusals(
        PRIYA,
        name=" ",
        subdomain="no_good",
        language=JAPANESE,
        administrator=OLIVER.email,
        audience="employee",
    )
    assert [(error.code, error.field) for error in errors] == [
        ("not-system-administrator", "as"),
        ("name-invalid", "name"),
        ("subdomain-invalid", "subdomain"),
        ("language-not-installed", "language"),
        ("administrator-not-eligible", "administrator"),
        ("portal-not-for-audience", "portal"),
    ]


WRONG: list[tuple[Actor, dict[str, Any]]] = [
    (AMELIE, vars(StartProvisioning())),
    (AMELIE, vars(StartProvisioning(instance=CONTOSO))),
    (PRIYA, {}),
    (OLIVER, {}),
    (MARCO, {"administrator": PRIYA.email, "language": JAPANESE, "audience": "employee"}),
    (AMELIE, {"name": "\n", "subdomain": "xn--a"}),
    (AMELIE, {"name": "x" * 101, "subdomain": "a" * 64, "language": ARABIC}),
    (AMELIE, {"instance": "atlantis", "language": 9999, "portal": "wiki", "audience": "robots"}),
    (AMELIE, FIELD_SERVICE | {"subdomain": "Www", "application": 99}),
]


@pytest.mark.parametrize(("actor", "values"), WRONG)
def test_every_line_is_a_sentence_for_people(world: World, actor: Actor, values: dict[str, Any]) -> None:
    world.change("administration-mode", is_on=True)
    for check in world.checks(actor, **values).values():
        opening = check.message[0]
        is_named = check.message.startswith((actor.email, PRIYA.email, "'", "priya"))
        assert opening.isupper() or is_named, check
        assert not check.message.endswith("."), check
        assert "None" not in check.message, check
        if check.state == "blocked" and not check.message.startswith(("Choose", "Select")):
            assert check.fix, check
            assert check.fix[0].isupper(), check
            assert check.fix.endswith("."), check
        if check.state == "fine":
            assert check.fix is None


def test_name_with_full_stops_is_not_cut_from_its_sentence(world: World) -> None:
    world.services.instances.add("inc", "A. Datum Inc. Europe", ENGLISH, AMELIE)
    world.change("administration-mode", instance="inc", is_on=True)
    check = world.blocked(instance="inc", language=ENGLISH)["administration-mode"]
    assert check.message == "A. Datum Inc. Europe is in administration mode and takes no imports"
    assert check.fix == "Switch administration mode off."


def test_our_own_import_is_told_from_others(world: World) -> None:
    assert not is_importing(world.store, CONTOSO)
    with world.store.writing() as session:
        session.add(
            Installation(
                instance=CONTOSO,
                solution="X",
                version="1",
                state="installing",
                language=1033,
                requested_by="a",
                created_at=world.clock.now,
            )
        )
    assert is_importing(world.store, CONTOSO)
    assert not is_importing(world.store, "fabrikam")
