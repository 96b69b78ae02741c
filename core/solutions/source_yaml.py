"""YAML of a package's site content: plain records, no aliases, no tags, no depth."""

from collections.abc import Mapping
from typing import Any

import yaml

from core.solutions.errors import SiteInvalid

MAX_YAML_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 10
_Loader: Any = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # the C one is ten times as fast, where it is built


def read_yaml(files: Mapping[str, bytes], path: str) -> Any:
    """What the file at `path` says; None where it is empty. Raises SiteInvalid, which names the file."""
    data = files[path]
    if len(data) > MAX_YAML_BYTES:
        raise SiteInvalid(f"is larger than {MAX_YAML_BYTES // 1024} KiB. Shorten it, or split it.", file=path)
    try:
        _check_events(data, path)
        return yaml.load(data, Loader=_Loader)  # noqa: S506 - one of the two safe loaders
    except (
        yaml.YAMLError,
        ValueError,
    ) as error:  # ValueError: a date or number that YAML reads and Python refuses
        place = f" in line {mark.line + 1}" if (mark := getattr(error, "problem_mark", None)) else ""
        raise SiteInvalid(f"is not readable YAML{place}. Correct it there.", file=path) from error


def _check_events(data: bytes, path: str) -> None:
    """Refuse what can make a small file a large one, before anything is built."""
    depth = 0
    for event in yaml.parse(data, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            raise SiteInvalid("uses an alias (*name). Write the value out.", file=path)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise SiteInvalid(
                f"is nested more than {MAX_DEPTH} deep. Write records without records in them.", file=path
            )


class Record:
    """One record of a file; every refusal names file and key."""

    def __init__(self, raw: object, file: str, place: str = "") -> None:
        if not isinstance(raw, dict) or not all(isinstance(key, str) for key in raw):
            raise SiteInvalid(
                f"{place or 'the file'} must be a record of keys and values.", file=file, key=place or None
            )
        self._raw: dict[str, object] = raw
        self._file = file
        self._place = place

    def text(self, key: str) -> str:
        """A text that must be there."""
        found = self.optional_text(key)
        if found is None:
            raise self.refusal(key, "is missing")
        return found

    def optional_text(self, key: str) -> str | None:
        """A text, or None where it is absent or empty."""
        value = self._raw.get(key)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise self.refusal(key, f"is {value!r}, where text belongs; put it in quotation marks")
        return value

    def value(self, key: str) -> str:
        """A text that must be there and may be empty."""
        value = self._raw.get(key)
        if not isinstance(value, str):
            raise self.refusal(key, "must be text; put it in quotation marks")
        return value

    def whole_number(self, key: str) -> int | None:
        """A whole number, or None where it is absent."""
        value = self._raw.get(key)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        raise self.refusal(key, f"is {value!r}, where a whole number belongs")

    def words(self, key: str) -> tuple[str, ...]:
        """Words with spaces between them, or a list of them; empty where it is absent."""
        value = self._raw.get(key)
        if value is None or isinstance(value, str):
            return tuple((value or "").split())
        if not isinstance(value, list) or not all(isinstance(entry, str) and entry for entry in value):
            raise self.refusal(key, "must be words with spaces between them")
        return tuple(value)

    def flag(self, key: str) -> bool:
        """True or false; false where it is absent."""
        value = self._raw.get(key, False)
        if not isinstance(value, bool):
            raise self.refusal(key, f"is {value!r}, where true or false belongs")
        return value

    def refusal(self, key: str, reason: str) -> SiteInvalid:
        """The error for one key."""
        place = f"{self._place}.{key}" if self._place else key
        return SiteInvalid(f"{place} {reason}. Correct it there.", file=self._file, key=place)


def read_records(files: Mapping[str, bytes], path: str) -> list[Record]:
    """The file as a list of records; an empty file is an empty list."""
    raw = read_yaml(files, path)
    if raw is None:
        return []
    if not isinstance(raw, list):
        raise SiteInvalid("must be a list of records.", file=path)
    return [Record(entry, path, f"[{index}]") for index, entry in enumerate(raw)]
