"""What `make diagnosis` prints."""

from pathlib import Path

import pytest

from core.diagnosis import Diagnoser
from core.diagnosis import moves as moving
from core.errors import DataError
from tests.diagnosis.samples import make_diagnoser, recognised


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "one.yaml").write_text(
        "- {cause: odd, text: odd thing}\n- {cause: unknown, text: nothing}\n", encoding="utf-8"
    )
    return tmp_path


def make_verdicts(corpus: Path, diagnoser: Diagnoser) -> tuple[moving.Verdict, ...]:
    return moving.judge(moving.read_messages(corpus), diagnoser)


def test_a_move_is_told_when_a_rule_changes_it(corpus: Path, tmp_path: Path) -> None:
    before = make_verdicts(corpus, make_diagnoser(recognised("odd", words={"decide": ["odd"]})))
    path = tmp_path / "snapshot.json"
    moving.write_snapshot(before, "v1", path)
    after = make_verdicts(corpus, make_diagnoser(recognised("odd", words={"decide": ["other"]})))
    moved = moving.moves(after, moving.read_snapshot(path))
    lines = list(moving.report(after, moved, "v2"))
    assert [(move.verdict.message.name, move.before, move.verdict.cause) for move in moved] == [
        ("one/1", "odd", "unknown")
    ]
    assert any(line.startswith("wrong  one/1: unknown, not odd") for line in lines)
    assert any(line.startswith("moved  one/1: odd → unknown") for line in lines)


def test_nothing_moved_is_said_when_the_rules_are_the_same(corpus: Path, tmp_path: Path) -> None:
    verdicts = make_verdicts(corpus, make_diagnoser(recognised("odd", words={"decide": ["odd"]})))
    path = tmp_path / "snapshot.json"
    moving.write_snapshot(verdicts, "v1", path)
    moved = moving.moves(verdicts, moving.read_snapshot(path))
    assert list(moving.report(verdicts, moved, "v1"))[-1] == "No message moved."


def test_every_message_is_new_when_there_is_no_snapshot(corpus: Path, tmp_path: Path) -> None:
    verdicts = make_verdicts(corpus, make_diagnoser())
    moved = moving.moves(verdicts, moving.read_snapshot(tmp_path / "none.json"))
    assert [move.before for move in moved] == [None, None]
    assert any("new → unknown" in line for line in moving.report(verdicts, moved, "v1"))


def test_the_corpus_is_refused_when_a_message_has_no_cause(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text("- {text: odd}\n", encoding="utf-8")
    with pytest.raises(DataError, match="#1"):
        moving.read_messages(tmp_path)


def test_the_report_is_printed_when_it_is_run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(moving.write_snapshot, "__defaults__", (tmp_path / "kept.json",))
    assert moving.main(["--keep"]) == 0
    assert "messages" in capsys.readouterr().out
    assert moving.read_snapshot(tmp_path / "kept.json")
