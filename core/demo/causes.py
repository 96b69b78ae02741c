"""What is said when something fails: the platform's words, and the cause that the diagnosis gives them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from core.errors import PlatformRefused, PlatformUnreachable
from core.platforms.port import Fault
from core.provisioning.failures import FailureKind, Refused, kept
from core.settings import ROOT

FILE = ROOT / "data" / "demo" / "failures.yaml"
Diagnose = Callable[[Mapping[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Trouble:
    """One way in which something fails. `at`: a step's kind, or any; without `text` no answer came."""

    id: str
    cause: str
    share: float
    message: str
    at: str = "any"
    text: str = ""
    code_hex: str = ""
    lasts_h: float = 0.0


@dataclass(frozen=True)
class Troubles:
    """Every way in which something fails in a demo."""

    breaks: tuple[Trouble, ...]
    refusals: tuple[Trouble, ...]

    def one(self, id_: str) -> Trouble:
        """The trouble of that id."""
        return next(one for one in (*self.breaks, *self.refusals) if one.id == id_)


def load_troubles(file: Path = FILE) -> Troubles:
    """Every trouble, as the file has it."""
    found = yaml.safe_load(file.read_text(encoding="utf-8"))
    return Troubles(*(tuple(Trouble(**one) for one in found[key]) for key in ("breaks", "refusals")))


class Words:
    """Errors as a run keeps them: what the engine would have kept, and what is said of it."""

    def __init__(self, diagnose: Diagnose) -> None:
        self._diagnose = diagnose
        self._said: dict[str, dict[str, Any]] = {}

    def error(
        self,
        trouble: Trouble,
        kind: FailureKind,
        at_ms: int,
        step: str,
        attempt: int,
        correlation_id: str,
        names: Mapping[str, str],
    ) -> dict[str, Any]:
        """The error as it is kept with the step."""
        at = datetime.fromtimestamp(at_ms / 1000, UTC)
        message = trouble.message.format_map(names)
        if trouble.text:
            missing = (names["missing"],) if "{missing}" in trouble.text else ()
            fault = Fault(
                trouble.code_hex,
                trouble.text.format_map(names),
                correlation_id,
                at,
                missing=missing,
            )
            told = kept(Refused(fault), kind, at=at, step=step, attempt=attempt)
            told |= {"message": message, "code": PlatformRefused.code}
        else:
            told = kept(PlatformUnreachable(message), kind, at=at, step=step, attempt=attempt)
        # Names and numbers aside, the same words are the same kind of message: it is judged once.
        if trouble.id not in self._said:
            self._said[trouble.id] = self._diagnose(told)
        return told | self._said[trouble.id]
