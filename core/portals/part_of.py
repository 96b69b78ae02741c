"""What an act is a part of, should it be one of many that were asked for together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session


def _nothing(_session: Session, _run_id: str | None) -> None:
    """Record nothing."""


@dataclass(frozen=True)
class PartOf:
    """What the act's event says of the larger thing, and what is written for that in the act's own transaction.

    `record` gets the run that the act begins, if any; what it raises undoes the act.
    """

    note: Mapping[str, Any] = field(default_factory=dict)
    record: Callable[[Session, str | None], None] = _nothing


ALONE = PartOf()
