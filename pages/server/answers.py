"""What the middlewares have in common: headers of a request, and a plain refusal."""

from collections.abc import Callable

from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketClose

IsPortalHost = Callable[[str], bool]
_POLICY_VIOLATION = 1008


def header(scope: Scope, name: str) -> str:
    """The request's header, or an empty text."""
    wanted = name.lower().encode("ascii")
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == wanted), "")


def host_name(scope: Scope) -> str:
    """The name that the request is for: without its port, in lower case, an IPv6 address without brackets."""
    host = header(scope, "host").strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].rstrip(".")


async def refuse(scope: Scope, receive: Receive, send: Send, sentence: str, status: int = 403) -> None:
    """Answer with the sentence; a web socket is closed before it opens."""
    if scope["type"] == "websocket":
        await receive()
        await WebSocketClose(_POLICY_VIOLATION, sentence[:120])(scope, receive, send)
        return
    await PlainTextResponse(f"{sentence}\n", status, {"Cache-Control": "no-store"})(scope, receive, send)
