"""Short calls in threads: repeated in an outage, waited for at the end."""

import asyncio
import threading

import pytest
from sqlalchemy.exc import IntegrityError

from core.provisioning.threads import Threads


def test_threads_are_waited_for_when_they_are_closed(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("core.provisioning.threads.CLOSING_S", 0.0)
    threads, release = Threads(), threading.Event()

    async def leave_one_behind() -> None:
        task = asyncio.ensure_future(threads.run(release.wait))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(leave_one_behind())
    threads.close()
    release.set()
    assert "1 calls of steps had not ended when the engine stopped." in caplog.messages


def test_call_is_not_repeated_when_the_store_refuses_it() -> None:
    def wrong() -> None:
        raise IntegrityError("INSERT", {}, Exception("UNIQUE"))

    threads = Threads()
    with pytest.raises(IntegrityError):
        asyncio.run(threads.run(wrong))
    threads.close()
