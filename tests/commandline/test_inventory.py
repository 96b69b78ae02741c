"""portals list by more, export, reconcile."""

import csv
from pathlib import Path

import pytest
from sqlmodel import select

from core.bootstrap import Services
from core.storage.tables import Portal, Run
from tests.commandline.conftest import AMELIE, NADIA, Cli, request


@pytest.fixture
def three(cli: Cli) -> None:
    """Three portals: two in Contoso, one in Fabrikam; the first has failed."""
    fabrikam = {"instance": "fabrikam", "language": 1033, "administrator": NADIA, "as_": NADIA}
    for options in (
        request("zebra", name="Alpha", application=11),  # a trial
        request("yak", name="=beta", portal="custom"),
        request("xerus", name="Gamma", portal="community", **fabrikam),
    ):
        assert cli("provision", *options, "--accept-terms").code == 0


@pytest.mark.usefixtures("three")
def test_those_come_that_match_when_listed_by_more(cli: Cli, services: Services) -> None:
    with services.store.writing() as session:
        portal = session.get_one(Portal, 1)
        portal.has_failed = True
        session.add(portal)

    def ids(*options: object) -> list[int]:
        answer = cli("portals", "list", "--sort", "id", *options, "--json")
        assert answer.code == 0, answer.out
        return [item["id"] for item in answer.document["items"]]

    assert ids("--language", 1033) == [3]
    assert ids("--audience", "customer") == [1, 2, 3]
    assert ids("--audience", "partner") == []
    assert ids("--type", "trial") == ids("--ever-failed") == ids("--trial-ends-within", 30) == [1]
    assert ids("--trial-ends-within", 0) == []
    assert ids("--failing") == []
    assert ids("--exclude", "instance=contoso") == [3]
    assert ids("--exclude", "portal=custom", "--exclude", "language=1033") == [1]
    facets = cli("portals", "list", "--exclude", "portal=custom", "--facets", "--json").document["facets"]
    assert facets["portal"] == {"customer-self-service": 1, "community": 1}


@pytest.mark.parametrize(
    ("options", "field"),
    [
        (("--audience", "nobody"), "audience"),
        (("--type", "gift"), "type"),
        (("--exclude", "state"), "exclude"),
        (("--exclude", "colour=red"), "exclude"),
        (("--exclude", "state=red"), "exclude"),
        (("--exclude", "language=x"), "exclude"),
        (("--exclude", "instance=nowhere"), "exclude"),
        (("--trial-ends-within", "-1"), "trial-ends-within"),
        (("--trial-ends-within", "31"), "trial-ends-within"),
    ],
)
def test_reason_is_told_when_a_filter_is_none(cli: Cli, options: tuple[str, ...], field: str) -> None:
    answer = cli("portals", "list", *options, "--json")
    assert (answer.code, answer.error["field"]) == (1, field)


@pytest.mark.usefixtures("three")
def test_matching_portals_are_in_the_file_when_exported(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "portals.csv"
    file.write_text("old")
    options = ("--instance", "contoso", "--sort", "id", "--column", "id", "--column", "display_name")
    answer = cli("portals", "export", file, *options, "--json")
    assert (answer.code, answer.document) == (0, {"file": str(file), "portals": 2})
    rows = list(csv.reader(file.read_text("utf-8-sig").splitlines()))
    assert rows == [["Id", "Name"], ["1", "Alpha-Configuring"], ["2", "'=beta-Configuring"]]
    assert [one.name for one in tmp_path.iterdir() if one.suffix == ".csv"] == ["portals.csv"]
    for ending in ("xlsx", "parquet"):
        written = cli("portals", "export", tmp_path / f"portals.{ending}", "--as", AMELIE)
        assert (written.code, "2 portals written" in written.out) == (0, True)


@pytest.mark.usefixtures("three")
def test_old_file_stays_when_an_export_is_refused(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "portals.csv"
    file.write_text("old")
    for options, field in (
        ((file, "--column", "colour"), "columns"),
        ((tmp_path / "a.pdf",), "file"),
        ((tmp_path / "no" / "a.csv",), "file"),
    ):
        answer = cli("portals", "export", *options, "--json")
        assert (answer.code, answer.error["field"]) == (1, field)
    assert file.read_text() == "old"
    assert [one.name for one in tmp_path.glob("*.csv*")] == ["portals.csv"]


@pytest.mark.usefixtures("three")
def test_odd_ones_are_named_when_reconciled(cli: Cli, services: Services) -> None:
    answer = cli("portals", "reconcile", "--json")
    assert (answer.code, answer.document["here"], answer.document["there"]) == (0, 0, 0)
    with services.store.writing() as session:
        portal = session.get_one(Portal, 1)
        portal.website_id = "gone"
        for run in (one for one in session.exec(select(Run)).all() if one.portal_id == 1):
            run.ended_at, run.state = services.clock(), "failed"
            session.add(run)
        session.add(portal)
    answer = cli("portals", "reconcile", "--json")
    assert (answer.code, answer.document["odd_count"]) == (1, 1)
    assert answer.document["odd"][0] | {"portal": 1} == {
        "instance": "contoso", "subdomain": "zebra", "name": "Alpha", "portal": 1, "where": "here",
    }  # fmt: skip
    in_words = cli("portals", "reconcile")
    assert "1 portals here ≠ 0 websites" in in_words.out
    assert "only here" in in_words.out
