import asyncio
from pathlib import Path

import pytest
from starlette.types import Message

from core.hosting import StandaloneApp, app
from tests.hosting.visitor import ask


async def _live(standalone: StandaloneApp, during: list[Message]) -> None:
    """Start and stop it as a server does."""
    waiting: list[Message] = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        during.append(message)

    await standalone({"type": "lifespan"}, receive, send)


def test_host_answers_on_its_own_when_it_is_first_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PORTICO_DATA_DIR", str(tmp_path))
    standalone = StandaloneApp()
    assert list(tmp_path.iterdir()) == []
    assert ask(standalone, "nobody.localhost").status == 404
    sent: list[Message] = []
    asyncio.run(_live(standalone, sent))
    assert [message["type"] for message in sent] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]


def test_application_is_built_by_nothing_when_it_is_imported() -> None:
    assert isinstance(app, StandaloneApp)
    assert app._services is None
