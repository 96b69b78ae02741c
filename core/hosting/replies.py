"""What goes over the wire: bodies kept with their ETag, headers, conditional and compressed answers."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from starlette.datastructures import Headers
from starlette.types import Scope, Send

# Nothing but the portal's own style sheets, pictures and forms; no script, no frame, no other host.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_WORTH_COMPRESSING: Final = 800  # bytes
_NO_BODY: Final = frozenset({204, 304})


@dataclass(frozen=True, slots=True)
class Visit:
    """What the host reads of a request: nothing else, no cookie and no authorization, reaches a portal."""

    method: str
    host: str
    path: str
    query_string: bytes
    if_none_match: str
    accept_encoding: str
    accept_language: str

    @classmethod
    def of(cls, scope: Scope) -> "Visit":
        """The visit that an ASGI scope tells of; of several Host headers none is believed."""
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        return cls(
            method=scope["method"],
            host=hosts[0] if len(hosts) == 1 else "",
            path=scope["path"],
            query_string=scope.get("query_string", b""),
            if_none_match=headers.get("if-none-match", ""),
            accept_encoding=headers.get("accept-encoding", ""),
            accept_language=headers.get("accept-language", ""),
        )


@dataclass(frozen=True, slots=True)
class Body:
    """Rendered bytes, compressed too where that is worth it; `language` is the text's, where it has one."""

    data: bytes
    compressed: bytes | None
    media_type: str
    language: str | None
    etag: str

    @classmethod
    def of(cls, text: str | bytes, media_type: str, language: str | None = None) -> "Body":
        """A body of this text."""
        data = text.encode() if isinstance(text, str) else text
        small = gzip.compress(data, 6, mtime=0) if len(data) >= _WORTH_COMPRESSING else None
        return cls(data, small, media_type, language, hashlib.sha256(data).hexdigest()[:32])

    @property
    def size(self) -> int:
        """What keeping it costs, in bytes."""
        return len(self.data) + len(self.compressed or b"")


@dataclass(frozen=True, slots=True)
class Reply:
    """A status, a body and headers of its own; a kept one may be answered with 304."""

    status: int
    body: Body | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    async def send(self, visit: Visit, send: Send) -> None:
        """Answer the visit: without the body for HEAD, with 304 where the visitor has these bytes already."""
        status, headers, content = self._answer(visit)
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": b"" if visit.method == "HEAD" else content})

    def _answer(self, visit: Visit) -> tuple[int, dict[str, str], bytes]:
        headers = {**SECURITY_HEADERS, "cache-control": "no-store", **self.headers}
        if self.body is None:
            return self.status, headers | ({} if self.status in _NO_BODY else {"content-length": "0"}), b""
        content, encoding = _choose(self.body, visit.accept_encoding)
        vary = [headers["vary"]] if "vary" in headers else []
        headers["vary"] = ", ".join([*vary, "Accept-Encoding"])
        if self.status == 200:  # noqa: PLR2004 - only what is fine is worth asking for again
            headers["cache-control"] = "no-cache"
            headers["etag"] = f'"{self.body.etag}{"-gzip" if encoding else ""}"'
            if _has_it(visit.if_none_match, self.body.etag):
                return 304, headers, b""
        headers["content-type"] = self.body.media_type
        headers["content-length"] = str(len(content))
        headers |= {"content-encoding": encoding} if encoding else {}
        headers |= {"content-language": self.body.language} if self.body.language else {}
        return self.status, headers, content


def _choose(body: Body, accept_encoding: str) -> tuple[bytes, str]:
    if body.compressed is not None and _takes_gzip(accept_encoding):
        return body.compressed, "gzip"
    return body.data, ""


def _takes_gzip(accept_encoding: str) -> bool:
    for offer in accept_encoding.lower().split(","):
        name, _, weight = offer.partition(";")
        if name.strip() in {"gzip", "*"}:
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def _has_it(if_none_match: str, etag: str) -> bool:
    """The weak comparison of RFC 9110; either encoding's tag stands for the same text."""
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return bool(tags & {"*", f'"{etag}"', f'"{etag}-gzip"'})
