"""notifications: by command."""

from collections.abc import Iterator

import pytest

from tests.commandline.conftest import AMELIE, NADIA, Cli
from tests.notices.receiver import SECRET, Receiver, receiving


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("PORTICO_NOTICE_HOSTS", "127.0.0.1")
    with receiving() as one:
        yield one


def adding(address: str, *more: str) -> list[object]:
    options = ("--name", "Hook", "--address", address, "--occasion", "run-failed", "--as", AMELIE, *more)
    return ["notifications", "add", *options]


def test_a_notification_is_added_listed_tried_and_removed(cli: Cli, receiver: Receiver) -> None:
    added = cli(*adding(receiver.address, "--occasion", "trial-ends", "--when", "daily", "--json"))
    assert added.code == 0
    assert SECRET not in added.out + added.err
    assert added.document["address"] == "json://127.0.0.1/…"
    assert (added.document["occasions"], added.document["rhythm"]) == (["run-failed", "trial-ends"], "daily")
    listed = cli("notifications", "list", "--as", AMELIE, "--json")
    assert (listed.document["total"], SECRET in listed.out) == (1, False)
    assert "json://127.0.0.1" in cli("notifications", "list", "--as", AMELIE).out
    assert cli("notifications", "list", "--as", NADIA, "--json").document["total"] == 0

    assert cli("notifications", "test", 1, "--as", AMELIE, "--json").document["answer"] == "sent"
    receiver.status = 500
    refused = cli("notifications", "test", 1, "--as", AMELIE)
    assert (refused.code, SECRET in refused.err, "500" in refused.err) == (1, False, True)
    assert cli("notifications", "remove", 1, "--as", NADIA, "--json").error["code"] == "not-found"
    assert cli("notifications", "remove", 2**70, "--as", AMELIE, "--json").error["code"] == "not-found"
    assert cli("notifications", "remove", 1, "--as", AMELIE).code == 0
    assert cli("notifications", "list", "--as", AMELIE, "--json").document["items"] == []


def test_it_is_refused_without_its_secret_when_the_address_is_wrong(cli: Cli, receiver: Receiver) -> None:
    for address, more, field in (
        (f"json://192.0.2.7/{SECRET}", (), "address"),
        (f"dbus://{SECRET}", (), "address"),
        (receiver.address, ("--occasion", "odd"), "occasion"),
        (receiver.address, ("--instance", "odd"), "instance"),
        (receiver.address, ("--when", "hourly"), "when"),
    ):
        answer = cli(*adding(address, *more, "--json"))
        assert (answer.code, answer.error["field"]) == (1, field)
        assert SECRET not in answer.out + answer.err
