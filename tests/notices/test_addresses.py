"""Addresses: where notices may go, and what is shown of them."""

import importlib

import pytest

from core.errors import InvalidValue
from core.notices.addresses import Reach, check, require_reachable
from core.notices.kinds import KINDS, masked, redacted
from tests.notices.receiver import SECRET

ANYWHERE = Reach()
GOOD = [
    ("jsons://user:pw@hooks.example.com:8443/tok3n", "jsons://hooks.example.com/…"),
    ("json://hooks.example.com/?+X-Token=tok3n&method=put", "json://hooks.example.com/…"),
    ("mailtos://me:pw@corp.example.com?to=you@corp.example.com", "mailtos://…@corp.example.com"),
    ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "slack://…"),
    ("tgram://123456789:abcdefg_hijklmnopqrstuvwxyz12345/12315544", "tgram://…"),
    ("mmosts://chat.example.com/tok3ntok3ntok3ntok3n0000", "mmosts://chat.example.com/…"),
    ("workflows://prod.example.com:443/aworkflow/asignature/", "workflows://prod.example.com/…"),
]


@pytest.mark.parametrize(("address", "shown"), GOOD)
def test_only_kind_and_host_are_shown_when_an_address_is_fine(address: str, shown: str) -> None:
    assert check(f" {address} ", ANYWHERE) == address
    assert masked(address) == shown


@pytest.mark.parametrize(
    "address",
    [
        "",
        "no address",
        "jsons://",
        "file:///etc/passwd",
        "dbus://",
        "windows://",
        "syslog://",
        "macosx://",
        "gnome://",
        "glib://",
        "https://hooks.example.com/x",
        "apprise://host/token",
        "json://example.com/?template=/etc/passwd",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ?template=/etc/passwd",
        "mailtos://me:pw@example.com?pgp=yes&pgpkey=/etc/passwd",
        "json://example.com/?retry=9",
        "json://example.com/?redirect=yes",
        "jsons://example.com/?verify=no",
        "json://example.com/?method=DELETE",
        "json://example.com/?attach-as=x",
        "json://example.com:99999/",
        "json://[::1/",
        f"json://example.com/{'x' * 1000}",
        "json://exam\nple.com/",
        "json://exam\u2028ple.com/",
    ],
)
def test_an_address_is_refused_without_being_repeated_when_it_is_not_one_that_sends(address: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        check(address, ANYWHERE)
    assert caught.value.field == "address"
    assert "/etc/passwd" not in caught.value.message
    assert caught.value.details == {}


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "127.8.8.8",
        "[::1]",
        "0.0.0.0",  # noqa: S104 - refused
        "169.254.169.254",
        "[fe80::1]",
        "2130706433",
        "[::ffff:127.0.0.1]",
        "224.0.0.1",
    ],
)
def test_this_machine_and_its_neighbours_are_refused_when_nobody_allows_them(host: str) -> None:
    with pytest.raises(InvalidValue):
        require_reachable(f"json://{host}/hook", ANYWHERE)


def test_a_mail_server_is_what_counts_when_an_address_names_one() -> None:
    with pytest.raises(InvalidValue):
        check("mailtos://me:pw@example.com?smtp=127.0.0.1&to=you@example.com", ANYWHERE)


def test_only_listed_places_are_reached_when_there_is_a_list() -> None:
    reach = Reach(("hooks.example.com", "*.corp.example.com", "127.0.0.1", "slack"))
    slack, discord = GOOD[3][0], "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js"
    for address in ("json://hooks.example.com/", "json://A.corp.example.com./", "json://127.0.0.1/", slack):
        require_reachable(address, reach)
    for address in (
        "json://example.com/",
        "json://corp.example.com/",
        "json://evilcorp.example.com/",
        discord,
    ):
        with pytest.raises(InvalidValue):
            require_reachable(address, reach)


def test_nothing_secret_is_left_when_a_channels_words_are_redacted() -> None:
    address = f"json://me:{SECRET}-pw@hooks.example.com/{SECRET}%2Fpath/hook?+X-Token={SECRET}-header"
    said = (
        f"403 for url http://me:{SECRET}-pw@hooks.example.com/{SECRET}/path/hook {SECRET}-header "
        f"{SECRET}%2Fpath; see {address}"
    )
    assert SECRET not in redacted(said, address)
    assert "403" in redacted(said, address)
    slack = GOOD[3][0]
    assert redacted("token T1JJ3T3L2 of TIiajkdnlazkcOXrIdevi7FQ", slack) == "token … of …"


def test_no_kind_reads_files_or_speaks_to_this_machine_when_it_is_on_the_list() -> None:
    asked = importlib.import_module("apprise.manager_plugins")
    assert set(KINDS) <= set(asked.NotificationManager().schemas())
    assert not set(KINDS) & {"dbus", "windows", "syslog", "macosx", "gnome", "glib", "kde", "qt", "apprise"}
