"""Installations as rows: one an instance and solution, naming every portal that asked.

Whoever changes one holds its step first (`progress.hold`, `progress.ended`): a fenced-off executor moves nothing back.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from core.storage.columns import UtcDateTime
from core.storage.tables import Installation, InstallationPortal, Run


def line_of(instance: str) -> str:
    """The name under which those stand in line (`Store.queue_up`) who ask for solutions there, or take them back."""
    return f"imports:{instance}"


def ask(session: Session, run: Run, solutions: Iterable[tuple[str, str]], now: datetime) -> None:
    """Note that the run asks for the solutions [(unique name, version)]: waiting where new. Idempotent.

    With the portal that it works for, if it works for one.
    """
    # Always in one order: two runs can't wait for each other.
    rows = [
        {
            "instance": run.instance,
            "solution": solution,
            "version": version,
            "state": "waiting",
            "language": language_of(run, solution),
            "requested_by": run.requested_by,
            "run_id": run.id,
            "attempts": 0,
            "created_at": now,
        }
        for solution, version in sorted(solutions)
    ]
    if not rows:
        return
    insert: Any = sqlite.insert if session.connection().dialect.name == "sqlite" else postgresql.insert
    session.connection().execute(insert(Installation).values(rows).on_conflict_do_nothing())
    if run.portal_id is None:
        return
    asked = (
        sa.select(col(Installation.id), sa.literal(run.portal_id), sa.literal(now, UtcDateTime()))
        .where(
            col(Installation.instance) == run.instance,
            col(Installation.solution).in_([r["solution"] for r in rows]),
        )
        .order_by(col(Installation.id))
    )
    columns = ["installation_id", "portal_id", "asked_at"]
    session.connection().execute(
        insert(InstallationPortal).from_select(columns, asked).on_conflict_do_nothing()
    )


def find(session: Session, instance: str, solution: str) -> Installation:
    """The installation of the solution in the instance, to be changed; it must have been asked for."""
    where = (col(Installation.instance) == instance, col(Installation.solution) == solution)
    return session.exec(select(Installation).where(*where).with_for_update()).one()


def installing(session: Session, run: Run, solution: str, version: str, now: datetime) -> None:
    """The import of this version begins, as whoever submitted the run. Idempotent: the same run's goes on."""
    row = find(session, run.instance, solution)
    if row.state == "installing" and row.run_id == run.id:
        return
    row.state, row.run_id, row.requested_by = "installing", run.id, run.requested_by
    row.version = version
    row.language, row.started_at, row.ended_at = language_of(run, solution), now, None
    row.error = row.cause = row.knock_on_of = None
    row.attempts += 1
    session.add(row)


def installed(session: Session, run: Run, solution: str, version: str, now: datetime) -> None:
    """The solution stands in the instance, whoever installed it."""
    row = find(session, run.instance, solution)
    if row.state != "installed" or row.version != version:
        row.state, row.version, row.ended_at = "installed", version, now
        row.error = row.cause = row.knock_on_of = None
        session.add(row)


def language_of(run: Run, solution: str) -> int:
    """The language that the run installs the solution in (R26)."""
    imports = run.values.get("imports")
    language: int = imports[solution]["language"] if imports else run.values["language"]
    return language


def brought_content(session: Session, instance: str, solution: str, portal_id: int, now: datetime) -> None:
    """The portal's website has the solution's site content."""
    row = find(session, instance, solution)
    session.connection().execute(
        sa.update(InstallationPortal)
        .where(
            col(InstallationPortal.installation_id) == row.id,
            col(InstallationPortal.portal_id) == portal_id,
            col(InstallationPortal.content_at).is_(None),
        )
        .values(content_at=now)
    )


def refused(session: Session, run: Run, solution: str, error: dict[str, Any], now: datetime) -> Installation:
    """The platform refused the solution (R25); a knock-on where what is missing failed before it (R27)."""
    row = find(session, run.instance, solution)
    row.state, row.started_at, row.ended_at = "install-failed", row.started_at or now, now
    row.error, row.run_id, row.requested_by = error, run.id, run.requested_by
    row.cause = error.get("cause")
    row.knock_on_of = _first_failed(session, run.instance, error.get("missing", []), but=solution)
    session.add(row)
    return row


def lost_content(session: Session, portal_id: int, but: Iterable[str]) -> None:
    """The portal's website is empty again; it asks no more for solutions but these."""
    asked = select(Installation.id).where(col(Installation.solution).in_(tuple(but)))
    mine = col(InstallationPortal.portal_id) == portal_id
    session.connection().execute(
        sa.delete(InstallationPortal).where(mine, col(InstallationPortal.installation_id).not_in(asked))
    )
    session.connection().execute(sa.update(InstallationPortal).where(mine).values(content_at=None))


def put_back(session: Session, run_id: str) -> None:
    """What a run leaves in progress waits again: it ended, or stepped back, without a verdict on it."""
    session.connection().execute(
        sa.update(Installation)
        .where(col(Installation.run_id) == run_id, col(Installation.state) == "installing")
        .values(state="waiting", started_at=None)
    )


def _first_failed(session: Session, instance: str, names: Iterable[str], but: str) -> int | None:
    """The failed installation that the others hang on: of those named the first, and what that one hangs on."""
    wanted = [name for name in names if name != but]
    if not wanted:
        return None
    first = session.exec(
        select(Installation)
        .where(col(Installation.instance) == instance, col(Installation.solution).in_(wanted))
        .where(col(Installation.state) == "install-failed")
        .order_by(
            col(Installation.knock_on_of).is_not(None), col(Installation.ended_at), col(Installation.id)
        )
        .limit(1)
    ).first()
    return None if first is None else (first.knock_on_of or first.id)
