"""trends: is it getting better? And the daily sums behind it, checked and made again."""

import sqlalchemy as sa

from core.bootstrap import build_services
from core.settings import Settings
from tests.commandline.conftest import AMELIE, Cli


def _fail(cli: Cli) -> None:
    answer = cli(
        "provision", "--name", "Field", "--subdomain", "field", "--instance", "contoso", "--language", 1036,
        "--administrator", AMELIE, "--audience", "partner", "--portal", "partner-field-service",
        "--as", AMELIE, "--accept-terms", "--force", "--wait", "--json",
    )  # fmt: skip
    assert answer.code == 1


def test_the_trends_are_what_happened_when_they_are_read(cli: Cli) -> None:
    empty = cli("trends", "--json").document
    assert (empty["direction"], empty["now"]) == ("unknown", {"runs": 0, "failed": 0, "share": None})
    _fail(cli)
    document = cli("trends", "--days", 7, "--instance", "contoso", "--json").document
    assert document["now"] == {"runs": 1, "failed": 1, "share": 1.0}
    assert len(document["days"]) == 7
    (cause,) = document["causes"]
    assert (cause["cause"], cause["life"], cause["open"]) == ("missing-dependency", "new", 1)
    assert cli("trends", "--instance", "fabrikam", "--json").document["causes"] == []
    assert "Something that the package needs" in cli("trends").out
    assert cli("trends", "--days", 0, "--json").error["field"] == "days"


def test_the_sums_are_told_and_made_anew_when_they_are_wrong(cli: Cli, settings: Settings) -> None:
    _fail(cli)
    cli("trends", "--json")
    assert cli("trends", "--check", "--json").document == {"agree": True, "differences": []}
    services = build_services(settings)
    with services.store.engine.begin() as connection:
        connection.execute(sa.text("UPDATE trend_day SET number = number + 1 WHERE measure = 'failed'"))
        connection.execute(sa.text("DELETE FROM trend_pending WHERE measure = 'failed'"))
    services.close()
    wrong = cli("trends", "--check", "--json")
    assert (wrong.code, wrong.document["agree"]) == (1, False)
    assert "trends --rebuild" in cli("trends", "--check").out
    assert cli("trends", "--rebuild", "--json").document["counted"] > 0
    assert cli("trends", "--check").code == 0
    assert cli("trends", "--check", "--rebuild", "--json").code == 2
