"""diagnose on the command line."""

import io
import json
import re
from pathlib import Path

import pytest

from core.bootstrap import Services
from core.diagnosis import diagnose
from tests.commandline.conftest import AMELIE, Cli, request
from tests.insight.rows import unexplained

WEI = "wei.chen@fabrikam.example"  # no user of Contoso
MISSING = "Import failed due to missing dependencies."


def test_the_cause_is_printed_when_a_message_is_given(cli: Cli) -> None:
    answer = cli("diagnose", MISSING, "--json")
    assert (answer.code, answer.document["cause"], answer.document["sure"]) == (0, "missing-dependency", True)


def test_people_read_the_remedy_when_they_ask(cli: Cli) -> None:
    answer = cli("diagnose", MISSING)
    assert "missing-dependency" in answer.out
    assert "Then retry." in answer.out


def test_unknown_is_said_without_a_number_when_nothing_is_known(cli: Cli) -> None:
    assert "Not known (unknown)" in cli("diagnose", "Something went wrong.").out


def test_standard_input_is_read_when_the_text_is_a_dash(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(MISSING.encode())))
    assert cli("diagnose", "-", "--json").document["cause"] == "missing-dependency"


def test_the_code_counts_when_it_is_given(cli: Cli) -> None:
    assert cli("diagnose", "failed", "--code", "0x80071151", "--json").document["cause"] == "import-lock"


def test_an_answer_a_line_comes_in_order_when_a_file_is_given(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl"
    lines = [{"text": MISSING, "id": 1}, {"text": "nothing"}, {"text": "AADSTS700016: not found"}]
    file.write_text("\ufeff" + "\n".join(map(json.dumps, lines)) + "\n\n", encoding="utf-8")
    answer = cli("diagnose", "--batch", file)
    causes = [json.loads(line)["cause"] for line in answer.out.splitlines()]
    assert (answer.code, causes) == (0, ["missing-dependency", "unknown", "sign-in-failed"])


def test_the_rest_is_answered_when_a_line_is_no_message(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl"
    file.write_text('{"text": 1}\nnone\n{"text": "x"}\n', encoding="utf-8")
    answer = cli("diagnose", "--batch", file, "--json")
    documents = [json.loads(line) for line in answer.out.splitlines()]
    assert answer.code == 1
    assert ["error" in document for document in documents] == [True, True, False]
    assert "Line 2" in documents[1]["error"]["message"]


def test_a_file_is_refused_when_it_is_not_there(cli: Cli, tmp_path: Path) -> None:
    answer = cli("diagnose", "--batch", tmp_path / "none.jsonl", "--json")
    assert (answer.code, answer.error["field"]) == (1, "batch")


@pytest.mark.parametrize("arguments", [(), ("x", "--batch", "y.jsonl")])
def test_it_is_a_wrong_use_when_neither_or_both_are_given(cli: Cli, arguments: tuple[str, ...]) -> None:
    assert cli("diagnose", *arguments, "--json").code == 2


def test_the_queue_has_a_draft_that_is_tried_when_no_rule_explains_a_failure(
    cli: Cli, services: Services, tmp_path: Path
) -> None:
    assert cli("diagnose", "--queue", "--json").document == {"total": 0, "items": []}
    assert cli("instances", "change", "contoso", "--administration-mode", "on", "--as", AMELIE).code == 0
    wanted = request(portal="custom")
    assert cli("provision", *wanted, "--accept-terms", "--force", "--wait").code == 1
    unexplained(
        services.store, "Solution import failed: the flux capacitor overheated again while '{}' came in"
    )
    (item,) = cli("diagnose", "--queue", "--json").document["items"]
    assert (item["messages"], item["instances"]) == (15, ["contoso"])
    assert "flux capacitor" in item["draft"]["record"]
    assert "flux capacitor" in cli("diagnose", "--queue").out
    assert cli("diagnose", "--queue", "--as", WEI, "--json").document["total"] == 0

    kettle = "The kettle is cold."
    services.pasted_messages.keep(kettle, diagnose(kettle))
    assert [one["example"] for one in cli("diagnose", "--queue", "--json").document["items"]][1:] == [kettle]

    file = tmp_path / "capacitor-hot.yaml"
    file.write_text(item["draft"]["record"], encoding="utf-8")
    tried = cli("diagnose", "--try", file, "--json")
    assert tried.code == 0
    assert (tried.document["cause"], tried.document["takes"]) == ("capacitor-hot", [])
    assert (tried.document["explains"], tried.document["unexplained"]) == (15, 16)
    assert tried.document["tried"] > 100
    broad = re.sub(r"decide:\n.*", "decide:\n    - import failed\n", item["draft"]["record"])
    file.write_text(broad, encoding="utf-8")
    assert (cli("diagnose", "--try", file, "--json").code, cli("diagnose", "--try", file).code) == (1, 1)
    assert {"message", "before", "after"} == set(
        cli("diagnose", "--try", file, "--json").document["takes"][0]
    )


@pytest.mark.parametrize(
    ("arguments", "code", "field", "exit_code"),
    [
        (("--try", "none.yaml"), "file-not-usable", "try", 1),
        (("--try", "none.yaml", "--queue"), "usage", "text", 2),
        (("text", "--queue"), "usage", "text", 2),
    ],
)
def test_the_reason_is_told_when_the_queue_is_asked_wrongly(
    cli: Cli, arguments: tuple[str, ...], code: str, field: str, exit_code: int
) -> None:
    answer = cli("diagnose", *arguments, "--json")
    assert (answer.code, answer.error["code"], answer.error["field"]) == (exit_code, code, field)
