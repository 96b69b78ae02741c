"""packages: check and plan."""

import json
import shutil
from pathlib import Path

import pytest

from tests.commandline.conftest import Cli
from tests.paths import DATA, SHARED

SOLUTIONS = DATA / "solutions"


def test_each_file_is_a_line_when_checked(cli: Cli, tmp_path: Path) -> None:
    broken = tmp_path / "solution.xml"
    broken.write_text("<ImportExportXml", encoding="utf-8")
    other = tmp_path / "notes.txt"
    other.write_text("just notes", encoding="utf-8")
    order = tmp_path / "ImportConfig.xml"
    order.write_text(
        '<configdatastorage><solutions><configsolutionfile solutionpackagefilename="A.zip"/></solutions>'
        "</configdatastorage>",
        encoding="utf-8",
    )
    feedback = SOLUTIONS / "Feedback" / "solution.xml"
    files = (feedback, broken, other, order)
    answer = cli("packages", "check", *files, "--json")
    assert answer.code == 1
    documents = [json.loads(line) for line in answer.out.splitlines()]
    assert [document["file"] for document in documents] == [str(file) for file in files]
    assert (documents[0]["kind"], documents[0]["unique_name"]) == ("solution", "Feedback")
    assert set(documents[0]) == {
        "file", "kind", "unique_name", "version", "managed", "publisher", "language", "components", "requires",
    }  # fmt: skip
    assert documents[1]["error"]["code"] == "invalid-xml"
    assert documents[2]["kind"] == "unknown"
    assert documents[3]["solutions"] == ["A.zip"]
    assert ": " not in answer.out.splitlines()[0]
    in_words = cli("packages", "check", *files)
    assert in_words.code == 1
    assert len(in_words.out.splitlines()) == 4
    for words in (
        "solution Feedback 9.3.2611.0, managed",
        "invalid-xml",
        "unknown",
        "order of 1 solutions: A.zip",
    ):
        assert words in in_words.out


def test_it_is_done_when_every_file_is_right(cli: Cli) -> None:
    assert cli("packages", "check", SOLUTIONS / "Feedback", "--json").code == 0


def test_the_order_and_what_is_missing_come_when_planned(cli: Cli) -> None:
    answer = cli("packages", "plan", SOLUTIONS / "CustomerPortal", SOLUTIONS / "Feedback", "--json")
    assert answer.code == 0
    assert answer.document["order"] == ["Feedback", "CustomerPortal"]
    assert set(answer.document) == {"order", "missing", "cycles"}
    assert set(answer.document["missing"][0]) == {"solution", "version", "required_by", "found"}
    in_words = cli("packages", "plan", SOLUTIONS / "CustomerPortal")
    assert "MicrosoftCrmPortalBase" in in_words.out


def test_a_circle_is_shown_when_there_is_one(cli: Cli, tmp_path: Path) -> None:
    folders = []
    for name, needed in (("BasePortal", "Feedback"), ("Feedback", "BasePortal")):
        folder = tmp_path / name
        shutil.copytree(SOLUTIONS / name, folder)
        manifest = folder / "solution.xml"
        text = manifest.read_text(encoding="utf-8")
        start, end = text.index("<MissingDependencies"), text.index("</SolutionManifest>")
        dependency = (
            f'<MissingDependencies><MissingDependency><Required type="1" schemaName="x" solution="{needed} (1.0.0.0)"/>'
            '<Dependent type="1" schemaName="y"/></MissingDependency></MissingDependencies>'
        )
        manifest.write_text(text[:start] + dependency + text[end:], encoding="utf-8")
        folders.append(folder)
    answer = cli("packages", "plan", *folders)
    assert answer.code == 0
    assert "In a circle: BasePortal → Feedback → BasePortal" in answer.out
    assert cli("packages", "plan", *folders, "--json").document["cycles"] == [["BasePortal", "Feedback"]]


def test_the_reason_is_told_when_a_file_can_not_be_planned(cli: Cli) -> None:
    answer = cli("packages", "plan", "nowhere.zip", "--json")
    assert (answer.code, answer.error["code"], answer.error["field"]) == (1, "file-not-usable", "file")


@pytest.mark.skipif(not SHARED.exists(), reason="the corpora are not here")
def test_every_real_file_gets_its_line_when_the_corpora_are_checked(cli: Cli) -> None:
    files = sorted(path for path in (SHARED / "corpora").rglob("*") if path.suffix in (".zip", ".xml"))
    answer = cli("packages", "check", *files, "--json")
    documents = [json.loads(line) for line in answer.out.splitlines()]
    assert [document["file"] for document in documents] == [str(file) for file in files]
