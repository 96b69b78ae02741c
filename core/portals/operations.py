"""Wait for what a platform does on a person's command: outside any run, and in nobody's transaction."""

from collections.abc import Callable

from core.errors import PlatformRefused
from core.platforms.port import Operation, Platform

POLL_S = 0.1


def finished(
    platform: Platform, instance: str, operation: Operation, pause: Callable[[float], None]
) -> Operation:
    """The operation once it has ended; raises PlatformRefused with the platform's own words and code."""
    while not operation.has_ended:
        pause(POLL_S)
        operation = platform.operation(instance, operation.key)
    fault = operation.fault
    if fault is not None:
        details = {
            "code_hex": fault.code_hex,
            "code_dec": fault.code_dec,
            "text": fault.text,
            "correlation_id": fault.correlation_id,
            "missing": list(fault.missing),
        }
        raise PlatformRefused(
            f"The platform refused ({fault.code_hex}): {fault.text} Mend that, then try again.",
            details=details,
        )
    return operation
