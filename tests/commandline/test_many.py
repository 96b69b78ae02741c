"""provision --file."""

from pathlib import Path

import pytest

from core.portals.service import Portals
from tests.commandline.conftest import AMELIE, Cli

HEADER = "name,subdomain,instance,language,administrator,audience,portal"
GOOD = "One,one,contoso,1036,{0},customer,custom\n"


@pytest.fixture
def requests(tmp_path: Path) -> Path:
    """Four rows: the first and the last are in order, the last asks for another kind of portal."""
    file = tmp_path / "requests.csv"
    file.write_text(
        f"{HEADER}\n"
        f"One,one,contoso,1036,{AMELIE},customer,custom\n"
        f"Two,a_b,contoso,1041,{AMELIE},customer,custom\n"
        f"Three,ONE,contoso,french,{AMELIE},customer,custom\n"
        f"Four,four,contoso,1033,{AMELIE},customer,community\n",
        encoding="utf-8",
    )
    return file


def test_bad_rows_stop_no_others_when_a_file_is_provisioned(cli: Cli, requests: Path) -> None:
    answer = cli("provision", "--file", requests, "--as", AMELIE, "--accept-terms", "--json")
    assert answer.code == 1
    document = answer.document
    assert document["total"] == 4
    assert [item["row"] for item in document["items"]] == [1, 2, 3, 4]
    first, second, third, fourth = document["items"]
    assert set(first) == {"row", "portal"}
    assert (first["portal"]["subdomain"], fourth["portal"]["portal"]) == ("one", "community")
    assert [error["code"] for error in second["errors"]] == ["subdomain-invalid", "language-not-installed"]
    assert second["error"] == second["errors"][0]
    assert (third["error"]["code"], third["error"]["field"]) == ("not-a-number", "language")
    assert cli("portals", "list", "--json").document["total"] == 2


def test_every_row_says_so_when_the_terms_were_not_accepted(cli: Cli, requests: Path) -> None:
    answer = cli("provision", "--file", requests, "--as", AMELIE, "--json")
    assert answer.code == 1
    assert [item["error"]["code"] for item in answer.document["items"]] == [
        "terms-not-accepted", "subdomain-invalid", "not-a-number", "terms-not-accepted",
    ]  # fmt: skip
    assert cli("portals", "list", "--json").document["total"] == 0


def test_nothing_starts_when_the_rows_are_only_checked(cli: Cli, requests: Path) -> None:
    answer = cli("provision", "--file", requests, "--as", AMELIE, "--check", "--json")
    assert answer.code == 1
    assert [set(item) for item in answer.document["items"]] == [
        {"row", "checks"}, {"row", "checks"}, {"row", "error"}, {"row", "checks"},
    ]  # fmt: skip
    in_words = cli("provision", "--file", requests, "--as", AMELIE, "--check").out
    assert "blocked" in in_words
    assert "fine" in in_words
    assert cli("portals", "list", "--json").document["total"] == 0


def test_every_good_row_is_live_when_waited_for(cli: Cli, requests: Path) -> None:
    answer = cli("provision", "--file", requests, "--as", AMELIE, "--accept-terms", "--wait")
    assert answer.code == 1  # two rows were refused
    assert "2 of 2 runs have ended" in answer.err
    assert "http://four.localhost:8501" in answer.out
    assert "'_' can't stand in a portal URL" in answer.out
    states = [item["state"] for item in cli("portals", "list", "--json").document["items"]]
    assert states == ["provisioned", "provisioned"]


def test_the_command_fails_when_a_run_fails(cli: Cli, requests: Path) -> None:
    requests.write_text(f"{HEADER}\n{GOOD.format(AMELIE)}", encoding="utf-8")
    cli("instances", "change", "contoso", "--administration-mode", "on", "--as", AMELIE)
    options = ("--as", AMELIE, "--accept-terms", "--force", "--wait", "--json")
    answer = cli("provision", "--file", requests, *options)
    assert answer.code == 1
    assert answer.document["items"][0]["portal"]["verdict"] == "failed"


def test_it_is_done_when_every_row_was(cli: Cli, requests: Path) -> None:
    requests.write_text(f"{HEADER}\n{GOOD.format(AMELIE)}", encoding="utf-8")
    answer = cli("provision", "--file", requests, "--as", AMELIE, "--accept-terms", "--json")
    assert (answer.code, answer.document["total"]) == (0, 1)


def test_the_others_are_told_when_a_row_meets_a_fault(
    cli: Cli, requests: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Portals.provision

    def faulty(self: Portals, request: object, *rest: object, **options: object) -> object:
        if getattr(request, "subdomain", "") == "one":
            raise ZeroDivisionError
        return whole(self, request, *rest, **options)  # type: ignore[arg-type] # passed on as they came

    monkeypatch.setattr(Portals, "provision", faulty)
    answer = cli("provision", "--file", requests, "--as", AMELIE, "--accept-terms", "--json")
    assert answer.code == 1
    assert answer.document["items"][0]["error"]["code"] == "unexpected"
    assert answer.document["items"][3]["portal"]["subdomain"] == "four"


def test_the_file_is_named_when_it_is_not_there(cli: Cli) -> None:
    answer = cli("provision", "--file", "nowhere.csv", "--as", AMELIE, "--accept-terms", "--json")
    assert (answer.code, answer.error["code"], answer.error["field"]) == (1, "not-found", "file")
