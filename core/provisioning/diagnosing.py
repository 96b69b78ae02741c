"""What is said of a failure when it happens, and kept with it: never rewritten when the rules change."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from core.diagnosis import UNKNOWN, Diagnoser
from core.errors import DataError, PlatformUnreachable

log = logging.getLogger(__name__)

# What our own errors say by their code; the platform's words are left to the diagnosis.
_OWN = {PlatformUnreachable.code: "unreachable"}


def make_diagnose(load: Callable[[], Diagnoser]) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """A function from an error as it is kept to what is kept beside it.

    cause, confidence, is_sure, fingerprint, rules_version. The records are loaded with the first failure.
    """

    def diagnose(error: Mapping[str, Any]) -> dict[str, Any]:
        try:
            diagnoser = load()
        except DataError:
            # A record that is wrong must not keep a run from saying that it failed.
            log.exception("The records of diagnosis can't be read; the failure is kept without a cause.")
            return {"cause": _OWN.get(error["code"], UNKNOWN), "confidence": 0.0, "is_sure": False}
        said = diagnoser.diagnose(str(error.get("text") or error["message"]), code_hex=error.get("code_hex"))
        own = _OWN.get(error["code"]) if said.cause == UNKNOWN or "text" not in error else None
        return {
            "cause": own or said.cause,
            "confidence": 1.0 if own else said.confidence,
            "is_sure": bool(own) or said.sure,
            "fingerprint": said.fingerprint,
            "rules_version": said.rules_version,
        }

    return diagnose
