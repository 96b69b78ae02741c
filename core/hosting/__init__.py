"""The portal host: from a host name to a site, from a site to a page.

`uvicorn core.hosting:app` serves portals on its own; the console dispatches to the same Host.
"""

import threading
from typing import TYPE_CHECKING

from anyio import to_thread
from starlette.types import Receive, Scope, Send

if TYPE_CHECKING:
    from core.bootstrap import Services


class StandaloneApp:
    """The host as an application of its own: builds the services when first asked, closes them at the end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._services: Services | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, building the host before the first."""
        services = await to_thread.run_sync(self._build) if self._services is None else self._services
        await services.host(scope, receive, send)
        if scope["type"] == "lifespan":  # the server has stopped
            self._services = None
            services.close()

    def _build(self) -> "Services":
        # The one place of `core` below the composition root that asks it for something.
        from core.bootstrap import build_services
        from core.settings import read_settings

        with self._lock:
            services = self._services or build_services(read_settings())
            self._services = services
            return services


app = StandaloneApp()
