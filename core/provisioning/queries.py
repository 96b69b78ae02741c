"""Runs as the engine and those who wait for them see them."""

from sqlmodel import col, select

from core.errors import NotFound
from core.storage.store import Store
from core.storage.tables import Run


def state_of(store: Store, run_id: str) -> str:
    """The run's state now. Raises NotFound."""
    with store.reading() as session:
        found = session.exec(select(Run.state).where(col(Run.id) == run_id)).first()
    if found is None:
        raise NotFound(f"There is no run '{run_id}'.", field="run")
    return found


def open_runs(store: Store) -> tuple[str, ...]:
    """The ids of the runs under way or queued, the oldest first."""
    with store.reading() as session:
        query = select(Run.id).where(col(Run.ended_at).is_(None)).order_by(col(Run.created_at))
        return tuple(session.exec(query).all())
