"""portals: list, show, rename, domains (R5, R7, R11)."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from core.bootstrap import Services
from core.storage.tables import CustomDomain
from tests.commandline.conftest import AMELIE, NADIA, PRIYA, BeginWith, Cli, request

WEI = "wei.chen@fabrikam.example"


@pytest.fixture
def three(cli: Cli, begin_with: BeginWith) -> None:
    """Three portals: two in Contoso, one in Fabrikam."""
    fabrikam = {"instance": "fabrikam", "language": 1033, "administrator": NADIA, "as_": NADIA}

    def tell() -> None:
        for options in (
            request("zebra", name="Alpha"),
            request("yak", name="beta", portal="custom"),
            request("xerus", name="Gamma 100%", portal="community", **fabrikam),
        ):
            assert cli("provision", *options, "--accept-terms").code == 0

    begin_with(tell)


@pytest.mark.usefixtures("three")
def test_those_that_match_every_filter_come_when_listed(cli: Cli) -> None:
    def ids(*options: object) -> list[int]:
        answer = cli("portals", "list", *options, "--json")
        assert answer.code == 0, answer.out
        return [item["id"] for item in answer.document["items"]]

    assert ids() == [3, 2, 1]
    assert ids("--sort", "id") == [1, 2, 3]
    assert ids("--sort", "name") == [1, 2, 3]
    assert ids("--sort", "display_name") == [1, 2, 3]
    assert ids("--sort", "-url") == [1, 2, 3]
    assert ids("--sort", "id", "--limit", 1, "--offset", 1) == [2]
    assert ids("--limit", 0) == []
    assert ids("--instance", "contoso", "--sort", "id") == [1, 2]
    assert ids("--portal", "custom", "--portal", "community", "--sort", "id") == [2, 3]
    assert ids("--state", "configuring", "--verdict", "getting-set-up", "--instance", "fabrikam") == [3]
    assert ids("--state", "provisioned", "--state", "deleted") == []
    assert ids("--search", "100%") == [3]
    assert ids("--search", "%") == [3]
    assert ids("--as", AMELIE, "--sort", "id") == [1, 2]
    assert ids("--as", "nobody@x.example") == []


@pytest.mark.usefixtures("three")
def test_every_match_is_counted_when_facets_are_asked_for(cli: Cli) -> None:
    document = cli("portals", "list", "--limit", 1, "--facets", "--json").document
    assert (document["total"], len(document["items"])) == (3, 1)
    assert document["facets"]["instance"] == {"contoso": 2, "fabrikam": 1}
    assert document["facets"]["language"] == {"1036": 2, "1033": 1}
    assert document["facets"]["state"] == {"configuring": 3}
    in_words = cli("portals", "list", "--limit", 1, "--facets").out
    assert "1 of 3 portals" in in_words
    assert "fabrikam" in in_words


@pytest.mark.usefixtures("three")
def test_runs_and_verdict_come_when_a_portal_is_shown(cli: Cli) -> None:
    document = cli("portals", "show", 1, "--json").document
    assert set(document) == {"portal", "runs", "verdict"}
    assert set(document["verdict"]) == {"state", "reason"}
    assert document["verdict"]["state"] == document["portal"]["verdict"]
    assert [run["state"] for run in document["runs"]] == ["queued"]
    in_words = cli("portals", "show", 1).out
    for words in (
        "Alpha-Configuring",
        "http://zebra.localhost:8501",
        "install-CustomerPortal",
        "Run 1 queued",
    ):
        assert words in in_words
    refused = cli("portals", "show", 1, "--as", WEI, "--json")
    assert (refused.code, refused.error["code"], refused.error["field"]) == (1, "not-permitted", "as")


@pytest.mark.usefixtures("three")
def test_only_the_name_changes_when_renamed(cli: Cli) -> None:
    before = cli("portals", "show", 1, "--json").document["portal"]
    after = cli("portals", "rename", 1, "Ω – new", "--as", AMELIE, "--json").document
    assert after == before | {"name": "Ω – new", "display_name": "Ω – new-Configuring"}  # R5, R7
    refused = cli("portals", "rename", 1, "X", "--as", PRIYA, "--json")
    assert (refused.code, refused.error["code"], refused.error["field"]) == (
        1,
        "not-system-administrator",
        "as",
    )
    refused = cli("portals", "rename", 1, " ", "--as", AMELIE, "--json")
    assert (refused.code, refused.error["code"], refused.error["field"]) == (1, "name-invalid", "name")
    assert "Ω – new-Configuring" in cli("portals", "rename", 1, "Ω – new", "--as", AMELIE).out


@pytest.mark.usefixtures("three")
def test_the_proof_is_told_when_a_domain_is_added(cli: Cli) -> None:
    answer = cli("portals", "domains", "add", 1, "Help.Example.com", "--as", AMELIE, "--json")
    assert (answer.code, answer.document["id"]) == (0, 1)  # R11
    assert "_portico.help.example.com" in answer.err
    (domain,) = cli("domains", "list", 1, "--json").document["items"]
    assert (domain["domain"], domain["verified_at"]) == ("help.example.com", None)
    assert domain["record_value"] in answer.err
    assert "help.example.com" in cli("portals", "domains", "list", 1).out
    assert "not verified" in cli("portals", "show", 1).out
    again = cli("portals", "domains", "add", 1, "help.example.com", "--as", AMELIE)
    assert (again.code, again.err) == (0, "")


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("arguments", "code", "field"),
    [
        (("add", 1, "not a domain", "--as", AMELIE), "domain-invalid", "domain"),
        (("add", 1, "a.localhost", "--as", AMELIE), "domain-invalid", "domain"),
        (("add", 1, "help.example.com", "--as", PRIYA), "not-system-administrator", "as"),
        (("add", 2**65, "help.example.com", "--as", AMELIE), "not-found", "id"),
        (("verify", 1, "other.example.com", "--as", AMELIE), "not-found", "domain"),
        (("remove", 1, "other.example.com", "--as", AMELIE), "not-found", "domain"),
    ],
)
def test_the_reason_is_told_when_a_domain_is_refused(
    cli: Cli, arguments: tuple[object, ...], code: str, field: str
) -> None:
    for words in (("portals", "domains"), ("domains",)):
        answer = cli(*words, *arguments, "--json")
        assert (answer.code, answer.error["code"], answer.error["field"]) == (1, code, field)


@pytest.mark.usefixtures("three")
def test_a_domain_counts_when_it_is_verified_and_is_gone_when_removed(cli: Cli, services: Services) -> None:
    cli("domains", "add", 1, "help.example.com", "--as", AMELIE)
    with services.store.writing() as session:
        row = session.exec(select(CustomDomain)).one()
        row.verified_at = datetime(2026, 1, 2, 3, 4, 5, 678900, tzinfo=UTC)
        session.add(row)
    assert (
        cli("portals", "domains", "verify", 1, "help.example.com", "--as", AMELIE, "--json").document["id"]
        == 1
    )
    (domain,) = cli("domains", "list", 1, "--json").document["items"]
    assert domain["verified_at"] == "2026-01-02T03:04:05.678Z"
    assert "verified 2026-01-02 03:04:05 UTC" in cli("portals", "show", 1).out
    assert cli("domains", "remove", 1, "help.example.com", "--as", AMELIE, "--json").document["id"] == 1
    assert cli("domains", "list", 1, "--json").document == {"total": 0, "items": []}
