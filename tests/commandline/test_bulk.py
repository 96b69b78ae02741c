"""portals bulk: many portals by command."""

from datetime import UTC, datetime

from sqlmodel import select

from core.bootstrap import Services
from core.storage.tables import Portal, Run
from tests.commandline.conftest import ADMIN, AMELIE, NADIA, PRIYA, Cli, request


def provisioned(cli: Cli, *subdomains: str) -> list[int]:
    """Portals whose runs wait to be begun."""
    answers = [cli("provision", *request(one, name=one), "--accept-terms", "--json") for one in subdomains]
    return [answer.document["portal"]["id"] for answer in answers]


def broken(cli: Cli, services: Services, *subdomains: str) -> list[int]:
    """Portals whose runs broke."""
    ids = provisioned(cli, *subdomains)
    with services.store.writing() as session:
        for portal_id in ids:
            portal = session.get_one(Portal, portal_id)
            portal.state, portal.verdict = "provisioning-failed", "failed"
            session.add(portal)
        for run in session.exec(select(Run)).all():
            run.state, run.ended_at, run.error = "failed", datetime.now(UTC), {"kind": "broken"}
    return ids


def test_renamed_portals_are_printed_when_it_waits_for_the_end(cli: Cli, services: Services) -> None:  # R5
    ids = broken(cli, services, "one", "two")
    answer = cli(
        "portals", "bulk", "rename", *ids, "--pattern", "Help {number:02}", "--as", AMELIE, "--wait", "--json"
    )
    assert answer.code == 0
    found = answer.document
    assert (found["state"], found["items"]["done"], found["total"]) == ("ended", 2, 2)
    assert [(one["portal"], one["before"], one["after"]) for one in found["portals"]] == [
        (ids[0], "one", "Help 01"),
        (ids[1], "two", "Help 02"),
    ]
    assert cli("portals", "show", ids[1], "--json").document["portal"]["name"] == "Help 02"
    listed = cli("portals", "bulk", "list", "--json").document
    assert (listed["total"], listed["items"][0]["by"]) == (1, AMELIE)
    assert listed["items"][0]["wanted"] == f"The portals {ids[0]}, {ids[1]}"


def test_one_of_several_is_refused_when_nothing_is_to_restart(cli: Cli, services: Services) -> None:  # R22
    ids = broken(cli, services, "one")
    fine = provisioned(cli, "fine")
    checked = cli("portals", "bulk", "restart", *ids, *fine, "--as", AMELIE, "--check", "--json")
    assert checked.code == 1
    assert checked.document["counts"] == {"happens": 1, "refused": 1, "skipped": 0}
    assert cli("portals", "bulk", "list", "--json").document["total"] == 0

    answer = cli("portals", "bulk", "restart", *ids, *fine, "--as", AMELIE, "--json")
    assert answer.code == 1
    bulk_id = answer.document["id"]
    assert [one["state"] for one in answer.document["portals"]] == ["waiting", "refused"]
    cancelled = cli("portals", "bulk", "cancel", bulk_id, "--as", AMELIE, "--json")
    assert (cancelled.code, cancelled.document["state"]) == (0, "cancelled")
    shown = cli("portals", "bulk", "show", bulk_id)
    assert shown.code == 1
    assert "cancelled" in shown.out
    assert "skipped" in shown.out


def test_runs_are_waited_for_when_a_filter_chose_the_portals(cli: Cli, services: Services) -> None:  # R22
    (portal_id,) = broken(cli, services, "one")
    answer = cli(
        "portals", "bulk", "restart", "--state", "provisioning-failed", "--as", AMELIE, "--wait", "--json"
    )
    assert answer.code == 0, answer.err
    assert answer.document["runs"] == {"succeeded": 1}
    assert answer.document["portals"][0]["run"]["state"] == "succeeded"
    assert answer.document["wanted"] == "All portals with state provisioning-failed"
    assert cli("portals", "show", portal_id, "--json").document["portal"]["state"] == "provisioned"


def test_the_portals_listed_are_the_portals_acted_on_when_the_filter_is_the_same(cli: Cli) -> None:
    ids = provisioned(cli, "one", "two")
    only = ("--exclude", "instance=fabrikam", "--type", "production", "--search", "two")
    listed = cli("portals", "list", *only, "--json").document["items"]
    checked = cli("portals", "bulk", "rename", *only, "--pattern", "New", "--as", AMELIE, "--check", "--json")
    assert [one["portal"] for one in checked.document["portals"]] == [one["id"] for one in listed] == ids[1:]
    begun = cli("portals", "bulk", "rename", *only, "--pattern", "New", "--as", AMELIE, "--json")
    words = "All portals with type production; exclude instance=fabrikam; search two"
    assert begun.document["wanted"] == words


def test_it_is_refused_with_the_option_named_when_it_is_asked_for_wrongly(cli: Cli) -> None:
    (portal_id,) = provisioned(cli, "one")
    for arguments, code, field in (
        (("restart",), 2, "id"),
        (("restart", portal_id, "--state", "configuring"), 2, "state"),
        (("restart", "--state", "odd"), 1, "state"),
        (("restart", "--instance", "odd"), 1, "instance"),
        (("restart", 99), 1, "id"),
        (("rename", portal_id, "--pattern", "{odd}"), 1, "pattern"),
        (("rename", portal_id), 2, "pattern"),
        (("show", 99), 1, "id"),
        (("show", 2**70), 1, "id"),
    ):
        actor = () if arguments[0] == "show" else ("--as", AMELIE)
        answer = cli("portals", "bulk", *arguments, *actor, "--json")
        assert (answer.code, answer.error["field"]) == (code, field), arguments


def test_words_are_printed_when_no_json_is_asked_for(cli: Cli, services: Services) -> None:
    ids = broken(cli, services, "one")
    checked = cli("portals", "bulk", "rename", *ids, "--pattern", "New", "--as", AMELIE, "--check")
    assert "Rename to “New”" in checked.out
    refused = cli("portals", "bulk", "retry", *ids, "--as", PRIYA)
    assert (refused.code, "System Administrator" in refused.err) == (1, True)
    begun = cli("portals", "bulk", "rename", *ids, "--pattern", "New", "--as", AMELIE)
    assert (begun.code, "No engine runs now" in begun.err) == (0, True)
    assert "1 waiting" in cli("portals", "bulk", "list").out
    assert cli("portals", "bulk", "list", "--as", NADIA, "--json").document["total"] == 0
    assert cli("portals", "bulk", "show", 1, "--as", NADIA, "--json").error["code"] == "not-found"
    assert cli("portals", "bulk", "cancel", 1, "--as", ADMIN).code == 0
