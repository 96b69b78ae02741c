"""Handing messages over for real, by Apprise, to a server that counts."""

import io
import logging
import subprocess
import sys

import pytest

from core.notices.channels import send, understood
from tests.notices.receiver import SECRET, Receiver
from tests.paths import ROOT


def test_the_message_arrives_once_when_the_channel_takes_it(receiver: Receiver) -> None:
    assert send(receiver.address, "Title", "Line 1\nLine 2").answer == "sent"
    assert [(m["title"], m["message"]) for m in receiver.messages] == [("Title", "Line 1\nLine 2")]


@pytest.mark.parametrize("status", [400, 403, 500, 302])
def test_it_failed_and_was_tried_once_when_the_channel_refuses_it(receiver: Receiver, status: int) -> None:
    receiver.status = status
    handed = send(receiver.address, "Title", "timed out, connection aborted")
    assert handed.answer == "failed"
    assert str(status) in (handed.problem or "")
    assert SECRET not in (handed.problem or "")
    assert len(receiver.messages) == 1


def test_it_is_unclear_when_the_channel_takes_it_and_hangs_up(receiver: Receiver) -> None:
    receiver.is_rude = True
    handed = send(receiver.address, "Title", "Body")
    assert handed.answer == "unclear"
    assert handed.problem == "The connection broke while the message was handed over: it was cut off."
    assert len(receiver.messages) == 1


def test_it_failed_when_nobody_is_there() -> None:
    handed = send(f"json://user:{SECRET}@127.0.0.1:9/{SECRET}", "Title", "Body")
    assert handed.answer == "failed"
    assert SECRET not in (handed.problem or "")
    assert "Exception" not in (handed.problem or "")
    assert not understood("json://")


def test_no_log_tells_the_address_when_everything_is_logged(receiver: Receiver) -> None:
    written = io.StringIO()
    handler, root = logging.StreamHandler(written), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        receiver.status = 500
        send(receiver.address, "Title", "Body")
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    assert SECRET not in written.getvalue()


def test_apprise_is_not_loaded_when_nothing_is_sent() -> None:
    code = "import sys, core.bootstrap; sys.exit('apprise' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
