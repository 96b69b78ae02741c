"""What a person asks for: frozen values, judged by `preflight` and again when it is done."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

CheckState = Literal["fine", "blocked", "warning"]


@dataclass(frozen=True)
class StartProvisioning:
    """The provisioning form's values; None or empty where nothing is chosen yet.

    `application` None: the first free one.
    """

    name: str = ""
    subdomain: str = ""
    instance: str | None = None
    language: int | None = None
    administrator: str | None = None
    audience: str | None = None
    portal: str | None = None
    application: int | None = None

    def values(self) -> dict[str, Any]:
        """The values as a run keeps them; the licence is not one of them."""
        kept = asdict(self)
        del kept["application"]
        return kept


@dataclass(frozen=True)
class Check:
    """One check of the preflight; `fix` says what to do where it is blocked, `link` names the page where."""

    id: str
    rule: str
    state: CheckState
    message: str
    fix: str | None = None
    is_forceable: bool = False  # only the state of the instance blocks: an administrator can go on
    page: str | None = None  # the page on which the fix is done


@dataclass(frozen=True)
class Preflight:
    """Every check, in the form's order."""

    checks: tuple[Check, ...]

    @property
    def blocked(self) -> tuple[Check, ...]:
        """The checks that block the submit."""
        return tuple(check for check in self.checks if check.state == "blocked")

    @property
    def is_clear(self) -> bool:
        """Whether nothing blocks."""
        return not self.blocked

    @property
    def can_be_forced(self) -> bool:
        """Whether something blocks, and only the state of the instance."""
        return bool(self.blocked) and all(check.is_forceable for check in self.blocked)


SubdomainState = Literal["free", "taken", "purging", "invalid", "unknown"]


@dataclass(frozen=True)
class SubdomainAnswer:
    """Whether a subdomain can be had (R9, R10); `unknown` while the platform is silent."""

    state: SubdomainState
    message: str
    free_at: datetime | None = None
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True)
class Started:
    """A portal and its run, as the submit made them."""

    portal_id: int
    run_id: str
