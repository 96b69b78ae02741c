"""The portal host: from a host name to a site, from a site to a page.

`uvicorn core.hosting:app` serves portals on its own; the console dispatches to the same Host.
"""

import threading
from typing import TYPE_CHECKING

from anyio import to_thread
from starlette.types import Receive, Scope, Send

if TYPE_CHECKING:
    from core.hosting.host import Host


class StandaloneApp:
    """The host as an application of its own: it builds the services when it is first asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._host: Host | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, building the host before the first."""
        host = await to_thread.run_sync(self._build) if self._host is None else self._host
        await host(scope, receive, send)

    def _build(self) -> "Host":
        # The one place of `core` below the composition root that asks it for something.
        from core.bootstrap import build_services
        from core.settings import read_settings

        with self._lock:
            host = self._host or build_services(read_settings()).host
            self._host = host
            return host


app = StandaloneApp()
