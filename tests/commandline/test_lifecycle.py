"""portals restart, cancel, delete, reset (R11, R21–R23)."""

import pytest

from tests.commandline.conftest import ADMIN, AMELIE, PRIYA, BeginWith, Cli, request


@pytest.fixture
def broken(cli: Cli, begin_with: BeginWith, monkeypatch: pytest.MonkeyPatch) -> int:
    """A portal whose website could not be created."""
    monkeypatch.setenv("PORTICO_PLATFORM_PATIENCE_S", "0")

    def tell() -> None:
        assert cli("instances", "change", "contoso", "--reachable", "no", "--as", AMELIE).code == 0
        answer = cli("provision", *request("aide"), "--accept-terms", "--force", "--wait", "--json")
        assert (answer.code, answer.document["portal"]["id"]) == (1, 1)
        assert cli("instances", "change", "contoso", "--reachable", "yes", "--as", AMELIE).code == 0

    begin_with(tell)
    return 1


def test_the_portal_is_live_when_provisioning_is_restarted(cli: Cli, broken: int) -> None:  # R21, R22
    shown = cli("portals", "show", broken, "--json").document
    assert shown["portal"]["display_name"] == "Aide-Provisioning Failed"
    assert shown["runs"][0]["steps"][0]["error"]["code"] == "platform-unreachable"
    answer = cli("portals", "restart", broken, "--as", AMELIE, "--wait", "--json")
    assert (answer.code, answer.document["state"], answer.document["verdict"]) == (
        0,
        "provisioned",
        "healthy",
    )
    assert [run["state"] for run in cli("portals", "show", broken, "--json").document["runs"]] == [
        "succeeded",
        "failed",
    ]
    again = cli("portals", "restart", broken, "--as", AMELIE, "--json")
    assert (again.code, again.error["code"], again.error["field"]) == (1, "conflict", "id")


def test_the_values_change_when_they_are_given(cli: Cli, broken: int) -> None:  # R23
    changed = ("--name", "Hilfe", "--subdomain", "hilfe", "--language", 1031, "--portal", "community")
    answer = cli("portals", "restart", broken, *changed, "--as", AMELIE, "--wait", "--json")
    assert answer.code == 0, answer.out
    after = answer.document
    assert (after["name"], after["subdomain"], after["language"], after["portal"], after["state"]) == (
        "Hilfe",
        "hilfe",
        1031,
        "community",
        "provisioned",
    )
    refused = cli("portals", "restart", broken, "--subdomain", "other", "--as", AMELIE, "--json")
    assert (refused.code, refused.error["code"], refused.error["field"]) == (1, "url-immutable", "subdomain")


@pytest.mark.parametrize(
    ("options", "code", "field", "exit_code"),
    [
        (("--language", 3082), "language-not-installed", "language", 1),
        (("--subdomain", "a_b"), "subdomain-invalid", "subdomain", 1),
        (("--portal", "employee-self-service"), "portal-not-for-audience", "portal", 1),
        (("--administrator", PRIYA), "administrator-not-eligible", "administrator", 1),
        (("--name", ""), "option-misused", "name", 2),
        (("--force",), "option-misused", "force", 2),
        (("--language", "french"), "not-a-number", "language", 2),
    ],
)
def test_the_reason_is_told_when_a_change_is_refused(
    cli: Cli, broken: int, options: tuple[object, ...], code: str, field: str, exit_code: int
) -> None:  # R3, R9, R12, R15
    answer = cli("portals", "restart", broken, *options, "--as", AMELIE, "--json")
    assert (answer.code, answer.error["code"], answer.error["field"]) == (exit_code, code, field)


def test_who_may_is_judged_when_somebody_else_acts(cli: Cli, broken: int) -> None:  # R1
    for command in (("restart",), ("cancel",), ("delete", "--reason", "why"), ("reset",)):
        for email in (PRIYA, ADMIN):
            answer = cli("portals", command[0], broken, *command[1:], "--as", email, "--json")
            assert (answer.code, answer.error["code"]) == (1, "not-system-administrator")
        answer = cli("portals", command[0], broken, *command[1:], "--json")
        assert (answer.code, answer.error["field"]) == (2, "as")
        answer = cli("portals", command[0], 2**70, *command[1:], "--as", AMELIE, "--json")
        assert (answer.code, answer.error["code"]) == (1, "not-found")


def test_the_run_ends_when_it_is_cancelled(cli: Cli) -> None:
    assert cli("provision", *request("aide"), "--accept-terms").code == 0
    answer = cli("portals", "cancel", 1, "--as", AMELIE, "--json")
    assert (answer.code, answer.document["state"]) == (0, "provisioning-failed")
    assert cli("portals", "show", 1, "--json").document["runs"][0]["state"] == "cancelled"
    answer = cli("portals", "cancel", 1, "--as", AMELIE, "--json")
    assert (answer.code, answer.error["field"]) == (1, "id")
    assert "Aide-Configuring" in cli("portals", "restart", 1, "--as", AMELIE).out


def test_the_licence_is_free_when_a_portal_is_deleted(cli: Cli, broken: int) -> None:  # R4
    assert cli("portals", "delete", broken, "--as", AMELIE, "--json").error["field"] == "reason"
    assert (
        cli("portals", "delete", broken, "--reason", " ", "--as", AMELIE, "--json").error["field"] == "reason"
    )
    answer = cli("portals", "delete", broken, "--reason", "no longer", "--as", AMELIE, "--json")
    assert (answer.code, answer.document["state"], answer.document["verdict"]) == (0, "deleted", None)
    states = [item["state"] for item in cli("applications", "list", "--json").document["items"]]
    assert set(states) == {"not-configured"}
    again = cli("provision", *request("aide"), "--accept-terms", "--json")
    assert (again.code, again.error["code"]) == (1, "subdomain-taken")
    assert cli("portals", "list", "--state", "deleted", "--json").document["total"] == 1


def test_the_application_is_not_configured_when_it_is_reset(cli: Cli, broken: int) -> None:
    assert "deleted" in cli("portals", "reset", broken, "--as", AMELIE).out
    assert cli("portals", "reset", broken, "--as", AMELIE).code == 0  # idempotent
