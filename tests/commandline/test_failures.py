"""failures --by (contract: every cut counts each failure once)."""

import pytest

from tests.commandline.conftest import AMELIE, Cli

CUTS = ("cause", "portal", "solution", "instance", "language", "version")


@pytest.fixture
def refused(cli: Cli) -> None:
    """A portal whose one solution was refused (R16, R27)."""
    answer = cli(
        "provision", "--name", "Field", "--subdomain", "field", "--instance", "contoso", "--language", 1036,
        "--administrator", AMELIE, "--audience", "partner", "--portal", "partner-field-service",
        "--as", AMELIE, "--accept-terms", "--force", "--wait", "--json",
    )  # fmt: skip
    assert answer.code == 1


@pytest.mark.usefixtures("refused")
def test_every_cut_counts_each_failure_once(cli: Cli) -> None:
    for cut in CUTS:
        document = cli("failures", "--by", cut, "--days", 7, "--json").document
        assert document["total"] == 1
        (item,) = document["items"]
        assert set(item) == {"key", "name", "failures", "share", "healed", "previous", "change"}
        assert (item["failures"], item["share"], item["healed"]) == (1, 1.0, 0)
        assert (item["previous"], item["change"]) == (0, 1)
    assert cli("failures", "--by", "cause", "--json").document["items"][0]["key"] == "missing-dependency"
    assert cli("failures", "--by", "portal", "--json").document["items"][0]["name"] == "Partner Field Service"
    assert cli("failures", "--by", "language", "--json").document["items"][0]["key"] == 1036
    assert "Something that the package needs" in cli("failures", "--by", "cause").out


def test_the_list_is_empty_when_nothing_failed(cli: Cli) -> None:
    assert cli("failures", "--by", "cause", "--json").document == {"total": 0, "items": []}


def test_the_field_is_named_when_the_cut_is_not_known(cli: Cli) -> None:
    answer = cli("failures", "--by", "colour", "--json")
    assert (answer.code, answer.error["field"], answer.error["code"]) == (1, "by", "invalid-value")
    assert cli("failures", "--by", "cause", "--days", 0, "--json").error["field"] == "days"
    assert cli("failures", "--json").code == 2
