"""What is kept of a failure: the platform's own words, when, at which step and attempt."""

from datetime import datetime
from typing import Any, Literal

from core.errors import PlatformBusy, PlatformError, PlatformRefused, PorticoError
from core.platforms.port import Fault

FailureKind = Literal["refused", "broken", "cancelled"]
_OF_PLATFORM = ("code_hex", "code_dec", "text", "correlation_id", "missing")


class Refused(Exception):
    """A platform's final answer, given by an operation that it had accepted (R24)."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.text)
        self.fault = fault


class Broken(Exception):
    """A platform's no that says nothing of the solution: the run breaks."""

    def __init__(self, cause: PorticoError | Refused) -> None:
        super().__init__(str(cause))
        self.cause = cause


class Cancelled(Exception):
    """A person cancelled the run."""


def kept(
    error: PorticoError | Refused, kind: FailureKind, *, at: datetime, step: str, attempt: int
) -> dict[str, Any]:
    """An error as it is kept with a step, a run and an installation: a sentence, and the platform's own words and code."""
    if isinstance(error, Refused):
        return _of_fault(error.fault) | {"kind": kind, "step": step, "attempt": attempt}
    of_platform = error.details if isinstance(error, PlatformError) else {}
    return {
        "kind": kind,
        "code": error.code,
        "message": error.message,
        **{name: of_platform[name] for name in _OF_PLATFORM if name in of_platform},
        "at": at.isoformat(),
        "step": step,
        "attempt": attempt,
    }


def busy(fault: Fault) -> PlatformBusy:
    """The error for a fault that passes by itself, found after the operation was accepted."""
    return PlatformBusy(fault.text, details=_of_fault(fault))


def _of_fault(fault: Fault) -> dict[str, Any]:
    return {
        "code": PlatformRefused.code,
        "message": fault.text,
        "code_hex": fault.code_hex,
        "code_dec": fault.code_dec,
        "text": fault.text,
        "correlation_id": fault.correlation_id,
        "missing": list(fault.missing),
        "at": fault.at.isoformat(),
    }


def of_cancel(by: str, *, at: datetime, step: str, attempt: int) -> dict[str, Any]:
    """A cancellation as it is kept: a cause, not a failure."""
    return {
        "kind": "cancelled",
        "code": "cancelled",
        "cause": "cancelled",
        "message": f"Cancelled by {by}.",
        "at": at.isoformat(),
        "step": step,
        "attempt": attempt,
    }
