"""Takes secrets, people and addresses out of a text; the same one gets the same stand-in all through a bundle."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

_SECRET = re.compile(
    r"(?i)\b((?:access[_-]?|refresh[_-]?|id[_-]?)?token|authorization|bearer|client[_-]?secret|secret|password|passwd|pwd"
    r"|api[_-]?key|account[_-]?key|shared[_-]?access[_-]?(?:key|signature)|signature|sig|cookie)"
    r"(\"?\s*[:=]\s*\"?|\s+)((?:Bearer\s+|Basic\s+)?[^\s\"'&;,<>]{4,})"
)
_JWT = re.compile(r"\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?")
_EMAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_URL = re.compile(r"(?i)\b([a-z][a-z0-9+.-]{1,12}://)(?:[^\s/@\"'<>]+@)?([^\s/:\"'<>?#]+)")
_HOST = re.compile(
    r"(?i)\b(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:dynamics\.com|powerappsportals\.com|powerplatform\.com"
    r"|microsoftonline\.com|onmicrosoft\.com|sharepoint\.com|localhost|example)\b"
)
_SHORT = 3


class Redactor:
    """Redacts; `known` are names and addresses that no pattern finds: each with the kind that stands for it."""

    def __init__(self, known: Iterable[tuple[str, str]] = ()) -> None:
        self._stand_ins: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        literals = {text.casefold(): kind for text, kind in known if len(text) >= _SHORT}
        self._kinds = literals
        longest_first = sorted(literals, key=lambda text: (-len(text), text))
        self._known = (
            re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)", re.IGNORECASE)
            if literals
            else None
        )

    def text(self, value: str) -> str:
        """The text without them."""
        value = _JWT.sub("[secret]", value)
        value = _SECRET.sub(lambda m: f"{m[1]}{m[2]}[secret]", value)
        value = _URL.sub(lambda m: f"{m[1]}{self._stand_in(m[2], 'host')}", value)
        value = _EMAIL.sub(lambda m: self._stand_in(m[0], "person"), value)
        value = _HOST.sub(lambda m: self._stand_in(m[0], "host"), value)
        if self._known is None:
            return value
        return self._known.sub(lambda m: self._stand_in(m[0], self._kinds[m[0].casefold()]), value)

    def document(self, value: Any) -> Any:
        """A document of plain values without them, keys included; a value under a secret's name goes whole."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(key)): self._value(str(key), one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self.document(one) for one in value]
        return value

    def _value(self, key: str, value: Any) -> Any:
        if isinstance(value, str) and value and _SECRET.search(f"{key}: xxxxxxxx"):
            return "[secret]"
        return self.document(value)

    def _stand_in(self, found: str, kind: str) -> str:
        key = found.casefold()
        if re.fullmatch(r"(?:person|host|address)-\d+", key):
            return found
        if key not in self._stand_ins:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._stand_ins[key] = f"{kind}-{self._counts[kind]}"
        return self._stand_ins[key]
