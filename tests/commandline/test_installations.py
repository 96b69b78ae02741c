"""installations list, install, retry, uninstall (R25–R27)."""

from pathlib import Path
from typing import Any

import pytest

from core.bootstrap import Services
from tests.commandline.conftest import ADMIN, AMELIE, NADIA, PRIYA, Answer, BeginWith, Cli, request
from tests.portals.driving import remade, rezipped

JAMES = "james.whitfield@contoso.example"  # his default language is English
FIELDS = {
    "id",
    "instance",
    "solution",
    "version",
    "state",
    "portal",
    "portals",
    "language",
    "error",
    "cause",
    "knock_on_of",
}
PARTNER = {"audience": "partner", "portal": "partner-field-service"}


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTICO_PLATFORM_PATIENCE_S", "0")


@pytest.fixture
def refused(cli: Cli, begin_with: BeginWith) -> int:
    """A Partner Field Service for Contoso, forced: Install Failed."""

    def tell() -> None:
        assert cli("provision", *request("pfs", **PARTNER), "--accept-terms", "--force", "--wait").code == 1

    begin_with(tell)
    return 1


def listed(cli: Cli, *options: object) -> dict[str, dict[str, Any]]:
    answer = cli("installations", "list", *options, "--json")
    assert answer.code == 0, answer.out
    return {item["solution"]: item for item in answer.document["items"]}


def outcomes(answer: Answer) -> list[tuple[object, str]]:
    return [(item["id"], item["outcome"]) for item in answer.document["items"]]


@pytest.mark.usefixtures("refused")
def test_the_platforms_error_is_kept_when_a_solution_failed(cli: Cli) -> None:  # R25, R27
    (item,) = listed(cli).values()
    assert set(item) == FIELDS
    assert (item["state"], item["portal"], item["portals"], item["language"]) == (
        "install-failed",
        1,
        [1],
        1036,
    )
    assert item["error"]["code_hex"] == "0x8004801D"
    assert set(item["error"]["missing"]) == {"PartnerPortal", "FieldService"}
    assert set(listed(cli, "--state", "install-failed", "--instance", "contoso")) == {"PartnerFieldService"}
    assert listed(cli, "--state", "installed") == {}
    assert listed(cli, "--instance", "fabrikam") == {}
    assert listed(cli, "--as", "wei.chen@fabrikam.example") == {}
    assert "PartnerPortal (9.3.2611.0) is not installed" in " ".join(cli("installations", "list").out.split())


@pytest.mark.parametrize(
    ("options", "code", "field", "exit_code"),
    [
        (("--state", "broken"), "invalid-value", "state", 1),
        (("--instance", "nowhere"), "not-found", "instance", 1),
        (("--sort", "error"), "invalid-value", "sort", 1),
        (("--limit", -1), "invalid-value", "limit", 1),
    ],
)
def test_the_reason_is_told_when_a_filter_is_wrong(
    cli: Cli, options: tuple[object, ...], code: str, field: str, exit_code: int
) -> None:
    answer = cli("installations", "list", *options, "--json")
    assert (answer.code, answer.error["code"], answer.error["field"]) == (exit_code, code, field)


@pytest.mark.usefixtures("refused")
def test_it_is_refused_when_a_retry_cannot_pass_yet(cli: Cli) -> None:  # R25, R27
    for options in (("--all",), (1,), ("--all", "--instance", "contoso")):
        answer = cli("installations", "retry", *options, "--as", AMELIE, "--json")
        assert (answer.code, outcomes(answer)) == (1, [(1, "refused")])
        assert "PartnerPortal and FieldService must be in Contoso" in answer.document["items"][0]["reason"]
    answer = cli("installations", "retry", 1, "--force", "--as", AMELIE, "--wait", "--json")
    assert (answer.code, outcomes(answer)) == (1, [(1, "failed")])
    assert "is not installed" in answer.document["items"][0]["reason"]
    assert cli(
        "installations", "retry", "--all", "--instance", "fabrikam", "--as", AMELIE, "--json"
    ).document == {"items": []}


@pytest.mark.usefixtures("refused")
def test_the_url_is_live_when_all_is_healed_in_order(cli: Cli) -> None:  # R24, R25, R27: the whole story
    answer = cli("installations", "install", "contoso", "FieldService", "--as", AMELIE, "--wait", "--json")
    assert (answer.code, outcomes(answer)) == (0, [(2, "installed")])
    partner = request("partner", audience="partner", portal="partner")
    assert cli("provision", *partner, "--accept-terms", "--wait").code == 0
    answer = cli("installations", "retry", "--all", "--as", AMELIE, "--wait", "--json")
    assert (answer.code, outcomes(answer)) == (0, [(1, "installed")])
    # `--wait` waits for the healed portal as well.
    assert cli("portals", "show", 1, "--json").document["verdict"]["state"] == "healthy"
    again = cli("installations", "retry", 1, "--as", AMELIE, "--wait", "--json")
    assert (again.code, outcomes(again)) == (0, [(1, "installed")])
    assert "nothing to do" in cli("installations", "retry", "--all", "--as", AMELIE).out


@pytest.mark.usefixtures("refused")
def test_the_language_decides_when_a_solution_is_installed(cli: Cli) -> None:  # R26
    def first(*arguments: object) -> dict[str, Any]:
        item: dict[str, Any] = cli("installations", *arguments, "--json").document["items"][0]
        return item

    assert first("install", "contoso", "PartnerFieldService", "--as", JAMES)["language"] == 1033
    assert (
        first("install", "contoso", "PartnerFieldService", "--as", JAMES, "--language", 1036)["language"]
        == 1036
    )
    assert first("retry", 1, "--as", JAMES)["language"] == 1036
    mine = first("retry", 1, "--as", JAMES, "--language", "mine")
    assert (mine["language"], mine["outcome"]) == (1033, "refused")
    assert "install in the portal's language" in mine["reason"]


def test_it_is_queued_when_nobody_waits(cli: Cli) -> None:
    answer = cli(
        "installations", "install", "contoso", "FieldService", "ProjectService", "--as", JAMES, "--json"
    )
    assert (answer.code, outcomes(answer)) == (0, [(1, "queued"), (2, "queued")])
    assert "No engine runs now" in answer.err
    assert {item["state"] for item in listed(cli).values()} == {"waiting"}
    assert {item["language"] for item in listed(cli).values()} == {1033}  # R26: his own
    assert cli("worker", "--drain").code == 0
    assert {item["state"] for item in listed(cli).values()} == {"installed"}


def test_it_is_in_the_library_when_a_file_is_installed(cli: Cli, services: Services, tmp_path: Path) -> None:
    file = tmp_path / "field.zip"
    file.write_bytes(remade(services, "FieldService", "8.9.0.0"))
    answer = cli("installations", "install", "contoso", file, "--as", AMELIE, "--wait", "--json")
    assert answer.code == 0, answer.out
    assert answer.document["items"][0]["version"] == "8.9.0.0"
    assert str(services.library.manifest("FieldService").version) == "8.9.0.0"


def test_nothing_is_kept_when_a_file_is_broken_or_refused(
    cli: Cli, services: Services, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    good.write_bytes(remade(services, "FieldService", "8.9.0.0"))
    bad.write_bytes(b"no zip")
    for arguments, code in (
        ((good, bad, "--as", AMELIE), "invalid-zip"),
        ((tmp_path / "none.zip", "--as", AMELIE), "not-found"),
        (("NoSuchSolution", "--as", AMELIE), "not-found"),
        ((good, "--as", PRIYA), "not-system-administrator"),
        ((good, "--as", ADMIN), "not-system-administrator"),
    ):
        answer = cli("installations", "install", "contoso", *arguments, "--json")
        assert (answer.code, answer.error["code"]) == (1, code)
    assert str(services.library.manifest("FieldService").version) == "8.8.139.0"
    assert listed(cli) == {}


@pytest.mark.parametrize(
    ("how", "code_hex", "cause"),
    [
        ("broken", "0x80048060", "invalid-package"),
        ("too new", "0x80048068", "package-too-new"),
        ("template", "0x8004801E", "component-error"),
    ],
)
def test_it_is_install_failed_when_somebody_insists_on_a_package_that_cannot_be_installed(
    cli: Cli, services: Services, tmp_path: Path, how: str, code_hex: str, cause: str
) -> None:  # R25
    data = remade(
        services,
        "FieldService",
        "9.9.0.0",
        made_for="9.3" if how == "too new" else None,
    )
    if how == "template":
        data = rezipped(data, **{"site/head.html": b"{% if %}"})
    file = tmp_path / "FieldService_9_9_0_0.zip"
    file.write_bytes(data[:-200] if how == "broken" else data)
    install = ("installations", "install", "contoso", file, "--as", AMELIE, "--wait", "--json")
    refused = cli(*install)
    assert refused.code == 1
    if how == "broken":
        assert (refused.error["code"], refused.error["field"]) == ("invalid-zip", "file-or-name")
    else:
        assert outcomes(refused) == [(None, "refused")]
    assert listed(cli) == {}
    own = str(services.library.manifest("FieldService").version)
    assert own != "9.9.0.0", "what was refused is not kept"

    answer = cli(*install, "--force")
    assert (answer.code, outcomes(answer)) == (1, [(1, "failed")])
    row = listed(cli, "--state", "install-failed")["FieldService"]
    assert (row["error"]["code_hex"], row["cause"], row["version"]) == (code_hex, cause, "9.9.0.0")
    again = cli("installations", "retry", 1, "--as", AMELIE, "--json")
    assert (again.code, outcomes(again)) == (1, [(1, "refused")])

    file.write_bytes(remade(services, "FieldService", "9.9.0.0"))
    mended = cli(*install)
    assert (mended.code, outcomes(mended)) == (0, [(1, "installed")])


def test_an_unsafe_zip_is_refused_when_somebody_insists(cli: Cli, services: Services, tmp_path: Path) -> None:
    file = tmp_path / "FieldService.zip"
    file.write_bytes(rezipped(remade(services, "FieldService", "8.9.0.0"), **{"../../out": b"x"}))
    answer = cli("installations", "install", "contoso", file, "--as", AMELIE, "--force", "--json")
    assert (answer.code, answer.error["code"], answer.error["field"]) == (1, "unsafe-zip", "file-or-name")
    assert listed(cli) == {}


@pytest.mark.parametrize(
    ("arguments", "code", "field", "exit_code"),
    [
        (("--as", AMELIE), "missing-option", "id", 2),
        ((1, "--all", "--as", AMELIE), "option-misused", "all", 2),
        ((1, "--instance", "contoso", "--as", AMELIE), "option-misused", "instance", 2),
        ((7, "--as", AMELIE), "not-found", "id", 1),
        ((2**70, "--as", AMELIE), "not-found", "id", 1),
        (("--all", "--instance", "nowhere", "--as", AMELIE), "not-found", "instance", 1),
        (("--all", "--language", "french", "--as", AMELIE), "not-a-number", "language", 2),
        ((1,), "missing-option", "as", 2),
        ((1, "--as", NADIA), "not-system-administrator", "as", 1),
    ],
)
@pytest.mark.usefixtures("refused")
def test_the_reason_is_told_when_a_retry_is_wrong(
    cli: Cli, arguments: tuple[object, ...], code: str, field: str, exit_code: int
) -> None:
    answer = cli("installations", "retry", *arguments, "--json")
    assert (answer.code, answer.error["code"], answer.error["field"]) == (exit_code, code, field)


def test_the_plan_comes_before_the_outcome_when_a_solution_is_uninstalled(cli: Cli) -> None:  # R27
    assert cli("provision", *request("aide", portal="custom"), "--accept-terms", "--wait").code == 0
    answer = cli("installations", "uninstall", "contoso", "Feedback", "--as", AMELIE, "--json")
    assert (answer.code, answer.document["outcome"]) == (1, "refused")
    assert answer.document["plan"]["portals"] == ["Aide"]
    order = answer.document["plan"]["dependents"]
    assert order[0] == "StarterPortal"
    assert "needed by" in answer.document["reason"]
    assert "refused" in cli("installations", "uninstall", "contoso", "Feedback", "--as", AMELIE).out
    assert cli("portals", "reset", 1, "--as", AMELIE).code == 0
    for name in (*order, "Feedback"):
        gone = cli("installations", "uninstall", "contoso", name, "--as", AMELIE, "--json")
        assert (gone.code, gone.document["outcome"], gone.document["reason"]) == (0, "uninstalled", None)
    gone = cli("installations", "uninstall", "contoso", "Feedback", "--as", AMELIE, "--json")
    assert (gone.code, gone.error["code"], gone.error["field"]) == (1, "not-found", "solution")
    assert "Feedback" not in listed(cli)


def test_who_may_is_judged_when_somebody_else_uninstalls(cli: Cli) -> None:  # R1
    for email, code in ((PRIYA, "not-permitted"), (ADMIN, "not-system-administrator")):
        answer = cli("installations", "uninstall", "fabrikam", "FieldService", "--as", email, "--json")
        assert (answer.code, answer.error["code"]) == (1, code)
    assert cli("installations", "uninstall", "fabrikam", "FieldService", "--as", NADIA).code == 0


def test_an_upgrade_left_over_is_uninstalled_when_it_is_named(cli: Cli) -> None:
    assert cli("instances", "change", "contoso", "--hold-solution", "FieldService", "--as", AMELIE).code == 0
    answer = cli("installations", "install", "contoso", "FieldService", "--as", AMELIE, "--json")
    assert (answer.code, outcomes(answer)) == (1, [(None, "refused")])
    assert cli("installations", "uninstall", "contoso", "FieldService_Upgrade", "--as", AMELIE).code == 0
    assert cli("installations", "install", "contoso", "FieldService", "--as", AMELIE, "--wait").code == 0


def test_a_refused_upload_is_given_up_when_nobody_waits_for_it(
    cli: Cli, services: Services, tmp_path: Path
) -> None:  # R25
    file = tmp_path / "FieldService_9_9_0_0.zip"
    file.write_bytes(remade(services, "FieldService", "9.9.0.0", made_for="9.3"))
    assert cli("installations", "install", "contoso", file, "--as", AMELIE, "--wait", "--force").code == 1
    other = cli("installations", "give-up", 1, "--as", NADIA, "--json")
    assert (other.code, other.error["code"], other.error["field"]) == (1, "not-system-administrator", "as")
    answer = cli("installations", "give-up", 1, "--as", AMELIE, "--json")
    assert (answer.code, answer.document) == (0, {"items": [{"id": 1, "outcome": "given-up"}]})
    assert listed(cli) == {}
    (tally,) = cli("failures", "--by", "cause", "--json").document["items"]
    assert (tally["failures"], tally["healed"]) == (1, 0)
    gone = cli("installations", "give-up", 1, "--as", AMELIE, "--json")
    assert (gone.code, gone.error["code"], gone.error["field"]) == (1, "not-found", "id")


@pytest.mark.usefixtures("refused")
def test_who_waits_is_named_when_it_cannot_be_given_up(cli: Cli) -> None:
    answer = cli("installations", "give-up", 1, "--as", AMELIE, "--json")
    assert (answer.code, answer.error["code"], answer.error["field"]) == (1, "conflict", "id")
    assert answer.error["details"]["portals"]
    assert "given up" not in cli("installations", "give-up", 1, "--as", AMELIE).out
