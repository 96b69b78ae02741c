"""Kinds of channels by how their addresses begin, and what may be shown of an address.

An address holds secrets nearly everywhere: a password, a token in its path. What is shown is its kind, and the host where
that is a host.
"""

import re
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from core.errors import InvalidValue

# Kinds whose address names the host that is spoken to, and those of one service on the internet.
HOSTED = {
    "json": "A webhook that gets JSON",
    "jsons": "A webhook that gets JSON, by TLS",
    "form": "A webhook that gets a form",
    "forms": "A webhook that gets a form, by TLS",
    "xml": "A webhook that gets XML",
    "xmls": "A webhook that gets XML, by TLS",
    "mailto": "E-mail",
    "mailtos": "E-mail, by TLS",
    "mmost": "Mattermost",
    "mmosts": "Mattermost, by TLS",
    "rocket": "Rocket.Chat",
    "rockets": "Rocket.Chat, by TLS",
    "gotify": "Gotify",
    "gotifys": "Gotify, by TLS",
    "workflows": "Microsoft Teams",
}
SERVICES = {
    "slack": "Slack",
    "discord": "Discord",
    "gchat": "Google Chat",
    "tgram": "Telegram",
    "wxteams": "Webex",
    "zulip": "Zulip",
}
KINDS = HOSTED | SERVICES
_SHORTEST_SECRET = 3
_URL = re.compile(r"[a-z][a-z0-9+]*://\S+", re.IGNORECASE)


def masked(address: str) -> str:
    """What may be shown of it: the kind, and the host where it names one."""
    parts = split(address)
    scheme = parts.scheme.casefold()
    if scheme not in HOSTED or not parts.hostname:
        return f"{scheme}://…"
    host = parts.hostname
    return f"{scheme}://…@{host}" if scheme.startswith("mailto") else f"{scheme}://{host}/…"


def redacted(text: str, address: str) -> str:
    """The text without anything that the address keeps secret, and without other addresses."""
    for secret in sorted(_secrets(address), key=len, reverse=True):
        text = text.replace(secret, "…")
    return _URL.sub("…", text)


def split(address: str) -> SplitResult:
    """Its parts. Raises InvalidValue."""
    try:
        parts = urlsplit(address)
        if parts.scheme.casefold() in HOSTED:
            _ = parts.port  # raises where it is none; a service's token may hold a colon
    except ValueError:
        raise wrong("The host or the port of this address is not one. Correct it.") from None
    return parts


def _secrets(address: str) -> set[str]:
    parts = split(address)
    found = {address, parts.username or "", parts.password or "", parts.path.strip("/"), parts.query}
    found |= set(parts.path.split("/"))
    found |= {value for _, value in parse_qsl(parts.query)}
    if parts.scheme.casefold() in SERVICES:
        found |= {parts.netloc, parts.hostname or ""}
    raw = {form for one in found for form in (one, unquote(one), quote(one, safe=""))}
    return {one for one in raw if len(one) >= _SHORTEST_SECRET}


def wrong(sentence: str) -> InvalidValue:
    """What is wrong with an address, which is never repeated."""
    return InvalidValue(sentence, field="address")
