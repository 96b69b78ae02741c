"""From a file to records. Whatever is wrong is a DataError that names file, key and reason."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from core.errors import DataError

WHOLE_FILE = "(file)"
R = TypeVar("R", bound=BaseModel)


class _DoubledKey(yaml.YAMLError):
    """A mapping has a key twice; YAML itself would silently keep the last."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class _StrictLoader(yaml.CSafeLoader):
    """The safe loader, but a key that is there twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """The mapping; raises _DoubledKey."""
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = str(key_node.value)
            if key in seen:
                raise _DoubledKey(key)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def shown(path: Path, folder: Path) -> str:
    """A file's name for people: from the catalogue's folder on."""
    return (Path(folder.name) / path.relative_to(folder)).as_posix()


def read_text(path: Path, file: str) -> str:
    """The file's text; raises DataError."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise DataError(file, WHOLE_FILE, "is missing") from error
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(file, WHOLE_FILE, f"cannot be read: {error}") from error


def parse_yaml(text: str, file: str) -> object:
    """What the YAML says, its lists as tuples; raises DataError."""
    try:
        # A SafeLoader by descent: it makes plain values only.
        return _frozen(yaml.load(text, Loader=_StrictLoader))  # noqa: S506 - see above
    except _DoubledKey as error:
        raise DataError(file, error.key, "is there twice") from error
    except (yaml.YAMLError, ValueError) as error:
        raise DataError(file, WHOLE_FILE, f"is not YAML: {' '.join(str(error).split())}") from error


def read_list(path: Path, folder: Path, model: type[R], identity: str) -> tuple[R, ...]:
    """The file's records, at least one, no two alike in the field `identity`; raises DataError."""
    file = shown(path, folder)
    found = parse_yaml(read_text(path, file), file)
    if not isinstance(found, tuple) or not found:
        raise DataError(file, WHOLE_FILE, "should be a list of records, and not an empty one")
    records = tuple(make(model, raw, file, _label(raw, identity, n)) for n, raw in enumerate(found, 1))
    refuse_doubled([getattr(record, identity) for record in records], file, identity)
    return records


def make(model: type[R], raw: object, file: str, label: str = "") -> R:
    """One record; raises DataError whose key is the wrong field's path, under `label`."""
    if not isinstance(raw, dict):
        raise DataError(file, label or WHOLE_FILE, "should be a record with named fields")
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        parts = (
            [label, *(str(part) for part in first["loc"])] if label else [str(part) for part in first["loc"]]
        )
        # Who edits YAML knows lists, no tuples.
        reason = first["msg"].removeprefix("Value error, ").replace("tuple", "list").replace("Tuple", "List")
        raise DataError(file, ".".join(parts) or WHOLE_FILE, reason) from error


def refuse_doubled(values: list[object], file: str, key: str) -> None:
    """Raise DataError if a value is there twice."""
    for position, value in enumerate(values):
        if value in values[:position]:
            raise DataError(file, key, f"{value} is there twice")


def _label(raw: object, identity: str, number: int) -> str:
    value = raw.get(identity) if isinstance(raw, dict) else None
    return str(value) if isinstance(value, str | int) else f"#{number}"


def _frozen(value: object) -> object:
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    return value
