"""A finding of `doctor`."""

from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Finding:
    """What was examined and how it is; `fix` says what to do where it is not fine."""

    id: str
    state: Literal["fine", "warning", "wrong"]
    message: str
    fix: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """As `doctor --json` prints it."""
        return asdict(self)


def fine(id_: str, message: str) -> Finding:
    """Nothing to do."""
    return Finding(id_, "fine", message)


def warning(id_: str, message: str, fix: str) -> Finding:
    """Works, but not as it should."""
    return Finding(id_, "warning", message, fix)


def wrong(id_: str, message: str, fix: str) -> Finding:
    """Does not work."""
    return Finding(id_, "wrong", message, fix)
