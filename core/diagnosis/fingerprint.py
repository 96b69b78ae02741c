"""A short name for a kind of message: alike but for names, ids and numbers means the same fingerprint."""

import hashlib
import re

_MASKS = (
    (
        re.compile(r"\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?", re.IGNORECASE),
        "<id>",
    ),
    (re.compile(r"https?://[^\s\"'<>,]{1,500}"), "<url>"),
    (re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,5}"), "<user>"),
    (re.compile(r"\"[^\"\n]{1,200}\"|(?<!\w)'[^'\n]{1,200}'(?!\w)|[“„][^”“\n]{1,200}[”“]"), "<name>"),
    (re.compile(r"[\w.]{1,100}\s?\(v?\d{1,9}(?:\.\d{1,9}){1,3}\)"), "<name>"),
    (re.compile(r"\b\w{1,12}_\w{1,100}"), "<name>"),
    (re.compile(r"(?<![\w.])-?214\d{7}\b|0x8[0-9a-f]{7}\b", re.IGNORECASE), "<code>"),
    (re.compile(r"\d[\d.,:/TZ-]*"), "<n>"),
)
_BLANKS = re.compile(r"\W+")
_LONGEST = 4_000


def template_of(text: str) -> str:
    """The unwrapped text with its names, ids and numbers masked."""
    text = text[:_LONGEST]
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return _BLANKS.sub(" ", text).strip().casefold()


def fingerprint_of(text: str, codes: tuple[str, ...]) -> str:
    """Sixteen hexadecimal digits for the text's template and its codes."""
    key = f"{template_of(text)}|{','.join(sorted(codes))}"
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:16]
