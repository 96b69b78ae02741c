"""Rows as the read models show them."""

from typing import Any

from core.insight.history import History
from core.insight.models import (
    ApplicationSummary,
    DomainSummary,
    EventSummary,
    PortalSummary,
    RunSummary,
    StepSummary,
    VerdictState,
)
from core.insight.naming import display_name
from core.portals.domains import proof_wanted
from core.settings import Settings
from core.storage.tables import CustomDomain, Event, Portal, Run, RunStep

# The form's values that a run keeps, in the form's order.
FORM = ("name", "subdomain", "instance", "language", "administrator", "audience", "portal")


def portal_summary(row: Portal, settings: Settings, verdict: VerdictState | None) -> PortalSummary:
    """A portal's row with its verdict."""
    return PortalSummary(**portal_values(row, settings, verdict))


def portal_values(row: Portal, settings: Settings, verdict: VerdictState | None) -> dict[str, Any]:
    """The fields of a `PortalSummary`."""
    if row.id is None:
        raise ValueError("a portal that was not written has no summary")
    return {
        "id": row.id,
        "name": row.name,
        "display_name": display_name(row.name, row.state),
        "state": row.state,
        "verdict": verdict,
        "subdomain": row.subdomain,
        "url": settings.portal_url(row.subdomain),
        "type": row.type,
        "instance": row.instance,
        "language": row.language,
        "administrator": row.administrator,
        "audience": row.audience,
        "portal": row.template,
        "created_at": row.created_at,
        "provisioned_at": row.provisioned_at,
    }


def run_summary(run: Run, steps: list[RunStep], history: History) -> RunSummary:
    """A run with its steps, each beside what its like usually takes."""
    return RunSummary(
        id=run.id,
        number=run.number,
        kind=run.kind,
        state=run.state,
        requested_by=run.requested_by,
        created_at=run.created_at,
        started_at=run.started_at,
        ended_at=run.ended_at,
        error=run.error,
        steps=tuple(
            StepSummary(
                name=step.name,
                kind=step.kind,
                solution=step.solution,
                state=step.state,
                started_at=step.started_at,
                ended_at=step.ended_at,
                attempts=step.attempts,
                error=step.error,
                typical_s=history.typical_step_s(step.name),
            )
            for step in steps
        ),
        values={field: run.values[field] for field in FORM if field in run.values},
        versions=run.values.get("versions", {}),
    )


def application_summary(row: tuple[Any, ...], visible: frozenset[str] | None) -> ApplicationSummary:
    """A licence's row beside its portal's name, state and instance."""
    id_, type_, created_at, portal_id, name, state, instance = row
    is_shown = portal_id is not None and (visible is None or instance in visible)
    return ApplicationSummary(
        id=id_,
        type=type_,
        state="not-configured" if portal_id is None else "configured",
        portal=portal_id if is_shown else None,
        portal_name=display_name(name, state) if is_shown else None,
        created_at=created_at,
    )


def domain_summary(row: CustomDomain) -> DomainSummary:
    """A custom domain and the proof wanted."""
    wanted = proof_wanted(row.domain, row.token)
    return DomainSummary(
        domain=row.domain,
        token=row.token,
        record_name=wanted.record_name,
        record_value=wanted.record_value,
        file_url=wanted.file_url,
        verified_at=row.verified_at,
    )


def event_summary(row: Event) -> EventSummary:
    """An entry of the history."""
    return EventSummary(at=row.at, actor=row.actor, act=row.act, details=row.details)
