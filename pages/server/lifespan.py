"""The process's life: services, engine, and their clean end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

from core.bootstrap import Services
from core.errors import PorticoError
from pages.server.interrupts import end_in_order
from pages.server.loopback import require_loopback


class Process:
    """What this server process holds between its start and its end."""

    def __init__(self) -> None:
        self.services: Services | None = None
        self.refusal: str | None = None

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
            self.refusal = f"Portico does not start. {error.message}"
            raise
        end_in_order()
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


class PlainRefusal:
    """Says why the server does not start in a sentence, where Starlette would hand over a traceback."""

    def __init__(self, app: ASGIApp, process: Process) -> None:
        self._app = app
        self._process = process

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; only the message of a start that was refused is another."""
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return

        async def say(message: Message) -> None:
            if message["type"] == "lifespan.startup.failed" and self._process.refusal:
                message = {**message, "message": self._process.refusal}
            await send(message)

        await self._app(scope, receive, say)


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
