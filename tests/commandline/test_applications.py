"""applications (R4, R6)."""

from tests.commandline.conftest import ADMIN, AMELIE, NADIA, Cli, request


def test_the_sample_licences_are_there_when_the_store_is_fresh(cli: Cli) -> None:
    document = cli("applications", "list", "--json").document
    assert document["total"] == 13  # R4
    assert document["items"][0] == {"id": 1, "type": "production", "state": "not-configured", "portal": None}
    assert [item["type"] for item in document["items"]] == ["production"] * 10 + ["trial"] * 3
    part = cli("applications", "list", "--limit", 2, "--offset", 1, "--sort", "-id", "--json").document
    assert (part["total"], [item["id"] for item in part["items"]]) == (13, [12, 11])


def test_licences_are_added_when_the_console_administrator_asks(cli: Cli) -> None:
    added = cli("applications", "add", "--type", "trial", "--count", 2, "--as", ADMIN, "--json").document
    assert added["total"] == 2
    assert {item["type"] for item in added["items"]} == {"trial"}
    assert cli("applications", "list", "--json").document["total"] == 15
    assert "1 licences" in cli("applications", "add", "--type", "production", "--as", ADMIN).out


def test_the_licence_is_configured_when_a_portal_has_it(cli: Cli) -> None:
    cli("provision", *request(application=11), "--accept-terms", "--json")
    configured = [
        item
        for item in cli("applications", "list", "--json").document["items"]
        if item["state"] == "configured"
    ]
    assert configured == [{"id": 11, "type": "trial", "state": "configured", "portal": 1}]
    assert "Aide-Configuring" in cli("applications", "list", "--as", AMELIE).out  # R7
    assert (
        "Aide-Configuring"
        not in cli("applications", "list", "--as", NADIA.replace("nadia.haddad", "wei.chen")).out
    )
