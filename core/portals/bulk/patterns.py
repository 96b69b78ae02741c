"""Names by pattern: "{name} ({language})", "Help {number:03}"."""

import re
from collections.abc import Mapping

from core.errors import InvalidValue

PLACEHOLDERS = ("name", "subdomain", "instance", "language", "number")
MAX_PATTERN = 200
_DIGITS = 9
_PART = re.compile(r"\{\{|\}\}|\{(?P<name>[^{}:]*)(?::(?P<width>0?\d{1,2}))?\}|(?P<stray>[{}])")
_LISTED = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)


def check_pattern(pattern: str) -> str:
    """The pattern, with known placeholders only. Raises InvalidValue, which names what offends.

    {number:03} is the number with at least three digits; {{ and }} are braces themselves.
    """
    if not pattern.strip() or len(pattern) > MAX_PATTERN:
        raise InvalidValue(
            f"A rename needs a pattern of up to {MAX_PATTERN} characters, such as {{name}} ({{language}}).",
            field="pattern",
        )
    for part in _PART.finditer(pattern):
        if part["stray"]:
            raise InvalidValue(
                f"The brace at character {part.start() + 1} stands alone. Write {{{{ or }}}} for a brace itself; "
                f"placeholders are {_LISTED}.",
                field="pattern",
            )
        name, width = part["name"], part["width"]
        if name is not None and name not in PLACEHOLDERS:
            raise InvalidValue(f"There is no placeholder {{{name}}}. Use one of {_LISTED}.", field="pattern")
        if width is not None and (name != "number" or int(width) > _DIGITS):
            raise InvalidValue(
                f"Only {{number}} takes a width, of up to {_DIGITS} digits, such as {{number:03}}.",
                field="pattern",
            )
    return pattern


def fill(pattern: str, values: Mapping[str, str]) -> str:
    """The pattern with its placeholders replaced; it must have been checked."""

    def replaced(part: re.Match[str]) -> str:
        name = part["name"]
        if name is None:
            return part[0][0]
        return values[name].zfill(int(part["width"] or 0)) if name == "number" else values[name]

    return _PART.sub(replaced, pattern)
