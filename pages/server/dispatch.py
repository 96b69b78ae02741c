"""Told apart by host name: a portal's visitors get the portal, everyone else the console."""

from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from pages.server.answers import IsPortalHost, header, refuse


class HostDispatch:
    """Hands a portal's requests to the portal host; a portal has no web socket."""

    def __init__(self, app: ASGIApp, is_portal_host: IsPortalHost, portals: Callable[[], ASGIApp]) -> None:
        self._app = app
        self._is_portal_host = is_portal_host
        self._portals = portals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by the portal host or by the console."""
        if scope["type"] not in ("http", "websocket") or not self._is_portal_host(header(scope, "host")):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await refuse(scope, receive, send, "A portal has no web socket.")
        else:
            await self._portals()(scope, receive, send)
