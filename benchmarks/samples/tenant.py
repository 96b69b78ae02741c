"""A tenant to measure in: services on a data directory, instances and licences as many as are wanted."""

import time
from pathlib import Path

from sqlmodel import col, func, select

from core.access import SYSTEM_ADMINISTRATOR, Actor
from core.bootstrap import Services, build_services
from core.platforms.port import InstanceChange, User
from core.portals.commands import Started, StartProvisioning
from core.settings import CONSOLE_ADMINISTRATOR, Settings
from core.storage.tables import Run

ENGLISH = 1033
WHO = Actor(CONSOLE_ADMINISTRATOR, "Console administrator")
LOOK_S = 0.02
MOST_LICENCES_AT_ONCE = 1000


def open_tenant(data_dir: str, database_url: str | None) -> Services:
    """The services of a fresh store."""
    return build_services(Settings(data_dir=Path(data_dir), database_url=database_url))


def add_licences(services: Services, count: int) -> None:
    """That many licences more."""
    while count > 0:
        services.applications.add("production", min(count, MOST_LICENCES_AT_ONCE), WHO)
        count -= MOST_LICENCES_AT_ONCE


def add_instances(services: Services, prefix: str, count: int, delay_s: float = 0) -> list[str]:
    """That many instances of `local`, each with an import's delay; returns their slugs."""
    assert services.administration is not None
    user = User(WHO.email, WHO.name, (SYSTEM_ADMINISTRATOR,), "read-write", ENGLISH)
    slugs = [f"{prefix}-{number}" for number in range(count)]
    for slug in slugs:
        services.administration.add_instance(slug, slug, ENGLISH, user)
        if delay_s:
            change_delay(services, slug, delay_s)
    return slugs


def change_delay(services: Services, slug: str, delay_s: float) -> None:
    """How long an import takes in the instance from now on."""
    assert services.administration is not None
    services.administration.change_instance(slug, (InstanceChange("delay", delay_s=delay_s),))


def submit(services: Services, instance: str, subdomain: str) -> Started:
    """A custom portal, through every check that a person's submit goes through."""
    request = StartProvisioning(subdomain, subdomain, instance, ENGLISH, WHO.email, "customer", "custom")
    return services.portals.provision(request, WHO, accepted_terms=True)


def count_ended(services: Services) -> int:
    """How many runs have ended; raises RuntimeError where one did not succeed."""
    with services.store.reading() as session:
        found = dict(session.exec(select(Run.state, func.count()).group_by(col(Run.state))).all())
    if found.get("failed") or found.get("cancelled"):
        raise RuntimeError(f"A run failed: {found}")
    return int(found.get("succeeded", 0))


def wait_until_ended(services: Services, count: int) -> None:
    """Wait until that many runs have succeeded."""
    while count_ended(services) < count:
        time.sleep(LOOK_S)
