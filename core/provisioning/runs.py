"""New runs: written in the caller's transaction, begun by whoever runs the engine."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from sqlmodel import Session, col, func, select

from core.catalogue import Catalogue
from core.provisioning.plan import PlannedStep, WebsiteFirst, plan_imports, plan_steps
from core.provisioning.progress import new_steps
from core.storage.tables import Portal, Run


class RunStarter(Protocol):
    """Begins runs whose rows are written; the engine, or nobody where others run it."""

    def nudge(self) -> None:
        """Look for queued runs now instead of at the next look."""


@dataclass(frozen=True)
class ImportLanguages:
    """The language that an import runs in, and the portal's that it is compared with, if any (R26)."""

    language: int
    required_language: int | None


def add_run(
    session: Session,
    catalogue: Catalogue,
    portal: Portal,
    *,
    kind: str,
    requested_by: str,
    values: Mapping[str, Any],
    now: datetime,
    based_on: Run | None = None,
    done: Collection[int] = (),
    website_first: WebsiteFirst | None = None,
) -> Run:
    """Add the portal's next run, queued, with its steps; those at the positions `done` count as done (R22)."""
    if portal.id is None:
        raise ValueError("the portal must have been written before its run")
    number = session.exec(select(func.max(Run.number)).where(col(Run.portal_id) == portal.id)).one() or 0
    run = Run(
        id=str(uuid.uuid4()),
        portal_id=portal.id,
        number=number + 1,
        kind=kind,
        state="queued",
        requested_by=requested_by,
        template=portal.template,
        instance=portal.instance,
        values=dict(values),
        based_on=None if based_on is None else based_on.id,
        created_at=now,
        moved_at=now,
    )
    return _with_steps(session, run, plan_steps(catalogue, portal.template, website_first), done)


def add_import_run(
    session: Session,
    instance: str,
    imports: Mapping[str, ImportLanguages],
    *,
    kind: Literal["install", "retry"],
    requested_by: str,
    values: Mapping[str, Any],
    now: datetime,
) -> Run:
    """Add a run that imports solutions into an instance, in this order, for the portals that asked for them."""
    languages = {name: asdict(chosen) for name, chosen in imports.items()}
    run = Run(
        id=str(uuid.uuid4()),
        portal_id=None,
        number=1,
        kind=kind,
        state="queued",
        requested_by=requested_by,
        template="",
        instance=instance,
        values={**values, "imports": languages},
        created_at=now,
        moved_at=now,
    )
    return _with_steps(session, run, plan_imports(imports), ())


def _with_steps(session: Session, run: Run, plan: tuple[PlannedStep, ...], done: Collection[int]) -> Run:
    first = next((step.position for step in plan if step.position not in done), len(plan))
    run.from_position = first
    session.add(run)
    session.flush()
    session.add_all(new_steps(run.id, plan, done))
    return run
