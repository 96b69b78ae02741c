"""instances: list, change, add (who may: R1; the platform's own truth)."""

from pathlib import Path
from typing import Any

import pytest

from tests.commandline.conftest import ADMIN, AMELIE, PRIYA, Cli


def _change(cli: Cli, *options: object, by: str = ADMIN) -> Any:
    answer = cli("instances", "change", "contoso", *options, "--as", by, "--json")
    assert answer.code == 0, answer.out
    return answer.document


def _user(instance: dict[str, Any], email: str) -> dict[str, Any]:
    return next(user for user in instance["users"] if user["email"] == email)


def test_instances_come_in_the_platforms_order_when_listed(cli: Cli) -> None:
    document = cli("instances", "list", "--json").document
    assert [item["slug"] for item in document["items"]] == ["contoso", "fabrikam", "adventure-works"]
    contoso, fabrikam, works = document["items"]
    assert set(contoso) == {
        "slug", "name", "url", "base_language", "languages", "administration_mode", "users", "solutions",
    }  # fmt: skip
    assert (contoso["base_language"], contoso["languages"]) == (1033, [1033, 1036, 1031])
    assert _user(contoso, PRIYA) == {
        "email": PRIYA,
        "name": "Priya Sharma",
        "roles": ["System Customizer"],
        "access_mode": "read-write",
        "default_language": 1033,
    }
    assert fabrikam["solutions"] == [
        {"unique_name": "FieldService", "version": "8.8.139.0"},
        {"unique_name": "ProjectService", "version": "3.10.104.0"},
    ]
    assert works["base_language"] == 1025


def test_a_user_sees_the_own_instances_when_listing(cli: Cli) -> None:
    assert [i["slug"] for i in cli("instances", "list", "--as", AMELIE, "--json").document["items"]] == [
        "contoso"
    ]
    assert cli("instances", "list", "--as", "nobody@x.example", "--json").document == {
        "total": 0,
        "items": [],
    }


def test_people_see_users_and_solutions_when_asked_without_json(cli: Cli) -> None:
    answer = cli("instances", "list", "--sort", "-slug", "--limit", 1)
    assert answer.code == 0
    for words in ("Fabrikam", "FieldService 8.8.139.0", "Tomás Herrera", "1 of 3 instances"):
        assert words in answer.out


def test_every_action_shows_when_the_instance_was_changed(cli: Cli) -> None:
    assert _change(cli, "--administration-mode", "on")["administration_mode"] is True
    assert _change(cli, "--administration-mode", "off")["administration_mode"] is False
    after = _change(cli, "--install-language", 1043, "--base-language", 1043, "--remove-language", 1031)
    assert (after["base_language"], after["languages"]) == (1043, [1033, 1036, 1043])
    after = _change(cli, "--grant", "System Administrator", "--revoke", "System Customizer", "--user", PRIYA)
    assert _user(after, PRIYA)["roles"] == ["System Administrator"]
    after = _change(
        cli, "--access-mode", "administrative", "--default-language", 1036, "--user", PRIYA, by=AMELIE
    )
    assert (_user(after, PRIYA)["access_mode"], _user(after, PRIYA)["default_language"]) == (
        "administrative",
        1036,
    )
    after = _change(cli, "--hold-solution", "MicrosoftForums", "--delay", "0.25")
    assert "MicrosoftForums_Upgrade" in [solution["unique_name"] for solution in after["solutions"]]


def test_the_instance_stays_known_when_it_is_not_reachable(cli: Cli) -> None:
    cli("instances", "list")
    assert _change(cli, "--reachable", "no")["slug"] == "contoso"
    assert "Does not answer" in cli("instances", "list").out
    assert _change(cli, "--reachable", "yes")["slug"] == "contoso"
    assert "Does not answer" not in cli("instances", "list").out


def test_a_solution_comes_with_those_of_its_own_package_when_imported(cli: Cli) -> None:
    after = _change(cli, "--import-solution", "MicrosoftGetRecordIDWorkflowHelper", by=AMELIE)
    assert [solution["unique_name"] for solution in after["solutions"]] == [
        "MicrosoftGetRecordIDWorkflowHelper"
    ]
    after = _change(cli, "--import-solution", "CustomerPortal", by=AMELIE)
    assert len(after["solutions"]) == 21


def test_the_platforms_code_is_told_when_it_refuses_an_import(cli: Cli) -> None:
    options = ("--administration-mode", "on", "--import-solution", "KnowledgeManagement")
    answer = cli("instances", "change", "contoso", *options, "--as", AMELIE, "--json")
    assert answer.code == 1
    assert answer.error["code"] == "platform-refused"
    assert answer.error["details"]["code_hex"].startswith("0x8004")


@pytest.mark.parametrize(
    ("options", "code", "field"),
    [
        (("--administration-mode", "maybe"), "invalid-value", "administration-mode"),
        (("--reachable", "on"), "invalid-value", "reachable"),
        (("--delay", "nan"), "invalid-value", "delay"),
        (("--delay", "-1"), "invalid-value", "delay"),
        (("--install-language", "1"), "invalid-value", "install-language"),
        (("--remove-language", "1033"), "invalid-value", "remove-language"),
        (("--access-mode", "free", "--user", PRIYA), "invalid-value", "access-mode"),
        (("--grant", "Emperor", "--user", PRIYA), "invalid-value", "grant"),
        (("--grant", "Delegate", "--user", "nobody@x.example"), "not-found", "user"),
        (("--hold-solution", "a b"), "invalid-value", "hold-solution"),
        (("--import-solution", "nowhere.zip"), "not-found", "import-solution"),
        (("--import-solution", "Nothing"), "not-found", None),
    ],
)
def test_nothing_changes_when_a_value_is_refused(
    cli: Cli, options: tuple[str, ...], code: str, field: str | None
) -> None:
    before = cli("instances", "list", "--json").document
    answer = cli("instances", "change", "contoso", *options, "--as", ADMIN, "--json")
    assert (answer.code, answer.error["code"]) == (1, code)
    assert field is None or answer.error["field"] == field
    assert cli("instances", "list", "--json").document == before


def test_only_its_administrators_and_the_consoles_may_when_an_instance_is_changed(cli: Cli) -> None:
    answer = cli("instances", "change", "contoso", "--delay", 1, "--as", PRIYA, "--json")
    assert (answer.code, answer.error["code"], answer.error["field"]) == (
        1,
        "not-system-administrator",
        "as",
    )  # R1


def test_a_broken_file_is_refused_when_imported(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "broken.zip"
    file.write_bytes(b"no zip")
    answer = cli("instances", "change", "contoso", "--import-solution", file, "--as", AMELIE, "--json")
    assert (answer.code, answer.error["code"]) == (1, "invalid-zip")


def test_who_adds_an_instance_administers_it_when_it_is_there(cli: Cli) -> None:
    answer = cli(
        "instances",
        "add",
        "north-wind",
        "--name",
        "North Wind",
        "--base-language",
        1031,
        "--as",
        PRIYA,
        "--json",
    )
    assert answer.code == 0
    assert answer.document["base_language"] == 1031
    assert [(user["email"], user["roles"]) for user in answer.document["users"]] == [
        (PRIYA, ["System Administrator"])
    ]
    again = cli(
        "instances", "add", "north-wind", "--name", "Again", "--base-language", 1031, "--as", PRIYA, "--json"
    )
    assert (again.code, again.error["code"], again.error["field"]) == (1, "conflict", "slug")
    assert "North Wind" in cli("instances", "change", "north-wind", "--delay", 0, "--as", PRIYA).out
