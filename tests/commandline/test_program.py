"""Exit codes, clean streams, no tracebacks (the command line's contract: everywhere)."""

import json
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from core.commandline import catalogue as catalogue_command
from core.storage.schema import OURS
from tests.commandline.conftest import ADMIN, AMELIE, Answer, Cli, request
from tests.paths import ROOT


def test_help_is_printed_when_nothing_is_asked(cli: Cli) -> None:
    for arguments in ((), ("portals",), ("portals", "domains")):
        answer = cli(*arguments)
        assert answer.code == 2
        assert "Usage: python -m core" in answer.out


@pytest.mark.parametrize(
    "arguments", [("--help",), ("provision", "--help"), ("portals", "domains", "--help")]
)
def test_help_is_done_when_it_is_asked_for(cli: Cli, arguments: tuple[str, ...]) -> None:
    answer = cli(*arguments)
    assert answer.code == 0
    assert "Usage: python -m core" in answer.out


@pytest.mark.parametrize(
    ("arguments", "code", "field"),
    [
        (("portals", "list", "--bogus"), "unknown-option", "bogus"),
        (("bogus",), "unknown-command", None),
        (("portals", "bogus"), "unknown-command", None),
        (("portals", "show"), "missing-option", "id"),
        (("portals", "show", "one"), "not-a-number", "id"),
        (("portals", "show", "1", "2"), "unknown-command", None),
        (("portals", "list", "--limit", "many"), "not-a-number", "limit"),
        (("portals", "list", "--offset", "1.5"), "not-a-number", "offset"),
        (("portals", "rename", "1", "New"), "missing-option", "as"),
        (("applications", "add", "--as", ADMIN), "missing-option", "type"),
        (("instances", "change", "contoso", "--delay", "soon", "--as", ADMIN), "not-a-number", "delay"),
        (("instances", "change", "contoso", "--as", ADMIN), "missing-option", None),
        (("instances", "add", "x", "--base-language", "german", "--name", "X", "--as", ADMIN),
         "not-a-number", "base-language"),
        (("provision", *request(language="french")), "not-a-number", "language"),
        (("provision", *request(as_=None), "--check"), "missing-option", "as"),
        (("packages", "check"), "missing-option", "file"),
        (("worker", "--drain=1"), "option-misused", "drain"),
        (("installations", "install", "contoso", "--as", AMELIE), "missing-option", "file-or-name"),
        (("installations", "retry", "x", "--as", AMELIE), "not-a-number", "id"),
        (("installations", "retry", "--all", "--as", " "), "missing-option", "as"),
        (("installations", "list", "--as", ""), "missing-option", "as"),
        (("portals", "restart", "1", "--wat", "--as", AMELIE), "unknown-option", "wat"),
    ],
)  # fmt: skip
def test_the_exit_code_is_2_when_the_command_line_itself_is_wrong(
    cli: Cli, arguments: tuple[str, ...], code: str, field: str | None
) -> None:
    answer = cli(*arguments, "--json")
    assert answer.code == 2
    assert (answer.error["code"], answer.error["field"]) == (code, field)
    assert answer.error["message"].endswith((".", "?"))
    in_words = cli(*arguments)
    assert in_words.code == 2
    assert in_words.out == ""
    assert in_words.err.startswith("Error: ")


def test_every_missing_option_is_named_when_several_are(cli: Cli) -> None:
    answer = cli("instances", "add", "--json")
    assert answer.code == 2
    assert [error["field"] for error in answer.document["errors"]] == ["slug", "name", "base-language", "as"]
    assert answer.document["errors"][0] == answer.document["error"]
    answer = cli("provision", "--json")
    assert [error["field"] for error in answer.document["errors"]] == [
        "name", "subdomain", "instance", "language", "administrator", "audience", "portal", "as",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "code", "field"),
    [
        (("portals", "show", "77"), "not-found", "id"),
        (("portals", "show", 2**70), "not-found", "id"),
        (("portals", "rename", 0, "New", "--as", AMELIE), "not-found", "id"),
        (("portals", "list", "--limit", "-1"), "invalid-value", "limit"),
        (("portals", "list", "--limit", 2**70), "invalid-value", "limit"),
        (("portals", "list", "--offset", "-1"), "invalid-value", "offset"),
        (("portals", "list", "--sort", "colour"), "invalid-value", "sort"),
        (("applications", "list", "--sort", "-colour"), "invalid-value", "sort"),
        (("portals", "list", "--state", "lost"), "invalid-value", "state"),
        (("portals", "list", "--verdict", "fine"), "invalid-value", "verdict"),
        (("portals", "list", "--instance", "nowhere"), "not-found", "instance"),
        (("portals", "list", "--portal", "nothing"), "not-found", "portal"),
        (("applications", "add", "--type", "gift", "--as", ADMIN), "invalid-value", "type"),
        (("applications", "add", "--type", "trial", "--count", "0", "--as", ADMIN), "invalid-value", "count"),
        (("applications", "add", "--type", "trial", "--as", AMELIE), "not-console-administrator", "as"),
        (
            ("installations", "install", "contoso", "ソリューション", "--as", AMELIE),
            "not-found",
            "file-or-name",
        ),
        (("installations", "install", "nowhere", "FieldService", "--as", AMELIE), "not-found", "instance"),
        (("installations", "list", "--state", ""), "invalid-value", "state"),
        (("failures", "--by", ""), "invalid-value", "by"),
        (("diagnose", "--batch", "none.jsonl"), "invalid-value", "batch"),
        (("provision", *request()), "terms-not-accepted", "accept-terms"),  # R18
        (("provision", *request("portal-7", instance="\udcff")), "not-found", "instance"),
    ],
)
def test_the_exit_code_is_1_when_a_value_breaks_a_rule_or_names_nothing(
    cli: Cli, arguments: tuple[object, ...], code: str, field: str | None
) -> None:
    answer = cli(*arguments, "--json")
    assert answer.code == 1
    assert (answer.error["code"], answer.error["field"]) == (code, field)
    in_words = cli(*arguments)
    assert (in_words.code, in_words.out) == (1, "")
    assert in_words.err.startswith("Error: ")


def test_a_fault_goes_to_a_file_when_it_is_not_expected(
    cli: Cli, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a fault of our own")

    monkeypatch.setattr(catalogue_command, "show", broken)
    answer = cli("catalogue", "--json")
    assert answer.code == 1
    assert answer.error["code"] == "unexpected"
    file = Path(answer.error["details"]["file"])
    assert file.parent == data_dir / "errors"
    assert str(file) in answer.error["message"]
    assert "RuntimeError: a fault of our own" in file.read_text(encoding="utf-8")
    assert "Traceback" not in answer.out + answer.err
    in_words = cli("catalogue")
    assert (in_words.code, in_words.out) == (1, "")
    assert "Traceback" not in in_words.err


def test_a_sentence_is_told_when_the_data_directory_can_not_be_written(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    monkeypatch.setenv("PORTICO_DATA_DIR", str(blocked))
    answer = cli("portals", "list", "--json")
    assert (answer.code, answer.error["code"]) == (1, "store-error")


@pytest.mark.parametrize(
    ("url", "code"),
    [("postgresql://nobody@127.0.0.1:1/nothing", "store-error"), ("nonsense", "setting-invalid")],
)
def test_the_store_is_named_when_it_does_not_answer(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, url: str, code: str
) -> None:
    monkeypatch.setenv("PORTICO_DATABASE_URL", url)
    answer = cli("portals", "list", "--json")
    assert (answer.code, answer.error["code"]) == (1, code)


def test_the_setting_is_named_when_it_is_wrong(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTICO_PORTAL_PORT", "door")
    answer = cli("portals", "list", "--json")
    assert (answer.code, answer.error["code"]) == (1, "setting-invalid")
    assert "PORTICO_PORTAL_PORT" in answer.error["message"]


def test_the_exit_code_is_130_when_interrupted(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(catalogue_command, "show", interrupted)
    answer = cli("catalogue", "--json")
    assert (answer.code, answer.error["code"]) == (130, "interrupted")
    assert cli("catalogue").code == 130


def test_logs_stay_one_line_on_standard_error_when_a_command_runs(
    cli: Cli, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def noisy(*_: object) -> None:
        logging.getLogger("somewhere").warning("careful\nsecond line")
        try:
            int("hidden")
        except ValueError:
            logging.getLogger("somewhere").exception("it failed")
        thread = threading.Thread(target=lambda: 1 / 0, name="worker-7")
        thread.start()
        thread.join()

    monkeypatch.setattr(catalogue_command, "show", noisy)
    answer = cli("catalogue", "--json")
    assert (answer.code, answer.out) == (0, "")
    lines = answer.err.splitlines()
    assert lines[0].startswith("warning: careful (")
    assert lines[1].startswith("error: it failed (")
    assert "worker-7" in lines[2]
    texts = [file.read_text(encoding="utf-8") for file in (data_dir / "errors").iterdir()]
    words = ("second line", "ValueError: invalid literal", "ZeroDivisionError")
    assert all(any(word in text for text in texts) for word in words)


# ── in processes of their own ──────────────────────────────────────────────────────────────────────────────

READS = (
    ("--help",),
    ("catalogue", "--json"),
    ("applications", "list", "--json"),
    ("instances", "list", "--json"),
    ("portals", "list", "--json"),
    ("provision", *request(), "--check", "--json"),
    ("doctor", "--json"),
    ("migrate", "--json"),
    ("packages", "check", "--json", "data/solutions/CustomerPortal/solution.xml"),
)


def test_neither_streamlit_nor_pandas_nor_the_engine_is_loaded_when_one_only_reads(data_dir: Path) -> None:
    script = (
        "import io, json, sys, contextlib\n"
        "from core.commandline.program import run\n"
        "for arguments in json.loads(sys.argv[1]):\n"
        "    with contextlib.redirect_stdout(io.StringIO()):\n"
        "        assert run(arguments) == 0, arguments\n"
        "heavy = ('streamlit', 'pandas', 'numpy', 'plotly', 'dbos')\n"
        "print([name for name in heavy if name in sys.modules])\n"
        # Counts of a million portals are an array's work.
        "with contextlib.redirect_stdout(io.StringIO()):\n"
        "    assert run(('portals', 'list', '--facets', '--json')) == 0\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    environment = {**os.environ, "PORTICO_DATA_DIR": str(data_dir)}
    done = subprocess.run(
        [sys.executable, "-c", script, json.dumps(READS)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "[]\n['numpy']\n"), done.stderr


def test_help_needs_not_even_the_store_when_it_is_asked_for(data_dir: Path) -> None:
    script = (
        "import sys\n"
        "from core.commandline.program import run\n"
        "run(['--help'])\n"
        "print([name for name in ('sqlalchemy', 'sqlmodel', 'core.bootstrap') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.endswith("[]\n")
    assert list(data_dir.iterdir()) == []


def test_one_document_is_all_there_is_when_run_as_a_program(process: Cli) -> None:
    answer = process("migrate", "--json")
    assert (answer.code, answer.document) == (0, {"from": None, "to": OURS.head, "backup": None})
    assert answer.err == ""
    answer = process("portals", "show", "x", "--json")
    assert (answer.code, answer.error["code"], answer.err) == (2, "not-a-number", "")
    answer = process("portals", "show", "77")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("Error: There is no portal 77")


@pytest.mark.parametrize("format_", ["", "--json"])
def test_nothing_is_complained_of_when_the_reader_has_had_enough(data_dir: Path, format_: str) -> None:
    read, write = os.pipe()
    os.close(read)
    answer = _program(data_dir, "catalogue", *([format_] if format_ else []), stdout=write)
    os.close(write)
    assert (answer.code, answer.err) == (1, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk is simulated by /dev/full")
def test_a_sentence_is_told_when_standard_output_can_not_be_written(data_dir: Path) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        answer = _program(data_dir, "catalogue", "--json", stdout=full.fileno())
    assert answer.code == 1
    assert "can't be written" in answer.err
    assert "Traceback" not in answer.err


def _program(data_dir: Path, *arguments: str, stdout: int) -> Answer:
    done = subprocess.run(
        [sys.executable, "-m", "core", *arguments],
        cwd=ROOT,
        env={**os.environ, "PORTICO_DATA_DIR": str(data_dir)},
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    return Answer(done.returncode, "", done.stderr)
