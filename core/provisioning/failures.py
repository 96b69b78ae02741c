"""What is kept of a failure: the platform's own words, when, at which step and attempt."""

from datetime import datetime
from typing import Any, Literal

from core.errors import PlatformError, PorticoError
from core.platforms.port import Fault

FailureKind = Literal["refused", "broken", "cancelled"]


class Refused(Exception):
    """A platform's final answer about one solution (R24)."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.text)
        self.fault = fault


class Cancelled(Exception):
    """A person cancelled the run."""


def of_fault(fault: Fault, kind: FailureKind, *, step: str, attempt: int) -> dict[str, Any]:
    """A platform's fault as it is kept with a step, a run and an installation."""
    return {
        "kind": kind,
        "code_hex": fault.code_hex,
        "code_dec": fault.code_dec,
        "message": fault.text,
        "correlation_id": fault.correlation_id,
        "at": fault.at.isoformat(),
        "missing": list(fault.missing),
        "step": step,
        "attempt": attempt,
    }


def of_error(error: PorticoError, kind: FailureKind, *, at: datetime, step: str, attempt: int) -> dict[str, Any]:
    """An error without a fault of its own, as it is kept; a platform's details come along."""
    kept: dict[str, Any] = {
        "kind": kind,
        "code": error.code,
        "message": error.message,
        "at": at.isoformat(),
        "step": step,
        "attempt": attempt,
    }
    if isinstance(error, PlatformError):
        names = ("code_hex", "code_dec", "text", "correlation_id", "missing")
        kept |= {name: error.details[name] for name in names if name in error.details}
    return kept


def of_cancel(by: str, *, at: datetime, step: str) -> dict[str, Any]:
    """A cancellation as it is kept: a cause, not a failure."""
    return {
        "kind": "cancelled",
        "code": "cancelled",
        "message": f"Cancelled by {by}.",
        "at": at.isoformat(),
        "step": step,
        "attempt": 0,
    }
