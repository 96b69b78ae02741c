"""provision: one portal (R1–R18)."""

import pytest

from core.bootstrap import Services
from core.provisioning import leases
from tests.commandline.conftest import AMELIE, NADIA, PRIYA, Cli, request

PORTAL = {
    "id", "name", "display_name", "state", "verdict", "subdomain", "url", "type", "instance", "language",
    "administrator", "audience", "portal", "created_at", "provisioned_at",
}  # fmt: skip
RUN = {"id", "state", "started_at", "ended_at", "steps"}
STEP = {"name", "state", "started_at", "ended_at", "attempts", "error"}


def test_portal_and_run_are_there_when_submitted(cli: Cli) -> None:
    answer = cli("provision", *request(), "--accept-terms", "--json")
    assert answer.code == 0
    assert set(answer.document) == {"portal", "run"}
    portal, run = answer.document["portal"], answer.document["run"]
    assert (set(portal), set(run), {frozenset(step) for step in run["steps"]}) == (
        PORTAL,
        RUN,
        {frozenset(STEP)},
    )
    assert portal["display_name"] == "Aide-Configuring"  # R7
    assert portal["created_at"].endswith("Z")
    assert {k: v for k, v in portal.items() if k not in ("created_at", "display_name")} == {
        "id": 1, "name": "Aide", "state": "configuring", "verdict": "getting-set-up", "subdomain": "aide",
        "url": "http://aide.localhost:8501", "type": "production", "instance": "contoso", "language": 1036,
        "administrator": AMELIE, "audience": "customer", "portal": "customer-self-service",
        "provisioned_at": None,
    }  # fmt: skip
    assert (run["state"], len(run["steps"])) == ("queued", 26)
    assert "No engine runs now" in answer.err


def test_no_hint_is_given_when_somebody_runs_the_engine(cli: Cli, services: Services) -> None:
    executor = leases.register(services.store)
    answer = cli("provision", *request(), "--accept-terms")
    leases.end(services.store, executor)
    assert answer.code == 0
    assert "Aide-Configuring" in answer.out
    assert answer.err == ""


@pytest.mark.parametrize(
    ("changed", "options", "code", "field"),
    [
        ({"as_": PRIYA}, (), "not-system-administrator", "as"),  # R1
        ({"as_": NADIA.replace("nadia.haddad", "wei.chen")}, (), "instance-not-available", "instance"),  # R2
        ({"instance": "nowhere"}, (), "not-found", "instance"),
        ({"administrator": PRIYA}, (), "administrator-not-eligible", "administrator"),  # R3
        ({"application": 99}, (), "not-found", "application"),  # R4
        ({"name": "  "}, (), "name-invalid", "name"),  # R5
        ({"subdomain": "a_b"}, (), "subdomain-invalid", "subdomain"),  # R9
        ({"language": 1041}, (), "language-not-installed", "language"),  # R12
        ({"language": 1025}, (), "language-not-supported", "language"),  # R13
        ({"audience": "employee"}, (), "portal-not-for-audience", "portal"),  # R15
        (
            {"audience": "partner", "portal": "partner-field-service"},
            (),
            "prerequisite-missing",
            "portal",
        ),  # R16
        ({"subdomain": "www"}, ("--force",), "subdomain-invalid", "subdomain"),
    ],
)
def test_the_rule_is_told_when_it_is_broken(
    cli: Cli, changed: dict[str, object], options: tuple[str, ...], code: str, field: str
) -> None:
    answer = cli(
        "provision", *request(**{"subdomain": "aide"} | changed), "--accept-terms", *options, "--json"
    )
    assert (answer.code, answer.error["code"], answer.error["field"]) == (1, code, field)
    assert cli("portals", "list", "--json").document["total"] == 0


def test_all_are_told_when_several_rules_are_broken(cli: Cli) -> None:
    answer = cli("provision", *request("a_b", language=1041, name=" "), "--accept-terms", "--json")
    assert answer.code == 1
    assert [error["code"] for error in answer.document["errors"]] == [
        "name-invalid",
        "subdomain-invalid",
        "language-not-installed",
    ]
    assert answer.document["error"] == answer.document["errors"][0]
    assert cli("provision", *request("a_b", name=" "), "--accept-terms").err.count("Error: ") == 2


def test_the_second_is_refused_when_a_subdomain_is_taken(cli: Cli) -> None:
    cli("provision", *request(), "--accept-terms")
    answer = cli("provision", *request("AIDE"), "--accept-terms", "--json")
    assert (answer.code, answer.error["code"], answer.error["field"]) == (
        1,
        "subdomain-taken",
        "subdomain",
    )  # R10


def test_nothing_starts_when_only_checked(cli: Cli) -> None:
    answer = cli("provision", *request(), "--check", "--json")
    assert answer.code == 0
    assert set(answer.document) == {"checks"}
    assert {check["state"] for check in answer.document["checks"]} == {"fine"}
    assert {frozenset(check) for check in answer.document["checks"]} == {
        frozenset({"id", "rule", "state", "message", "fix"})
    }
    assert cli("portals", "list", "--json").document["total"] == 0


def test_the_check_fails_when_something_blocks(cli: Cli) -> None:
    answer = cli("provision", *request(subdomain="www", as_=PRIYA), "--check", "--json")
    assert answer.code == 1
    blocked = {
        check["rule"]: check["fix"] for check in answer.document["checks"] if check["state"] == "blocked"
    }
    assert set(blocked) == {"R1", "R9"}
    assert all(blocked.values())
    in_words = cli("provision", *request(subdomain="www"), "--check")
    assert in_words.code == 1
    assert "✗ 'www' is reserved (R9)" in in_words.out
    assert "  → Choose another subdomain" in in_words.out


def test_the_portal_is_live_when_waited_for(cli: Cli) -> None:
    answer = cli("provision", *request(), "--accept-terms", "--wait", "--json")
    assert answer.code == 0
    assert answer.document["run"]["state"] == "succeeded"
    assert answer.document["portal"]["state"] == "provisioned"
    assert answer.document["portal"]["verdict"] == "healthy"
    assert {step["state"] for step in answer.document["run"]["steps"]} == {"done"}
    assert "No engine runs on this store; running it here." in answer.err
    assert "install-CustomerPortal done" in answer.err
    assert "Run succeeded" in answer.err
    shown = cli("portals", "show", 1, "--json").document
    assert shown["verdict"] == {"state": "healthy", "reason": "The portal answers its visitors."}


def test_portal_and_run_are_still_printed_when_the_run_failed(cli: Cli) -> None:
    cli("instances", "change", "contoso", "--administration-mode", "on", "--as", AMELIE)
    blocked = cli("provision", *request(), "--accept-terms", "--wait", "--json")
    assert (blocked.code, blocked.error["code"]) == (1, "instance-blocked")
    answer = cli("provision", *request(), "--accept-terms", "--wait", "--force", "--json")
    assert answer.code == 1
    assert answer.document["run"]["state"] == "failed"
    assert (answer.document["portal"]["state"], answer.document["portal"]["verdict"]) == (
        "provisioned",
        "failed",
    )
    errors = [step["error"] for step in answer.document["run"]["steps"] if step["error"]]
    assert errors[0]["code_hex"] == "0x80048033"
    assert "Run failed" in answer.err
    in_words = cli("provision", *request("zweite"), "--accept-terms", "--wait", "--force")
    assert in_words.code == 1
    assert "administration mode" in in_words.out


def test_the_option_is_refused_when_it_stands_beside_a_file(cli: Cli) -> None:
    answer = cli("provision", "--file", "x.csv", "--name", "X", "--as", AMELIE, "--json")
    assert (answer.code, answer.error["code"], answer.error["field"]) == (2, "option-misused", "name")
    answer = cli("provision", "--file", "x.csv", "--json")
    assert (answer.code, answer.error["code"], answer.error["field"]) == (2, "missing-option", "as")


def test_the_portal_is_live_when_the_store_is_postgresql(
    cli: Cli, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTICO_DATABASE_URL", postgres_url)
    answer = cli("provision", *request(), "--accept-terms", "--wait", "--json")
    assert (answer.code, answer.document["portal"]["verdict"]) == (0, "healthy")
    checks = cli("doctor", "--json").document["checks"]
    assert [check["id"] for check in checks if check["state"] == "wrong"] == []
    assert "store-journal" not in [check["id"] for check in checks]
