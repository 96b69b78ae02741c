"""What a run that ends leaves on its portal for lists: when, why it failed, which version it brought."""

from datetime import datetime

from sqlmodel import Session, col, select

from core.storage.tables import Installation, Portal, Run, RunStep

MOST_OF_ERROR = 300


def ended(session: Session, portal: Portal, run: Run, now: datetime) -> None:
    """Note the run's end on the portal, in the caller's transaction; what was cancelled is no failure."""
    portal.last_run_at = now
    portal.package_version = _version(session, run) or portal.package_version
    if run.state == "failed":
        error = run.error or {}
        portal.has_failed = True
        portal.last_cause = str(error.get("cause") or "unknown")
        portal.last_error = str(error.get("message") or "The run failed.")[:MOST_OF_ERROR]


def _version(session: Session, run: Run) -> str | None:
    """The version of the portal's own solution: that of the run's last import, where it is done."""
    imports = (col(RunStep.run_id) == run.id, col(RunStep.kind) == "install")
    last = (
        select(RunStep.solution, RunStep.state)
        .where(*imports)
        .order_by(col(RunStep.position).desc())
        .limit(1)
    )
    found = session.exec(last).first()
    if found is None or found[1] != "done":
        return None
    own = (col(Installation.instance) == run.instance, col(Installation.solution) == found[0])
    return session.exec(select(Installation.version).where(*own)).first()
