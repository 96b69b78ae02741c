"""What pages and the command line read: frozen, plain, complete."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

VerdictState = Literal["healthy", "getting-set-up", "slow", "stuck", "failed"]


@dataclass(frozen=True)
class PortalSummary:
    """A portal as lists show it; `display_name` and `url` are derived (R7, R11)."""

    id: int
    name: str
    display_name: str
    state: str
    verdict: VerdictState | None
    subdomain: str
    url: str
    type: str
    instance: str
    language: int
    administrator: str
    audience: str
    portal: str
    created_at: datetime
    provisioned_at: datetime | None


@dataclass(frozen=True)
class StepSummary:
    """A step of a run; `typical_s` is the median of its like, once there is history."""

    name: str
    kind: str
    solution: str | None
    state: str
    started_at: datetime | None
    ended_at: datetime | None
    attempts: int
    error: dict[str, Any] | None
    typical_s: float | None = None


@dataclass(frozen=True)
class RunSummary:
    """One attempt of a portal, numbered within it.

    `values`: the form's, as this attempt had them. `versions`: the packages' by solution, once it has begun.
    """

    id: str
    number: int
    kind: str
    state: str
    requested_by: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    error: dict[str, Any] | None
    steps: tuple[StepSummary, ...]
    values: Mapping[str, Any]
    versions: Mapping[str, str]

    @property
    def is_open(self) -> bool:
        """Whether the run is still under way."""
        return self.state in ("queued", "running", "waiting")

    @property
    def current(self) -> StepSummary | None:
        """The step that runs, or the one that is next."""
        return next((s for s in self.steps if s.state == "running"), None) or next(
            (s for s in self.steps if s.state == "waiting"), None
        )

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(step.state == "done" for step in self.steps)


@dataclass(frozen=True)
class Estimate:
    """How long a run of this kind takes, learnt from history: the middle half, and what this one has left."""

    low_s: float
    high_s: float
    left: timedelta | None
    runs: int  # how many runs it was learnt from


@dataclass(frozen=True)
class Verdict:
    """One verdict on a portal beside its state; None once it is deleted."""

    state: VerdictState | None
    reason: str


@dataclass(frozen=True)
class DomainSummary:
    """A custom domain; it counts once it is verified."""

    domain: str
    token: str
    record_name: str  # the DNS TXT record's name
    record_value: str
    file_url: str  # the file that can be there instead
    verified_at: datetime | None


@dataclass(frozen=True)
class EventSummary:
    """Who did what, when."""

    at: datetime
    actor: str
    act: str
    details: dict[str, Any]


@dataclass(frozen=True)
class PortalDetails:
    """Everything that the portal's page shows."""

    portal: PortalSummary
    verdict: Verdict
    runs: tuple[RunSummary, ...]  # the latest first
    estimate: Estimate | None
    domains: tuple[DomainSummary, ...]
    events: tuple[EventSummary, ...]  # the latest first
    live_at: datetime | None
    created_by: str


@dataclass(frozen=True)
class ApplicationSummary:
    """A licence (R4, R6)."""

    id: int
    type: str
    state: Literal["not-configured", "configured"]
    portal: int | None
    portal_name: str | None  # the display name (R7)
    created_at: datetime


@dataclass(frozen=True)
class LicenceCounts:
    """How many licences there are in all, and by type how many are free."""

    total: int
    free: Mapping[str, int]


@dataclass(frozen=True)
class PortalFilter:
    """Which portals: every field that is given must match. Of several values any; of those excluded none.

    A verdict that there is none of stands as ''. `causes` is that of the latest failure, healed or not.
    """

    states: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    instances: tuple[str, ...] = ()
    portals: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    languages: tuple[int, ...] = ()
    types: tuple[str, ...] = ()
    exclude_states: tuple[str, ...] = ()
    exclude_verdicts: tuple[str, ...] = ()
    exclude_instances: tuple[str, ...] = ()
    exclude_portals: tuple[str, ...] = ()
    exclude_audiences: tuple[str, ...] = ()
    exclude_languages: tuple[int, ...] = ()
    exclude_types: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    ever_failed: bool = False
    failing: bool = False  # failed, and not fixed since
    trial_ends_within: int | None = None  # days from now on; a trial that has ended is not among them
    created_after: datetime | None = None  # from then on
    created_before: datetime | None = None  # before then
    ids: tuple[int, ...] | None = None  # a selection
    search: str = ""


@dataclass(frozen=True)
class PortalPage:
    """A page of portals, and how many there are in all."""

    total: int
    items: tuple[PortalSummary, ...]
