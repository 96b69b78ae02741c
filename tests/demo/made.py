"""Demos for tests: made at a fixed time, so that one seed always gives the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from core.bootstrap import Services, build_services
from core.demo import Wanted, Written
from core.settings import Settings
from core.storage.tables import Table

NOW = datetime(2026, 6, 17, 15, 4, 5, tzinfo=UTC)
SMALL = Wanted(portals=160, days=60, seed=1)


@contextmanager
def opened(settings: Settings) -> Iterator[Services]:
    services = build_services(settings, clock=lambda: NOW)
    try:
        yield services
    finally:
        services.close()


def make(folder: Path, wanted: Wanted = SMALL) -> Written:
    with opened(Settings(data_dir=folder)) as services:
        return services.demo().make(wanted)


def all_rows(services: Services) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in an order of its own."""
    found = {}
    with services.store.reading() as session:
        for table in Table.metadata.sorted_tables:
            rows = session.connection().execute(sa.select(table)).all()
            found[table.name] = sorted((tuple(row) for row in rows), key=repr)
    return found


def select(services: Services, statement: str) -> list[Any]:
    with services.store.reading() as session:
        return [tuple(row) for row in session.connection().execute(sa.text(statement)).all()]
