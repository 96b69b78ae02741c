"""A portal's name and subdomain: what they may be (R5, R9), and alternatives to a taken one (R10)."""

import re
import unicodedata
from collections.abc import Iterator

from core.errors import NameInvalid, SubdomainInvalid

MAX_NAME = 100
MAX_LABEL = 63
RESERVED = frozenset(
    {
        "www", "api", "admin", "mail", "ftp", "localhost", "console",
        "portico", "root", "static", "assets", "cdn", "status", "smtp", "imap", "pop", "ns", "ns1", "ns2",
        # Programs look these up by themselves and trust the answer.
        "autodiscover", "autoconfig", "wpad", "isatap",
    }
)  # fmt: skip
_ALLOWED = re.compile(r"[a-z0-9-]")
# Categories of characters that can't be shown, and those that turn the direction of what follows the name.
_UNSHOWN = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def check_name(name: str) -> str:
    """The name without spaces around it, composed (NFC); raises NameInvalid (R5)."""
    cleaned = unicodedata.normalize("NFC", name).strip()
    odd = next((c for c in cleaned if unicodedata.category(c) in _UNSHOWN or c in _TURNS), None)
    if odd is not None:
        raise NameInvalid(f"The name holds the character U+{ord(odd):04X}, which can't be shown. Remove it.")
    if not any(unicodedata.category(c)[0] in "LMNPS" for c in cleaned):
        raise NameInvalid(
            "The portal needs a name. Give it one that people will recognise; it can be changed later."
        )
    if len(cleaned) > MAX_NAME:
        raise NameInvalid(f"The name has {len(cleaned)} characters; {MAX_NAME} are the most. Shorten it.")
    return cleaned


def check_subdomain(subdomain: str) -> str:
    """The subdomain in lower case, as it is compared and kept.

    Raises SubdomainInvalid, which names what offends (R9).
    """
    if not subdomain:
        raise SubdomainInvalid(
            "The portal URL needs a subdomain. Give it letters a–z, digits and hyphens, such as contoso-help."
        )
    _refuse_characters(subdomain)
    label = subdomain.lower()
    if len(label) > MAX_LABEL:
        raise SubdomainInvalid(
            f"The subdomain has {len(label)} characters; {MAX_LABEL} are the most. Shorten it."
        )
    _refuse_hyphens(label)
    if label in RESERVED:
        raise SubdomainInvalid(f"'{label}' is reserved. Choose another subdomain, such as {label}-portal.")
    return label


def _refuse_characters(subdomain: str) -> None:
    for position, character in enumerate(subdomain, 1):
        if not (character.isascii() and _ALLOWED.match(character.lower())):
            raise SubdomainInvalid(
                f"{_shown(character)} can't stand in a portal URL. Use letters a–z, digits and hyphens only.",
                details={"character": character, "position": position},
            )


def _refuse_hyphens(label: str) -> None:
    for position, where in ((1, "begin"), (len(label), "end")):
        if label[position - 1] == "-":
            raise SubdomainInvalid(
                f"A portal URL can't {where} with a hyphen (-). Remove it.",
                details={"character": "-", "position": position},
            )
    if label[2:4] == "--":
        raise SubdomainInvalid(
            "A portal URL can't have hyphens (-) at both its third and fourth place; that is kept for "
            "encoded names such as xn--a. Remove one.",
            details={"character": "-", "position": 3},
        )


def alternatives(subdomain: str) -> Iterator[str]:
    """Valid subdomains like this valid one, the nearest first."""
    base = subdomain[: MAX_LABEL - 8].strip("-")
    for ending in ("portal", "help", "online", *map(str, range(2, 30))):
        yield f"{base}-{ending}"


def suggestion(name: str) -> str:
    """A subdomain made of a portal's name, or an empty one where nothing of it can stand there."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    label = re.sub(r"-{2,}", "-", re.sub(r"[^a-z0-9]+", "-", plain)).strip("-")[:MAX_LABEL].strip("-")
    try:
        return check_subdomain(label)
    except SubdomainInvalid:
        return ""


def _shown(character: str) -> str:
    """The character so that nobody takes it for another: a Cyrillic а looks like a Latin one."""
    name = unicodedata.name(character, "a control character").lower()
    if not character.isprintable() or character.isspace():
        return f"The character U+{ord(character):04X} ({name})"
    if not character.isascii():
        return f"'{character}' (U+{ord(character):04X}, {name})"
    return f"'{character}'"
