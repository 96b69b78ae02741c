"""Installations and solutions as people read them: frozen, plain, complete."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from core.solutions.version import Version

InstallationState = Literal["waiting", "installing", "installed", "install-failed"]
_NOT_THERE = ("waiting", "install-failed")


@dataclass(frozen=True)
class InstallationFilter:
    """Which installations: every non-empty field must match, any of its values."""

    instances: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    solutions: tuple[str, ...] = ()
    portals: tuple[int, ...] = ()


@dataclass(frozen=True)
class InstallationSummary:
    """A solution in an instance; a failed one that a run is going to retry is waiting.

    `portals`: the ids of those that asked for it, the first that asked first. `cause`: as it was diagnosed when it failed.
    """

    id: int
    instance: str
    solution: str
    version: str
    state: InstallationState
    portals: tuple[int, ...]
    language: int
    error: dict[str, Any] | None
    cause: str | None
    knock_on_of: int | None
    attempts: int
    requested_by: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    is_under_way: bool

    @property
    def portal(self) -> int | None:
        """The portal that asked first; None where somebody installed it by itself."""
        return self.portals[0] if self.portals else None

    @property
    def reason(self) -> str:
        """Why it failed, in a sentence; empty where it did not."""
        return str((self.error or {}).get("message", "")) if self.state == "install-failed" else ""


@dataclass(frozen=True)
class PortalName:
    """A portal that asked for a solution."""

    id: int
    display_name: str


@dataclass(frozen=True)
class SolutionSummary:
    """A solution that stands in an instance, or was asked for there.

    `needs` and `needed_by` are direct: what another of them needs in turn is left out. `available`: the library's highest
    version. `installation` is None for what nobody asked Portico for.
    """

    unique_name: str
    version: str
    state: InstallationState
    is_there: bool
    is_holding: bool
    installed_at: datetime | None
    installed_by: str | None
    portals: tuple[PortalName, ...]
    needs: tuple[str, ...]
    needed_by: tuple[str, ...]
    available: str | None
    uploaded_at: datetime | None
    installation: InstallationSummary | None

    @property
    def is_failed(self) -> bool:
        """Whether it is Install Failed, and no run is going to retry it."""
        return self.state == "install-failed"

    @property
    def can_be_given_up(self) -> bool:
        """Whether it was asked for in vain: no run has it in hand, and no portal waits for it any more."""
        asked = self.installation
        return asked is not None and not asked.is_under_way and self.state in _NOT_THERE and not self.portals

    @property
    def has_update(self) -> bool:
        """Whether the library has a higher version than stands there."""
        return (
            self.is_there
            and not self.is_holding
            and self.available is not None
            and Version.parse(self.available) > Version.parse(self.version)
        )
