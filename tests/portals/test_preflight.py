"""The preflight says what the submit would: every case asks both."""

from typing import Any

import pytest

from core.access import Actor
from tests.portals.world import (
    ADMIN,
    ADVENTURE,
    AMELIE,
    ARABIC,
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
        "packages",
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
