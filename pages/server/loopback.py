"""Before sign-in exists, the console answers this machine only."""

from ipaddress import ip_address

from starlette.types import ASGIApp, Receive, Scope, Send

from core.errors import SettingInvalid
from pages.server.answers import IsPortalHost, header, host_name, refuse

_OWN_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_FORWARDED = ("forwarded", "x-forwarded-")
WHAT_TO_DO = (
    "Portico has no sign-in yet, so it answers on this machine only. "
    "Open it at http://localhost, without a proxy."
)


def require_loopback(address: str | None) -> None:
    """Raise SettingInvalid where the address to listen on is known and not this machine's own."""
    if address and not is_loopback(address):
        raise SettingInvalid(
            f"Portico has no sign-in yet, so it does not listen on {address}. "
            "Start it with --server.address=127.0.0.1, or without that option."
        )


def is_loopback(address: str) -> bool:
    """Whether the address is this machine's own."""
    if address.lower() == "localhost":
        return True
    try:
        return ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


class LoopbackGuard:
    """Refuses what did not come straight from this machine: behind a proxy everyone looks like loopback."""

    def __init__(self, app: ASGIApp, is_portal_host: IsPortalHost) -> None:
        self._app = app
        self._is_portal_host = is_portal_host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it with 403."""
        if scope["type"] in ("http", "websocket") and not self._may_pass(scope):
            await refuse(scope, receive, send, WHAT_TO_DO)
            return
        await self._app(scope, receive, send)

    def _may_pass(self, scope: Scope) -> bool:
        server = scope.get("server")
        if not server or not is_loopback(server[0]):
            return False
        if any(name.decode("latin-1").startswith(_FORWARDED) for name, _ in scope["headers"]):
            return False
        return host_name(scope) in _OWN_NAMES or self._is_portal_host(header(scope, "host"))
