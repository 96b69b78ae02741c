"""What the steps work with, and small protocols for what stands above them; `bootstrap` fills these."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from core.catalogue import Catalogue
from core.clock import Clock
from core.platforms.port import Platform
from core.storage.store import Store

Pause = Callable[[float], Awaitable[None]]


class Packages(Protocol):
    """The packages that Portico can install."""

    def version(self, unique_name: str) -> str:
        """The version that an installation brings."""

    def zip_bytes(self, unique_name: str) -> bytes:
        """The solution's zip. Raises NotFound."""


class ProbeAnswer(Protocol):
    """What a portal answered."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def is_live(self) -> bool:
        """Whether visitors get the portal itself."""


class Probe(Protocol):
    """Asks a portal itself whether it answers."""

    def probe(self, subdomain: str) -> ProbeAnswer:
        """Ask the portal at its URL. Raises PlatformUnreachable."""


Diagnose = Callable[[Mapping[str, Any]], dict[str, Any]]


def undiagnosed(_error: Mapping[str, Any]) -> dict[str, Any]:
    """Says nothing of an error."""
    return {}


@dataclass(frozen=True)
class StepContext:
    """Everything that a step needs; `patience_s`: how long a step goes on trying.

    `diagnose` says of an error as it is kept what is kept beside it: its cause, how sure, by which rules.
    """

    store: Store
    platform: Platform
    packages: Packages
    catalogue: Catalogue
    probe: Probe
    clock: Clock
    patience_s: float
    diagnose: Diagnose = undiagnosed
