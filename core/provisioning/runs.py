"""New runs: written in the caller's transaction, begun by whoever runs the engine."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlmodel import Session, col, func, select

from core.catalogue import Catalogue
from core.provisioning.plan import plan_steps
from core.provisioning.progress import new_steps
from core.storage.tables import Portal, Run


class RunStarter(Protocol):
    """Begins runs whose rows are written; the engine, or nobody where others run it."""

    def nudge(self) -> None:
        """Look for queued runs now instead of at the next look."""


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
    done_before: int = 0,
) -> Run:
    """Add the portal's next run, queued, with its steps; those before `done_before` count as done (R22)."""
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
        from_position=done_before,
        created_at=now,
        moved_at=now,
    )
    session.add(run)
    session.flush()
    session.add_all(new_steps(run.id, plan_steps(catalogue, portal.template), done_before))
    return run
