"""What a failure is to those who look at it: frozen, plain, complete."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from core.insight.installation_models import PortalName

Cut = Literal["cause", "portal", "solution", "instance", "language", "version"]
CUTS: tuple[str, ...] = get_args(Cut)


@dataclass(frozen=True)
class FailureFilter:
    """Which failures: every non-empty field must match, any of its values.

    `failed_after`, `failed_before`: when it failed first. `is_ever`: also those that were fixed since.
    """

    instances: tuple[str, ...] = ()
    portals: tuple[str, ...] = ()  # templates
    solutions: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    languages: tuple[int, ...] = ()
    versions: tuple[str, ...] = ()
    failed_after: datetime | None = None
    failed_before: datetime | None = None
    is_ever: bool = False


@dataclass(frozen=True)
class Failure:
    """An installation that was refused, again and again or once, or a run that broke.

    `installations`: what a retry names. `portals`: the numbers of those that wait for it
    and are not deleted; `portal`: the one whose own run broke. `template`: of the portal that
    asked first. `cause` and `error`: as they were said and kept at the last attempt. `is_under_way`: it is being tried again.
    `closed_at`: when it was healed, or given up (`is_given_up`); None while it is open.
    """

    kind: Literal["installation", "run"]
    key: str  # names it in addresses: the installation's number, or the run's id
    instance: str
    solution: str | None
    template: str | None
    language: int | None
    version: str | None
    cause: str
    error: dict[str, Any]
    failed_at: datetime  # the first of its attempts that failed
    last_at: datetime
    attempts: int
    portals: tuple[int, ...] = ()
    portal: PortalName | None = None
    installations: tuple[int, ...] = ()
    knock_on_of: int | None = None
    is_under_way: bool = False
    closed_at: datetime | None = None
    is_given_up: bool = False

    @property
    def message(self) -> str:
        """What happened, in a sentence."""
        return str(self.error.get("message") or "It failed without saying why.")

    @property
    def platform_words(self) -> str:
        """What the platform said itself; our own sentence where it said nothing."""
        return str(self.error.get("text") or self.message)

    @property
    def missing(self) -> tuple[str, ...]:
        """The solutions that the platform named as missing."""
        return tuple(map(str, self.error.get("missing") or ()))

    @property
    def fingerprint(self) -> str:
        """The kind of message, names and numbers aside."""
        return str(self.error.get("fingerprint") or "")


@dataclass(frozen=True)
class FailureList:
    """Failures, and how many there are in all where not every one is listed."""

    total: int
    items: tuple[Failure, ...]


@dataclass(frozen=True)
class FailureTally:
    """How many failures have one value; `previous` and `change`: of as many days before, where days were asked for."""

    key: str | int | None
    name: str | None
    failures: int
    share: float
    healed: int
    previous: int | None
    change: int | None
