"""What the inventory tells: frozen and plain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from core.insight.models import PortalSummary


@dataclass(frozen=True)
class InventoryRow(PortalSummary):
    """A portal with what its runs left on it. `trial_days_left` is None for production and for a deleted one."""

    created_by: str
    changed_at: datetime
    package_version: str | None
    has_failed: bool
    last_run_at: datetime | None
    last_cause: str | None
    last_error: str | None
    trial_days_left: int | None


@dataclass(frozen=True)
class InventoryPage:
    """A page of the list. Where `is_total_exact` is False, there are at least `total`.

    A cursor is an address's part: None where there is no such page.
    """

    items: tuple[InventoryRow, ...]
    total: int
    is_total_exact: bool
    next_cursor: str | None
    previous_cursor: str | None
    as_of: datetime


@dataclass(frozen=True)
class FacetCounts:
    """By facet and value, how many match; each facet follows the other filters, not its own.

    A value that is none stands as ''. Where `is_exact` is False, the first of very many were counted.
    """

    counts: Mapping[str, Mapping[str, int]]
    is_exact: bool


@dataclass(frozen=True)
class Headline:
    """The figures at the top, of the portals that are not deleted. `need_you`: failed or stuck."""

    total: int
    provisioned: int
    configuring: int
    failed: int
    need_you: int
    trials_7_days: int
    trials_30_days: int
    as_of: datetime


@dataclass(frozen=True)
class Look:
    """What a page shows at once, all of one moment."""

    page: InventoryPage
    facets: FacetCounts
    headline: Headline


@dataclass(frozen=True)
class Series:
    """A figure a day, the oldest first; days in UTC."""

    days: tuple[date, ...]
    created: tuple[int, ...]
    failed: tuple[int, ...]


@dataclass(frozen=True)
class OddOne:
    """A portal without its website, or a website without its portal."""

    instance: str
    subdomain: str
    name: str
    portal: int | None
    where: Literal["here", "there"]  # where it is; on the other side it is not


@dataclass(frozen=True)
class InstanceCount:
    """How many portals with a website an instance has here, and how many websites there, as counted then.

    `there` is None where the instance did not answer. `odd` names at most so many of the `odd_count`.
    """

    instance: str
    checked_at: datetime
    here: int
    there: int | None
    odd_count: int
    odd: tuple[OddOne, ...]


@dataclass(frozen=True)
class Reconciliation:
    """The counts here against those on the platform, of the instances that the actor sees; the oldest tells its age."""

    counts: tuple[InstanceCount, ...]

    @property
    def checked_at(self) -> datetime | None:
        """When the instance was counted whose turn is the longest ago; None where none was."""
        return min((one.checked_at for one in self.counts), default=None)

    @property
    def here(self) -> int:
        """How many portals with a website there are here, in the instances that answered."""
        return sum(one.here for one in self.counts if one.there is not None)

    @property
    def there(self) -> int:
        """How many websites there are on the platform."""
        return sum(one.there or 0 for one in self.counts)

    @property
    def odd(self) -> tuple[OddOne, ...]:
        """The odd ones by instance, as far as they were kept."""
        return tuple(odd for one in self.counts for odd in one.odd)

    @property
    def odd_count(self) -> int:
        """How many odd ones there are."""
        return sum(one.odd_count for one in self.counts)

    @property
    def silent(self) -> tuple[str, ...]:
        """The instances that did not answer."""
        return tuple(one.instance for one in self.counts if one.there is None)
