"""What is being done about failures: retries, restarts, and the runs that finish healed portals."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.insight.installation_models import PortalName
from core.insight.naming import display_name
from core.storage.tables import Portal, Run, RunStep

MENDING = ("retry", "install", "restart", "change", "heal")
MOST = 100


@dataclass(frozen=True)
class Work:
    """A run that mends something, and how far it is."""

    run_id: str
    kind: str
    state: str
    instance: str
    portal: PortalName | None
    done: int
    failed: int
    total: int
    current: str | None  # the step that runs now
    created_at: datetime
    ended_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it is still under way."""
        return self.ended_at is None


def work(session: Session, visible: frozenset[str] | None, run_ids: Sequence[str]) -> tuple[Work, ...]:
    """The mending runs under way, those named, and the runs of portals that these healed; the oldest first."""
    clauses: list[Any] = [col(Run.ended_at).is_(None) & col(Run.kind).in_(MENDING)]
    named = session.exec(select(Run.instance, Run.created_at).where(col(Run.id).in_(run_ids))).all()
    if named:
        since = min(at for _, at in named)
        healed = col(Run.instance).in_({slug for slug, _ in named}) & (col(Run.kind) == "heal")
        clauses += [col(Run.id).in_(run_ids), healed & (col(Run.created_at) >= since)]
    query = select(Run, Portal).outerjoin(Portal, col(Portal.id) == col(Run.portal_id))
    query = query.where(sa.or_(*clauses))
    if visible is not None:
        query = query.where(col(Run.instance).in_(visible))
    rows = session.exec(query.order_by(col(Run.created_at), col(Run.id)).limit(MOST)).all()
    steps: dict[str, list[tuple[str, str]]] = defaultdict(list)
    told = select(RunStep.run_id, RunStep.name, RunStep.state).order_by(col(RunStep.position))
    for run_id, name, state in session.exec(told.where(col(RunStep.run_id).in_([r.id for r, _ in rows]))):
        steps[run_id].append((name, state))
    return tuple(_work(run, portal, steps[run.id]) for run, portal in rows)


def _work(run: Run, portal: Portal | None, steps: Sequence[tuple[str, str]]) -> Work:
    states = [state for _, state in steps]
    name = None if portal is None else PortalName(portal.id or 0, display_name(portal.name, portal.state))
    return Work(
        run_id=run.id,
        kind=run.kind,
        state=run.state,
        instance=run.instance,
        portal=name,
        done=states.count("done"),
        failed=states.count("failed"),
        total=len(states),
        current=next((step for step, state in steps if state == "running"), None),
        created_at=run.created_at,
        ended_at=run.ended_at,
    )
