"""The process's life: services, engine, and their clean end."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp
from streamlit import config

from core.bootstrap import Services
from core.errors import PorticoError, StoreNewer, StoreOlder
from pages.server.loopback import require_loopback

_HOW_TO_MIGRATE = "Run `python -m core migrate`, which keeps a copy of the store first, then start again."
_HOW_TO_UPDATE = "Start a Portico of that version or a later one, or give this one a store of its own."


class Process:
    """What this server process holds between its start and its end."""

    def __init__(self) -> None:
        self.services: Services | None = None

    def is_portal_host(self, host_header: str) -> bool:
        """Whether the Host header names a portal."""
        return self.services is not None and self.services.host.is_portal_host(host_header)

    def portals(self) -> ASGIApp:
        """The portal host."""
        if self.services is None:
            raise RuntimeError("the server answers before it has started")
        return self.services.host

    @asynccontextmanager
    async def lifespan(self, _app: object) -> AsyncIterator[dict[str, Any]]:
        """Open the store, start the engine unless workers do its work, stop it when the server ends."""
        try:
            require_loopback(config.get_option("server.address"))
            self.services = await to_thread.run_sync(_open)
            await to_thread.run_sync(_start_engine, self.services)
        except PorticoError as error:
            _refuse_to_start(error)
        try:
            yield {}
        finally:
            services, self.services = self.services, None
            if services is not None:
                await to_thread.run_sync(_end, services)

    async def healthz(self, _request: Request) -> JSONResponse:
        """Whether the process serves: for whoever watches it."""
        if self.services is None:
            return JSONResponse({"status": "starting"}, 503)
        return JSONResponse({"status": "ok", "engine": self.services.settings.engine})


def _open() -> Services:
    # Streamlit's runtime is there by now, and the cache is the pages' own.
    from pages.ui.services import services

    return services()


def _start_engine(services: Services) -> None:
    if services.settings.engine == "embedded":
        services.engine().start()


def _end(services: Services) -> None:
    from pages.ui.services import services as cached

    try:
        if services.settings.engine == "embedded":
            services.engine().stop()
    finally:
        cached.clear()
        services.close()


def _refuse_to_start(error: PorticoError) -> None:
    """Say it in a sentence, not in a traceback, and end the process."""
    advice: dict[type[PorticoError], str] = {StoreOlder: _HOW_TO_MIGRATE, StoreNewer: _HOW_TO_UPDATE}
    what_to_do = advice.get(type(error), "")
    sentence = error.message if "migrate" in error.message else f"{error.message} {what_to_do}".strip()
    sys.stderr.write(f"\nPortico does not start. {sentence}\n\n")
    sys.stderr.flush()
    with suppress(AttributeError, OSError):
        sys.stdout.flush()
    raise SystemExit(1)
