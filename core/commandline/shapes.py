"""What the command line's contract calls a portal, a run, an instance …, as plain values."""

from typing import TYPE_CHECKING, Any

from core.commandline.output import iso
from core.insight.models import (
    ApplicationSummary,
    DomainSummary,
    PortalDetails,
    PortalSummary,
    RunSummary,
    StepSummary,
)
from core.portals.commands import Check

if TYPE_CHECKING:
    from core.directory.directory import KnownInstance

PORTAL_FIELDS = (
    "id",
    "name",
    "display_name",
    "state",
    "verdict",
    "subdomain",
    "url",
    "type",
    "instance",
    "language",
    "administrator",
    "audience",
    "portal",
    "created_at",
    "provisioned_at",
)


def portal(summary: PortalSummary) -> dict[str, Any]:
    """A portal object."""
    values = {field: getattr(summary, field) for field in PORTAL_FIELDS}
    return values | {"created_at": iso(summary.created_at), "provisioned_at": iso(summary.provisioned_at)}


def run(summary: RunSummary) -> dict[str, Any]:
    """A run object, its steps flat."""
    return {
        "id": summary.id,
        "state": summary.state,
        "started_at": iso(summary.started_at),
        "ended_at": iso(summary.ended_at),
        "steps": [step(one) for one in summary.steps],
    }


def step(summary: StepSummary) -> dict[str, Any]:
    """A step of a run."""
    return {
        "name": summary.name,
        "state": summary.state,
        "started_at": iso(summary.started_at),
        "ended_at": iso(summary.ended_at),
        "attempts": summary.attempts,
        "error": summary.error,
    }


def details(found: PortalDetails) -> dict[str, Any]:
    """A portal with its runs, the latest first, and the verdict."""
    return {
        "portal": portal(found.portal),
        "runs": [run(one) for one in found.runs],
        "verdict": {"state": found.verdict.state, "reason": found.verdict.reason},
    }


def instance(known: "KnownInstance") -> dict[str, Any]:
    """An instance with its users and solutions."""
    found = known.instance
    return {
        "slug": found.slug,
        "name": found.name,
        "url": found.url,
        "base_language": found.base_language,
        "languages": list(found.languages),
        "administration_mode": found.administration_mode,
        "users": [
            {
                "email": user.email,
                "name": user.name,
                "roles": list(user.roles),
                "access_mode": user.access_mode,
                "default_language": user.default_language,
            }
            for user in found.users
        ],
        "solutions": [{"unique_name": s.unique_name, "version": s.version} for s in found.solutions],
    }


def application(summary: ApplicationSummary) -> dict[str, Any]:
    """A licence; `portal` is the id of the portal that has it."""
    return {"id": summary.id, "type": summary.type, "state": summary.state, "portal": summary.portal}


def check(found: Check) -> dict[str, Any]:
    """A check of the preflight."""
    return {
        "id": found.id,
        "rule": found.rule,
        "state": found.state,
        "message": found.message,
        "fix": found.fix,
    }


def domain(summary: DomainSummary) -> dict[str, Any]:
    """A custom domain, and what proves that it is theirs."""
    return {
        "domain": summary.domain,
        "verified_at": iso(summary.verified_at),
        "record_name": summary.record_name,
        "record_value": summary.record_value,
        "file_url": summary.file_url,
    }
