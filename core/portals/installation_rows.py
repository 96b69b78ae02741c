"""What the rows say of installations that are to be planned, read for many at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.errors import Conflict, NotFound
from core.phrasing import listed
from core.portals.retries import Failed
from core.provisioning import failure_rows
from core.storage.store import LARGEST_KEY, Store
from core.storage.tables import Installation, InstallationPortal, Portal, Run, RunStep

Key = tuple[str, str]  # instance, solution
LEARNT_FROM = 500


def is_failed() -> sa.ColumnElement[bool]:
    """That it failed, or that a retry left it waiting when it broke: nothing else asks for it. With its `Run`, if any."""
    left_over = (
        (col(Installation.state) == "waiting") & col(Run.portal_id).is_(None) & col(Run.ended_at).is_not(None)
    )
    return (col(Installation.state) == "install-failed") | left_over


def failed(session: Session, instance: str | None) -> list[Installation]:
    """Every installation that failed."""
    query = select(Installation).outerjoin(Run, col(Run.id) == col(Installation.run_id)).where(is_failed())
    if instance is not None:
        query = query.where(col(Installation.instance) == instance)
    return list(session.exec(query.order_by(col(Installation.id))).all())


def named(session: Session, ids: Sequence[int]) -> list[Installation]:
    """The installations of these ids, in their order; raises NotFound."""
    usable = [one for one in ids if 0 < one <= LARGEST_KEY]
    rows = {
        row.id: row
        for row in session.exec(select(Installation).where(col(Installation.id).in_(usable))).all()
    }
    for one in ids:
        if one not in rows:
            raise NotFound(
                f"There is no installation {one}. `installations list` shows those there are.", field="id"
            )
    return [rows[one] for one in dict.fromkeys(ids)]


def require_retryable(session: Session, rows: Iterable[Installation], under_way: Collection[Key]) -> None:
    """Raise Conflict for one that waits for its portal: nobody has tried it, and the portal's restart will."""
    for row in rows:
        if row.state != "waiting" or row.attempts or (row.instance, row.solution) in under_way:
            continue
        run = None if row.run_id is None else session.get(Run, row.run_id)
        if run is not None and run.portal_id is not None:
            raise Conflict(
                f"{row.solution} in {row.instance} was not tried yet: it waits for its portal. "
                "Restart that portal's provisioning.",
                field="id",
            )


def required_languages(session: Session, instances: Collection[str]) -> dict[Key, int]:
    """By installation, the language of the first portal that asked and is not deleted (R26)."""
    query = (
        select(Installation.instance, Installation.solution, Portal.language)
        .join(InstallationPortal, col(InstallationPortal.installation_id) == col(Installation.id))
        .join(Portal, col(Portal.id) == col(InstallationPortal.portal_id))
        .where(col(Installation.instance).in_(instances), col(Portal.state) != "deleted")
        .order_by(col(InstallationPortal.asked_at).desc(), col(Portal.id).desc())
    )
    # The first that asked comes last, and so stays.
    return {(instance, solution): language for instance, solution, language in session.exec(query).all()}


def ids(session: Session, instance: str, solutions: Collection[str]) -> dict[str, Installation]:
    """The rows of these solutions in the instance, by solution."""
    where = (col(Installation.instance) == instance, col(Installation.solution).in_(solutions))
    return {row.solution: row for row in session.exec(select(Installation).where(*where)).all()}


def typical_s(session: Session, solutions: Collection[str]) -> dict[str, float]:
    """How long the latest installations of these solutions took, in the middle, in seconds."""
    query = (
        select(RunStep.solution, RunStep.started_at, RunStep.ended_at)
        .where(col(RunStep.solution).in_(solutions), col(RunStep.state) == "done")
        .where(col(RunStep.started_at).is_not(None), col(RunStep.ended_at).is_not(None))
        .order_by(col(RunStep.ended_at).desc())
        .limit(LEARNT_FROM)
    )
    found: dict[str, list[float]] = defaultdict(list)
    for solution, start, end in session.exec(query).all():
        if solution is not None and start is not None and end is not None:
            found[solution].append((end - start).total_seconds())
    return {name: sorted(taken)[len(taken) // 2] for name, taken in found.items()}


def last_failure(row: Installation) -> Failed | None:
    """How it failed the last time; None where it did not, or the platform gave no code."""
    error = row.error or {}
    if row.state != "install-failed" or row.ended_at is None or "code_hex" not in error:
        return None
    at = datetime.fromisoformat(error["at"]) if "at" in error else row.ended_at
    return Failed(max(at, row.ended_at), row.version, error["code_hex"], str(error.get("message", "")))


def portals_using(session: Session, instance: str, solution: str) -> tuple[str, ...]:
    """The names of the portals that asked for the solution and are not deleted, the first that asked first."""
    query = (
        select(Portal.name)
        .join(InstallationPortal, col(InstallationPortal.portal_id) == col(Portal.id))
        .join(Installation, col(Installation.id) == col(InstallationPortal.installation_id))
        .where(col(Installation.instance) == instance, col(Installation.solution) == solution)
        .where(col(Portal.state) != "deleted")
        .order_by(col(InstallationPortal.asked_at), col(Portal.id))
    )
    return tuple(session.exec(query).all())


def require_nobody_waits(session: Session, row: Installation, under_way: Collection[Key]) -> None:
    """Raise Conflict where the solution is installed, a run has it in hand, or a portal waits for it."""
    where = f"{row.solution} in {row.instance}"
    if (row.instance, row.solution) in under_way:
        raise Conflict(f"{where} is being tried just now. Wait until that has ended.", field="id")
    if row.state == "installed":
        raise Conflict(
            f"{where} is installed. Give up only what is not; this can be uninstalled.", field="id"
        )
    if portals := portals_using(session, row.instance, row.solution):
        raise Conflict(
            f"{listed(portals)} can't do without {where}. Retry it, or delete what waits for it.",
            field="id",
            details={"portals": list(portals)},
        )


def forget(session: Session, instance: str, solution: str, now: datetime) -> None:
    """Nobody asks for the solution there any more: its row goes, what its runs did stays with them."""
    failure_rows.given_up(session, instance, solution, now)
    row = ids(session, instance, (solution,)).get(solution)
    if row is None:
        return
    connection = session.connection()
    for statement in (
        sa.update(Installation).where(col(Installation.knock_on_of) == row.id).values(knock_on_of=None),
        sa.delete(InstallationPortal).where(col(InstallationPortal.installation_id) == row.id),
        sa.delete(Installation).where(col(Installation.id) == row.id),
    ):
        connection.execute(statement)


def is_importing(store: Store, slug: str) -> bool:
    """Whether what is being imported there now is one of our own runs', which only wait for each other.

    One that was cancelled leaves its import behind: begun, and waiting again.
    """
    begun = (col(Installation.state) == "waiting") & (col(Installation.attempts) > 0)
    query = select(Installation.id).where(
        col(Installation.instance) == slug, (col(Installation.state) == "installing") | begun
    )
    with store.reading() as session:
        return session.exec(query.limit(1)).first() is not None
