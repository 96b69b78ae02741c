"""The platform's error codes in a text: hexadecimal, bare, or decimal; always given as 0x8004801D."""

import re

_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_HEX = re.compile(r"(?<![0-9a-z])(?:0x)?(8[0-9a-f]{7})(?![0-9a-z])", re.IGNORECASE)
_DECIMAL = re.compile(r"(?<![\d.])-?(214\d{7})(?![\d.]*\d)")
_SIGN = 0x8000_0000
# What Windows, .NET and its network layer give, whoever runs on them.
_SHARED = re.compile(r"0x8(?:000|0070|0072[EF]|013|00903|024)")


def find_codes(text: str) -> tuple[str, ...]:
    """Every code in the text once, in the order in which they come."""
    text = _GUID.sub(" ", text)
    found = [(match.start(), _shown(int(match[1], 16))) for match in _HEX.finditer(text)]
    found += [(match.start(), _shown(_unsigned(int(match[1])))) for match in _DECIMAL.finditer(text)]
    return tuple(dict.fromkeys(code for _, code in sorted(found)))


def normalise_code(code: str) -> str | None:
    """One code as it is shown, or None where it is none."""
    found = find_codes(code)
    return found[0] if found else None


def is_platforms(code: str) -> bool:
    """Whether a code, as it is shown, is of the platform's own range and not one that every program can meet."""
    return not _SHARED.match(code)


def _unsigned(value: int) -> int:
    # -2147188707 is 0x8004801D; logs also write it without its sign, or as 2147778589.
    return value if value >= _SIGN else (1 << 32) - value


def _shown(value: int) -> str:
    return f"0x{value:08X}"
