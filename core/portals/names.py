"""A portal's name and subdomain: what they may be (R5, R9), and alternatives to a taken one (R10)."""

import re
import unicodedata
from collections.abc import Iterator

from core.errors import NameInvalid, SubdomainInvalid

MAX_NAME = 100
MAX_LABEL = 63
RESERVED = frozenset(
    {
        "www", "api", "admin", "mail", "ftp", "localhost", "console", "portico", "smtp", "imap", "pop", "ns", "ns1", "ns2",
        "autodiscover", "autoconfig", "wpad", "isatap", "static", "assets", "cdn", "status", "support-portico", "root",
    }
)  # fmt: skip
_ALLOWED = re.compile(r"[a-z0-9-]")


def check_name(name: str) -> str:
    """The name without spaces around it; raises NameInvalid (R5)."""
    cleaned = unicodedata.normalize("NFC", name).strip()
    if not cleaned:
        raise NameInvalid(
            "The portal needs a name. Give it one that people will recognise; it can be changed later."
        )
    if len(cleaned) > MAX_NAME:
        raise NameInvalid(f"The name has {len(cleaned)} characters; {MAX_NAME} are the most. Shorten it.")
    odd = next((c for c in cleaned if unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp")), None)
    if odd is not None:
        raise NameInvalid(f"The name holds the character U+{ord(odd):04X}, which can't be shown. Remove it.")
    return cleaned


def check_subdomain(subdomain: str) -> str:
    """The subdomain in lower case, as it is compared and kept; raises SubdomainInvalid, which names what offends (R9)."""
    label = subdomain.strip()
    if not label:
        raise SubdomainInvalid("The portal URL needs a subdomain: letters, digits and hyphens.")
    offending = next((c for c in label if not (c.isascii() and _ALLOWED.match(c.lower()))), None)
    if offending is not None:
        raise SubdomainInvalid(
            f"{_shown(offending)} can't stand in a portal URL. Use letters a–z, digits and hyphens only.",
            details={"character": offending, "position": label.index(offending) + 1},
        )
    label = label.lower()
    if len(label) > MAX_LABEL:
        raise SubdomainInvalid(
            f"The subdomain has {len(label)} characters; {MAX_LABEL} are the most. Shorten it."
        )
    if label[0] == "-" or label[-1] == "-":
        where = "begin" if label[0] == "-" else "end"
        raise SubdomainInvalid(
            f"A portal URL can't {where} with a hyphen (-). Remove it.", details={"character": "-"}
        )
    if label[2:4] == "--":
        raise SubdomainInvalid(
            "A portal URL can't have hyphens (-) at both its third and fourth place; that is kept for encoded names "
            "such as xn--a. Remove one.",
            details={"character": "-", "position": 3},
        )
    if label in RESERVED:
        raise SubdomainInvalid(f"'{label}' is reserved. Choose another subdomain, such as {label}-portal.")
    return label


def alternatives(subdomain: str) -> Iterator[str]:
    """Valid subdomains like this one, the nearest first."""
    base = subdomain[: MAX_LABEL - 8].strip("-")
    for ending in ("portal", "help", "online", *map(str, range(2, 30))):
        try:
            yield check_subdomain(f"{base}-{ending}")
        except SubdomainInvalid:
            continue


def suggestion(name: str) -> str:
    """A subdomain made of a portal's name, or an empty one where nothing of it can stand there."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    label = re.sub(r"-{2,}", "-", re.sub(r"[^a-z0-9]+", "-", plain)).strip("-")[:MAX_LABEL].strip("-")
    try:
        return check_subdomain(label)
    except SubdomainInvalid:
        return ""


def _shown(character: str) -> str:
    if character.isspace() or not character.isprintable():
        return f"The character U+{ord(character):04X} ({unicodedata.name(character, 'a control character').lower()})"
    return f"'{character}'"
