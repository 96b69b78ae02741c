"""A browser's own random name, so that who acts outlives a reload. No sign-in: it proves nothing."""

import re
import secrets
from http.cookies import SimpleCookie

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.server.answers import header

COOKIE = "portico_visitor"
_YEAR_S = 365 * 24 * 3600
_NAME = re.compile(r"[A-Za-z0-9_-]{20,64}")


class VisitorCookie:
    """Gives each browser a name with the first page that it opens."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Set the cookie on a page where the browser has none."""
        if scope["type"] != "http" or is_named(header(scope, "cookie")):
            await self._app(scope, receive, send)
            return

        async def name_the_browser(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    # Host only, so it never reaches a portal; scripts can't read it.
                    value = f"{COOKIE}={secrets.token_urlsafe(24)}"
                    headers.append(
                        "set-cookie", f"{value}; Max-Age={_YEAR_S}; Path=/; HttpOnly; SameSite=Lax"
                    )
            await send(message)

        await self._app(scope, receive, name_the_browser)


def is_named(cookies: str) -> bool:
    """Whether the request's cookies have a name of ours."""
    parsed = SimpleCookie()
    parsed.load(cookies)
    return COOKIE in parsed and _NAME.fullmatch(parsed[COOKIE].value) is not None
