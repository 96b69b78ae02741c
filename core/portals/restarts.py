"""When a portal can be restarted, with what is done, and what becomes of its old website (R22, R23)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from itertools import takewhile
from typing import Any, Protocol, cast, get_args

from sqlmodel import Session

from core.errors import Conflict, UrlImmutable
from core.provisioning.kept_steps import steps_of
from core.provisioning.plan import WebsiteFirst
from core.storage.tables import Portal, Run

# What only the name and the administrator touch: the website and its content can stay.
LIGHT_CHANGES = frozenset({"name", "administrator"})
CHANGEABLE = ("name", "subdomain", "language", "administrator", "audience", "portal")
_WEBSITE_FIRST: tuple[str, ...] = get_args(WebsiteFirst)


class LatestRun(Protocol):
    """A portal's latest run, as far as a restart is concerned."""

    @property
    def state(self) -> str:
        """The run's state."""

    @property
    def ended_at(self) -> datetime | None:
        """When it ended; None while it is under way."""

    @property
    def error(self) -> dict[str, Any] | None:
        """The error that it ended with."""


def is_refused(run: LatestRun) -> bool:
    """Whether the run failed only because the platform refused solutions: retry (R25) is offered, not a restart."""
    return run.state == "failed" and (run.error or {}).get("kind") == "refused"


def is_restartable(portal_state: str, run: LatestRun) -> bool:
    """Whether R22 is offered: the latest run broke or was cancelled."""
    return portal_state != "deleted" and run.state in ("failed", "cancelled") and not is_refused(run)


def require_restartable(portal_state: str, latest: LatestRun) -> None:
    """Raise Conflict, which says why, where there is nothing to restart."""
    if portal_state == "deleted":
        raise Conflict("The portal was deleted. Provision a new one.", field="id")
    if latest.ended_at is None:
        raise Conflict("A run of this portal is under way. Wait for its end, or cancel it first.", field="id")
    if latest.state == "succeeded":
        raise Conflict("The portal is provisioned, so there is nothing to restart.", field="id")
    if is_refused(latest):
        raise Conflict(
            "The process went through; solutions are Install Failed. Retry these in Solution Management.",
            field="id",
        )


def require_changeable(portal: Portal, latest: Run, new: Collection[str]) -> None:
    """Raise UrlImmutable (R11) or Conflict where these values can't change any more."""
    if portal.provisioned_at is not None and "subdomain" in new:
        raise UrlImmutable(
            f"The URL of a provisioned portal never changes; '{portal.subdomain}' stays. Add a custom domain instead."
        )
    require_restartable(portal.state, latest)
    if portal.provisioned_at is not None:
        raise Conflict("The portal is provisioned: restart it with the values that it has.", field="id")


def website_first(portal: Portal, new: Collection[str]) -> WebsiteFirst | None:
    """What becomes of the old website before the fresh start (R23)."""
    if portal.website_id is None or set(new) <= LIGHT_CHANGES:
        return None
    return "delete-website" if "subdomain" in new else "clear-website"


def going_on(session: Session, run: Run, *, has_website: bool) -> tuple[WebsiteFirst | None, frozenset[int]]:
    """What the next run has to plan so that it has the steps of this one, and those that count as done (R22).

    A website that is not there, as a demo's, was not created.
    """
    steps = steps_of(session, [run.id])[run.id]
    first = steps[0].kind if steps else ""
    done = takewhile(lambda s: s.state == "done" and (has_website or s.kind != "create-website"), steps)
    return cast("WebsiteFirst", first) if first in _WEBSITE_FIRST else None, frozenset(
        s.position for s in done
    )


def values_of(portal: Portal) -> dict[str, Any]:
    """The form's values as the portal has them, in the form's order."""
    return {
        "name": portal.name,
        "subdomain": portal.subdomain,
        "instance": portal.instance,
        "language": portal.language,
        "administrator": portal.administrator,
        "audience": portal.audience,
        "portal": portal.template,
    }


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that were given; empty ones stay as they are."""
    return {key: value for key, value in values.items() if value is not None and value != ""}
