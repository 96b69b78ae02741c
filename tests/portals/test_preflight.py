"""The preflight says what the submit would: every case asks both."""

from typing import Any

import pytest
import sqlalchemy as sa

from core.access import Actor
from core.platforms.port import ImportRequest, InstanceChange
from core.portals.commands import StartProvisioning
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
    FRENCH,
    GERMAN,
    HEBREW,
    JAPANESE,
    LAYLA,
    MARCO,
    NADIA,
    OLIVER,
    PRIYA,
    STRANGER,
    World,
    request,
)

IN_FABRIKAM: dict[str, Any] = {"instance": FABRIKAM, "language": ENGLISH, "administrator": NADIA.email}
IN_ADVENTURE: dict[str, Any] = {"instance": ADVENTURE, "language": ENGLISH, "administrator": LAYLA.email}
FIELD_SERVICE: dict[str, Any] = {"audience": "partner", "portal": "partner-field-service"}
PROJECT_SERVICE: dict[str, Any] = {"audience": "partner", "portal": "partner-project-service"}


def test_everything_is_fine_when_the_request_is(world: World) -> None:
    checks = world.checks()
    assert world.portals.preflight(request(), AMELIE).is_clear
    assert {check.state for check in checks.values()} == {"fine"}
    assert list(checks) == [
        "application",
        "name",
        "subdomain",
        "subdomain-free",
        "instance",
        "system-administrator",
        "language-supported",
        "language",
        "administrator",
        "audience",
        "portal",
        "prerequisites",
        "reachable",
        "administration-mode",
        "import-running",
        "access-mode",
    ]


# ── R1, R2: who may ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_customizer_is_told_why_an_administrator_is_needed(world: World) -> None:  # R1, R2
    blocked = world.blocked(PRIYA)
    assert list(blocked) == ["system-administrator"]
    check = blocked["system-administrator"]
    assert check.rule == "R1"
    assert check.message == (
        "priya.sharma@contoso.example does not hold the System Administrator role in Contoso"
    )
    assert check.fix
    assert "hand the request over" in check.fix
    assert world.codes(PRIYA) == ["not-system-administrator"]
    assert world.refusals(PRIYA)[0].field == "as"


@pytest.mark.parametrize("actor", [OLIVER, LAYLA, ADMIN, STRANGER], ids=lambda actor: actor.email)
def test_submit_is_refused_when_neither_administrator_nor_customizer(world: World, actor: Actor) -> None:
    assert list(world.blocked(actor)) == ["instance", "system-administrator"]  # R1, R2
    assert world.codes(actor) == ["instance-not-available", "not-system-administrator"]


@pytest.mark.parametrize("actor", [OLIVER, STRANGER], ids=lambda actor: actor.email)
def test_nothing_of_the_instance_is_told_when_it_can_not_be_picked(world: World, actor: Actor) -> None:
    world.change("administration-mode", is_on=True)
    told = " ".join(
        f"{check.message} {check.fix}"
        for check in world.portals.preflight(request(administrator="x@y.example"), actor).checks
    )
    assert AMELIE.email not in told
    assert "administration mode" not in told


def test_role_is_judged_again_when_it_was_taken_away(world: World) -> None:  # R1
    world.change("revoke", role="System Administrator", user=AMELIE.email)
    world.change("grant", role="System Customizer", user=AMELIE.email)
    assert world.codes() == ["not-system-administrator", "administrator-not-eligible"]


def test_e_mail_counts_in_any_case(world: World) -> None:  # R1, R3
    actor = Actor("Amelie.Laurent@CONTOSO.example")
    assert world.codes(actor, administrator="JAMES.whitfield@contoso.example") == []


def test_instance_is_refused_when_there_is_none_of_that_name(world: World) -> None:
    assert world.codes(instance="atlantis") == ["not-found"]
    error = world.refusals(instance="atlantis")[0]
    assert error.field == "instance"
    assert "atlantis" in error.message


# ── R3: the portal administrator ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "email", [PRIYA.email, OLIVER.email, NADIA.email, LAYLA.email, "nobody@elsewhere.example"]
)
def test_administrator_is_refused_when_not_a_system_administrator_there(world: World, email: str) -> None:
    error = world.refusals(administrator=email)[0]  # R3
    assert (error.code, error.field) == ("administrator-not-eligible", "administrator")
    assert AMELIE.email in error.details["eligible"]
    assert PRIYA.email not in error.details["eligible"]


def test_administrator_can_be_another_than_who_submits(world: World) -> None:  # R3
    assert "administrator" not in world.blocked(administrator=MARCO.email)


# ── R12, R13: the language ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("lcid", [ENGLISH, FRENCH, GERMAN])
def test_language_is_fine_when_installed(world: World, lcid: int) -> None:  # R12
    assert world.blocked(language=lcid) == {}


def test_language_is_refused_when_not_installed(world: World) -> None:  # R12
    assert world.codes(language=JAPANESE) == ["language-not-installed"]
    error = world.refusals(language=JAPANESE)[0]
    assert error.field == "language"
    assert error.details == {"language": JAPANESE, "installed": [ENGLISH, FRENCH, GERMAN]}
    check = world.blocked(language=JAPANESE)["language"]
    assert (check.message, check.page) == ("Japanese is not installed in Contoso", "instances")


def test_language_is_named_with_its_country_when_there_are_two(world: World) -> None:
    assert world.checks(language=2070)["language"].message.startswith("Portuguese (Portugal)")


def test_language_is_fine_when_installed_a_moment_ago(world: World) -> None:  # R12
    assert world.codes(language=JAPANESE) == ["language-not-installed"]
    world.change("install-language", language=JAPANESE)
    assert world.codes(language=JAPANESE) == []


# Every variant of Arabic and Hebrew that Windows knows.
_ARABIC = [
    1025,
    2049,
    3073,
    4097,
    5121,
    6145,
    7169,
    8193,
    9217,
    10241,
    11265,
    12289,
    13313,
    14337,
    15361,
    16385,
]


@pytest.mark.parametrize("lcid", [*_ARABIC, 1, HEBREW, 13])
def test_language_is_refused_when_arabic_or_hebrew(world: World, lcid: int) -> None:  # R13
    blocked = world.blocked(LAYLA, **IN_ADVENTURE | {"language": lcid})
    assert list(blocked) == ["language-supported"]
    assert "Arabic and Hebrew are not supported" in blocked["language-supported"].message
    assert world.codes(LAYLA, **IN_ADVENTURE | {"language": lcid}) == ["language-not-supported"]


def test_arabic_is_refused_though_it_is_the_base_language(world: World) -> None:  # R12, R13
    assert world.services.directory.get(ADVENTURE).instance.base_language == ARABIC
    assert world.codes(LAYLA, **IN_ADVENTURE | {"language": ARABIC}) == ["language-not-supported"]
    assert world.codes(LAYLA, **IN_ADVENTURE | {"language": JAPANESE}) == []


@pytest.mark.parametrize("lcid", [9999, -1, 0, 10**12])
def test_language_is_refused_when_there_is_no_such(world: World, lcid: int) -> None:  # R13
    assert world.codes(language=lcid) == ["language-not-supported"]


# ── R15: the audience and its portals ───────────────────────────────────────────────────────────────────────────────

_OFFERED = {
    "partner": [
        "customer-self-service",
        "custom",
        "partner",
        "partner-project-service",
        "partner-field-service",
        "community",
    ],
    "customer": ["customer-self-service", "custom", "community"],
    "employee": ["employee-self-service"],
}
_PORTALS = sorted({slug for slugs in _OFFERED.values() for slug in slugs})


@pytest.mark.parametrize("audience", _OFFERED)
@pytest.mark.parametrize("portal", _PORTALS)
def test_portal_is_offered_exactly_to_its_audiences(world: World, audience: str, portal: str) -> None:
    check = world.checks(audience=audience, portal=portal)["portal"]  # R15
    if portal in _OFFERED[audience]:
        assert check.state == "fine"
        return
    assert check.state == "blocked"
    error = world.refusals(audience=audience, portal=portal)[0]
    assert (error.code, error.field) == ("portal-not-for-audience", "portal")
    assert error.details == {"offered": _OFFERED[audience]}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"audience": "robots"}, "audience"),
        ({"portal": "wiki"}, "portal"),
    ],
)
def test_choice_is_refused_when_there_is_no_such(world: World, values: dict[str, Any], field: str) -> None:
    errors = world.refusals(**values)
    assert [(error.code, error.field) for error in errors] == [("not-found", field)]


def test_both_are_told_when_neither_audience_nor_portal_exist(world: World) -> None:
    errors = world.refusals(audience="robots", portal="wiki")
    assert [error.field for error in errors] == ["audience", "portal"]


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
