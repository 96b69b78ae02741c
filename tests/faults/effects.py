"""Everything that a run leaves: our rows and the platform's own files, counted."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import SQLModel, select

from core.storage.tables import (
    Event,
    ImportSlot,
    Installation,
    InstallationPortal,
    Portal,
    Run,
    RunStep,
    TermsAcceptance,
)
from tests.provisioning.world import World

PLATFORM_TABLES = (
    "solution",
    "component",
    "requirement",
    "package",
    "package_file",
    "website",
    "website_content",
    "website_record",
)


@dataclass(frozen=True)
class Effects:
    """What stands after a run: equal to another run's, whatever happened on the way."""

    rows: dict[str, int]
    platform: dict[str, int]
    operations: dict[str, int]
    names: int
    portals: tuple[tuple[str, str, str | None], ...]
    runs: tuple[tuple[str, int, str], ...]
    steps: tuple[tuple[str, int, str, str, int], ...]
    installations: tuple[tuple[str, str, int], ...]


def effects_of(world: World, instance: str = "contoso") -> Effects:
    """Count them."""
    with world.services.store.reading() as session:

        def every(table: type[SQLModel]) -> list[Any]:
            return list(session.exec(select(table)).all())

        counted = (Portal, Run, RunStep, Installation, InstallationPortal, TermsAcceptance, Event, ImportSlot)
        runs = {run.id: run for run in sorted(every(Run), key=lambda run: (run.created_at, run.number))}
        return Effects(
            rows={table.__tablename__: len(every(table)) for table in counted}
            | {"with content": sum(link.content_at is not None for link in every(InstallationPortal))},
            platform=_counts(world.settings.data_dir / "local" / "instances" / f"{instance}.sqlite"),
            operations=_operations(world.settings.data_dir / "local" / "instances" / f"{instance}.sqlite"),
            names=_count(world.settings.data_dir / "local" / "tenant.sqlite", "subdomain"),
            portals=tuple((one.subdomain, one.state, one.verdict) for one in every(Portal)),
            runs=tuple((run.kind, run.number, run.state) for run in runs.values()),
            steps=tuple(
                (runs[step.run_id].kind, step.position, step.name, step.state, step.attempts)
                for step in sorted(
                    every(RunStep), key=lambda step: ([*runs].index(step.run_id), step.position)
                )
            ),
            installations=tuple(
                sorted((row.solution, row.state, row.attempts) for row in every(Installation))
            ),
        )


def _counts(file: Path) -> dict[str, int]:
    return {table: _count(file, table) for table in PLATFORM_TABLES}


def _count(file: Path, table: str) -> int:
    with closing(sqlite3.connect(file)) as connection:
        (number,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(number)


def _operations(file: Path) -> dict[str, int]:
    with closing(sqlite3.connect(file)) as connection:
        return dict(connection.execute("SELECT kind, count(*) FROM operation GROUP BY kind").fetchall())
