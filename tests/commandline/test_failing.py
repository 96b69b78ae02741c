"""When it goes wrong, by command line: the rules of failing, one after the other (R21–R27)."""

import pytest

from core.bootstrap import Services
from tests.commandline.conftest import ADMIN, AMELIE, Answer, Cli, request
from tests.portals.driving import break_while_installing

JAMES = "james.whitfield@contoso.example"


def _provision(cli: Cli, portal: str, subdomain: str, audience: str = "customer", *more: str) -> Answer:
    return cli(
        "provision", "--name", "Help", "--subdomain", subdomain, "--instance", "contoso", "--language", 1036,
        "--administrator", AMELIE, "--audience", audience, "--portal", portal, "--as", AMELIE,
        "--accept-terms", "--wait", "--json", *more,
    )  # fmt: skip


def _change(cli: Cli, *what: object, by: str = AMELIE) -> None:
    answer = cli("instances", "change", "contoso", "--as", by, *what)
    assert answer.code == 0, answer.err


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTICO_PLATFORM_PATIENCE_S", "0")


def test_a_refused_solution_is_retried_once_what_it_needs_is_there(cli: Cli) -> None:
    # R24: the URL shows "Getting set up"; R25: Install Failed, retried; R27: the error names what is missing.
    answer = _provision(cli, "partner-field-service", "field", "partner", "--force")
    assert answer.code == 1
    portal = answer.document["portal"]
    assert (portal["state"], portal["verdict"]) == ("provisioned", "failed")
    (failed,) = cli("installations", "list", "--state", "install-failed", "--json").document["items"]
    assert failed["cause"] == "missing-dependency"
    assert failed["error"]["missing"] == ["PartnerPortal", "FieldService"]
    assert (failed["error"]["code_hex"], failed["error"]["code_dec"]) == ("0x8004801D", -2147188707)

    refused = cli("installations", "retry", "--all", "--as", AMELIE, "--wait", "--json")
    assert refused.code == 1
    assert [item["outcome"] for item in refused.document["items"]] == ["refused"]

    assert _provision(cli, "partner", "partner", "partner").code == 0
    _change(cli, "--import-solution", "FieldService")
    healed = cli("installations", "retry", "--all", "--as", AMELIE, "--wait", "--json")
    assert [item["outcome"] for item in healed.document["items"]] == ["installed"]
    shown = cli("portals", "show", portal["id"], "--json").document
    assert shown["verdict"]["state"] == "healthy"
    (tally,) = cli("failures", "--by", "cause", "--json").document["items"]
    assert (tally["key"], tally["failures"], tally["healed"]) == ("missing-dependency", 1, 1)


def test_a_broken_process_is_restarted_as_it_was_or_with_other_values(cli: Cli) -> None:
    # R21: the step, the cause and what to do; R22: from the first unfinished step; R23: the earlier attempts stay.
    assert cli("instances", "list").code == 0  # it was seen once
    _change(cli, "--reachable", "no", by=ADMIN)
    answer = _provision(cli, "custom", "help", "customer", "--force")
    assert answer.code == 1
    portal = answer.document["portal"]
    assert (portal["state"], portal["display_name"]) == ("provisioning-failed", "Help-Provisioning Failed")
    error = cli("portals", "show", portal["id"], "--json").document["runs"][0]["steps"][0]["error"]
    assert (error["step"], error["cause"]) == ("create-website", "unreachable")
    assert cli("portals", "restart", portal["id"], "--as", AMELIE, "--wait", "--json").code == 1
    _change(cli, "--reachable", "yes", by=ADMIN)
    changed = cli(
        "portals", "restart", portal["id"], "--subdomain", "aide", "--as", AMELIE, "--wait", "--json"
    )
    assert changed.code == 0, changed.out
    shown = cli("portals", "show", portal["id"], "--json").document
    assert shown["portal"]["subdomain"] == "aide"
    assert len(shown["runs"]) == 3
    assert [t["failures"] for t in cli("failures", "--by", "cause", "--json").document["items"]] == [2]


def test_what_was_done_counts_when_provisioning_is_restarted(cli: Cli, services: Services) -> None:
    # R21: the package installation process broke; R22: the next run goes on from the first unfinished step.
    queued = cli("provision", *request("help", portal="custom"), "--accept-terms", "--json").document
    break_while_installing(services, queued["portal"]["id"])
    shown = cli("portals", "show", queued["portal"]["id"], "--json").document
    assert shown["portal"]["state"] == "provisioning-failed"
    (broken,) = [step for step in shown["runs"][0]["steps"] if step["state"] == "failed"]
    assert broken["name"].startswith("install-")
    assert (broken["error"]["cause"], broken["error"]["kind"]) == ("unreachable", "broken")
    done = [step["name"] for step in shown["runs"][0]["steps"] if step["state"] == "done"]
    assert done[0] == "create-website"
    assert len(done) >= 3
    answer = cli("portals", "restart", queued["portal"]["id"], "--as", AMELIE, "--wait", "--json")
    assert (answer.code, answer.document["verdict"]) == (0, "healthy")
    second, first = cli("portals", "show", queued["portal"]["id"], "--json").document["runs"]
    assert (first["state"], second["state"]) == ("failed", "succeeded")
    assert [step["name"] for step in second["steps"] if step["started_at"] is None] == done
    assert all(step["attempts"] == 0 for step in second["steps"] if step["name"] in done)
    items = cli("installations", "list", "--json").document["items"]
    assert {item["state"] for item in items} == {"installed"}


@pytest.mark.parametrize(
    ("take", "give", "cause"),
    [
        (("--access-mode", "read"), ("--access-mode", "read-write"), "access-mode"),
        (("--revoke", "System Administrator"), ("--grant", "System Administrator"), "missing-privilege"),
    ],
)
def test_every_solution_is_install_failed_when_the_installer_may_not(
    cli: Cli, take: tuple[str, ...], give: tuple[str, ...], cause: str
) -> None:
    # R26: a System Administrator with Read-Write access installs; checked again by the platform at each import.
    wanted = request("help", portal="custom", administrator=JAMES)
    assert cli("provision", *wanted, "--accept-terms").code == 0
    _change(cli, *take, "--user", AMELIE, by=ADMIN)
    checks = cli("provision", *request("other"), "--check", "--json").document["checks"]
    assert "blocked" in {check["state"] for check in checks if check["rule"] in ("R1", "R26")}
    assert cli("worker", "--drain").code == 0
    failed = cli("installations", "list", "--state", "install-failed", "--json").document["items"]
    assert {item["cause"] for item in failed} == {cause}
    assert {item["error"]["code_hex"] for item in failed} == {"0x80040220"}
    _change(cli, *give, "--user", AMELIE, by=ADMIN)
    assert cli("installations", "retry", "--all", "--as", AMELIE, "--wait").code == 0
    assert cli("portals", "show", 1, "--json").document["verdict"]["state"] == "healthy"


def test_it_fails_in_another_language_and_passes_in_the_portals(cli: Cli) -> None:
    # R26
    _change(cli, "--administration-mode", "on")
    _provision(cli, "custom", "help", "customer", "--force")
    _change(cli, "--administration-mode", "off")
    _change(cli, "--default-language", 1033, "--user", AMELIE)
    mine = cli(
        "installations", "retry", "--all", "--language", "mine", "--force", "--as", AMELIE, "--wait", "--json"
    )
    assert mine.code == 1
    causes = {
        item["cause"]
        for item in cli("installations", "list", "--state", "install-failed", "--json").document["items"]
    }
    assert "language-not-installed" in causes
    assert cli("installations", "retry", "--all", "--as", AMELIE, "--wait", "--json").code == 0
