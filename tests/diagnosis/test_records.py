"""Records are checked when they are read; what is wrong is named by file and key."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from core.diagnosis import Diagnoser, load_records
from core.diagnosis.records import PLACEHOLDER
from core.errors import DataError
from tests.diagnosis.samples import SETTING, make_record
from tests.paths import DATA

FOLDER = DATA / "diagnosis"
RECORD = "title: T\nexplanation: E\nremedy: [R]\nretry: after-fix\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "diagnosis"
    shutil.copytree(FOLDER, copy)
    return copy


def spoil(name: str, text: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).write_text(text, encoding="utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "file", "key", "reason"),
    [
        (spoil("odd.yaml", RECORD + "more: 1\n"), "odd.yaml", "more", "Extra inputs"),
        (spoil("odd.yaml", RECORD + "id: odd\n"), "odd.yaml", "id", "is the file's name"),
        (spoil("odd.yaml", RECORD.replace("after-fix", "soon")), "odd.yaml", "retry", "Input should be"),
        (spoil("odd.yaml", RECORD.replace("[R]", "[]")), "odd.yaml", "remedy", "at least 1"),
        (spoil("odd.yaml", RECORD.replace("R]", "'{what|x}']")), "odd.yaml", "remedy.0", "is no placeholder"),
        (
            spoil("odd.yaml", RECORD.replace("R]", "'{users}']")),
            "odd.yaml",
            "remedy.0",
            "a placeholder is written",
        ),
        (
            spoil("odd.yaml", RECORD + "recognise: {words: {decide: ['(a b']}}\n"),
            "odd.yaml",
            "recognise.words.decide.0",
            "brackets do not match",
        ),
        (
            spoil("odd.yaml", RECORD + "recognise: {codes: {likely: [timeout]}}\n"),
            "odd.yaml",
            "recognise.codes.likely.0",
            "a code is written",
        ),
        (
            spoil("odd.yaml", RECORD + "recognise: {yields_to: [nobody]}\n"),
            "odd.yaml",
            "recognise.yields_to",
            "nobody is no cause",
        ),
        (spoil("odd.yaml", "- a\n"), "odd.yaml", "(file)", "should be a record"),
        (spoil("odd.txt", ""), "odd.txt", "(file)", "should end in .yaml"),
        (
            spoil("odd.yaml", RECORD + "sources: ['http://x']\n"),
            "odd.yaml",
            "sources.0",
            "String should match",
        ),
        (lambda folder: (folder / "unknown.yaml").unlink(), "unknown.yaml", "(file)", "is missing"),
    ],
)
def test_the_file_and_key_are_named_when_a_record_is_wrong(
    folder: Path, change: Callable[[Path], None], file: str, key: str, reason: str
) -> None:
    change(folder)
    with pytest.raises(DataError) as refused:
        load_records(folder)
    assert refused.value.details["file"] == f"diagnosis/{file}"
    assert refused.value.details["key"] == key
    assert reason in refused.value.details["reason"]


def test_a_setting_is_refused_when_another_record_has_it(folder: Path) -> None:
    unknown = (folder / "unknown.yaml").read_text(encoding="utf-8")
    (folder / "odd.yaml").write_text(unknown, encoding="utf-8")
    with pytest.raises(DataError, match=r"stands in unknown\.yaml"):
        load_records(folder)


def test_the_version_changes_when_a_rule_does(folder: Path) -> None:
    before = load_records(folder)[1]
    path = folder / "timeout.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "# another thought\n", encoding="utf-8")
    assert load_records(folder)[1] != before


def test_the_version_stays_when_nothing_changes(folder: Path) -> None:
    assert load_records(folder)[1] == load_records()[1]


def test_a_diagnoser_is_refused_when_nothing_says_what_is_unknown() -> None:
    with pytest.raises(ValueError, match="no setting"):
        Diagnoser([make_record("unknown")])


def test_every_record_tells_its_sources_when_it_is_read(diagnoser: Diagnoser) -> None:
    assert [cause for cause in diagnoser.causes if not diagnoser.record(cause).sources] == []


def test_no_place_stays_open_when_a_message_names_nothing(diagnoser: Diagnoser) -> None:
    for cause in diagnoser.causes:
        record = diagnoser.record(cause)
        for sentence in (record.explanation, *record.remedy):
            assert all(words for _, words in PLACEHOLDER.findall(sentence)), (cause, sentence)


def test_a_diagnoser_is_made_when_records_have_the_least() -> None:
    assert Diagnoser([make_record("unknown", setting=SETTING)]).diagnose("x").cause == "unknown"
