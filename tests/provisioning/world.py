"""A console, its store and its platform, for tests of provisioning; runs are driven with the engine or without it."""

import asyncio
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from core.access import Actor
from core.bootstrap import Services, build_services
from core.platforms.port import InstanceChange
from core.portals.commands import Started, StartProvisioning
from core.provisioning.context import Pause, StepContext
from core.provisioning.engine.workflow import STOPPING
from core.provisioning.steps import Steps
from core.settings import Settings
from core.storage.tables import Event, ImportSlot, Installation, Portal, Run, RunStep

WAIT_S = 120.0


@dataclass(frozen=True)
class Place:
    """An instance, one of its administrators, and a language of it."""

    instance: str
    email: str
    language: int


CONTOSO = Place("contoso", "amelie.laurent@contoso.example", 1036)
FABRIKAM = Place("fabrikam", "nadia.haddad@fabrikam.example", 1033)
ADVENTURE = Place("adventure-works", "emma.collins@adventure-works.example", 1033)
AUDIENCES = {
    "partner": "partner",
    "partner-field-service": "partner",
    "partner-project-service": "partner",
    "employee-self-service": "employee",
}


class World:
    """Everything that a test of provisioning works with."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.services: Services = build_services(settings)
        self.context: StepContext = self.services.step_context

    def submit(
        self,
        template: str = "custom",
        place: Place = CONTOSO,
        subdomain: str = "help",
        *,
        force: bool = False,
    ) -> Started:
        """Submit a portal as the place's administrator."""
        request = StartProvisioning(
            name=subdomain.title(),
            subdomain=subdomain,
            instance=place.instance,
            language=place.language,
            administrator=place.email,
            audience=AUDIENCES.get(template, "customer"),
            portal=template,
        )
        return self.services.portals.provision(request, Actor(place.email), accepted_terms=True, force=force)

    def drive(self, *run_ids: str, patience_s: float = 0, pause: Pause = asyncio.sleep) -> list[str]:
        """Carry out the runs side by side, as the workflow does, in this process; returns their states."""
        context = replace(self.context, patience_s=patience_s)
        return asyncio.run(self._drive(context, run_ids, pause))

    async def _drive(self, context: StepContext, run_ids: tuple[str, ...], pause: Pause) -> list[str]:
        steps = Steps(context, pause)
        try:
            return list(await asyncio.gather(*(carry_out(steps, run_id) for run_id in run_ids)))
        finally:
            steps.close()

    def change(self, action: Any, place: Place = CONTOSO, **values: Any) -> None:
        """An administrative action on the platform itself."""
        administration = self.services.administration
        assert administration is not None
        administration.change_instance(place.instance, (InstanceChange(action, **values),))

    def let_import_end(self, place: Place = CONTOSO) -> None:
        """The import that runs on the platform is due now, whatever time it was to take."""
        file = self.settings.data_dir / "local" / "instances" / f"{place.instance}.sqlite"
        with closing(sqlite3.connect(file, timeout=30)) as connection, connection:
            connection.execute("UPDATE operation SET ready_at = begun_at WHERE state = 'running'")

    def cancel(self, run_id: str, by: str = CONTOSO.email) -> None:
        """What the cancel command writes."""
        with self.services.store.writing() as session:
            run = session.get_one(Run, run_id)
            now = self.services.clock()
            run.cancel_requested_at = now
            session.add(Event(at=now, actor=by, act="cancel", run_id=run_id, details={}))

    def run(self, run_id: str) -> Run:
        with self.services.store.reading() as session:
            return session.get_one(Run, run_id)

    def portal(self, portal_id: int) -> Portal:
        with self.services.store.reading() as session:
            return session.get_one(Portal, portal_id)

    def steps(self, run_id: str) -> dict[str, RunStep]:
        query = select(RunStep).where(col(RunStep.run_id) == run_id).order_by(col(RunStep.position))
        with self.services.store.reading() as session:
            return {step.name: step for step in session.exec(query).all()}

    def installations(self, place: Place = CONTOSO) -> dict[str, Installation]:
        query = select(Installation).where(col(Installation.instance) == place.instance)
        with self.services.store.reading() as session:
            return {row.solution: row for row in session.exec(query).all()}

    def slots(self) -> list[ImportSlot]:
        with self.services.store.reading() as session:
            return list(session.exec(select(ImportSlot)).all())

    def status_at_url(self, subdomain: str = "help") -> int:
        """What a visitor of the portal gets."""
        return self.context.probe.probe(subdomain).status

    def wait_until(self, condition: Callable[[], bool], what: str = "it") -> None:
        """Return once the condition holds; the engine works meanwhile."""
        deadline = time.monotonic() + WAIT_S
        while not condition():
            assert time.monotonic() < deadline, f"waited {WAIT_S} s for {what}"
            time.sleep(0.02)  # the engine is another thread or process: only its rows tell

    def wait_for(self, run_id: str) -> str:
        """The run's state once it has ended."""
        self.wait_until(lambda: self.run(run_id).ended_at is not None, f"the end of run {run_id}")
        return self.run(run_id).state

    def close(self) -> None:
        self.services.close()
        close = getattr(self.services.platform, "close", None)
        if close is not None:
            close()


async def carry_out(steps: Steps, run_id: str) -> str:
    """What the workflow does, without its checkpoints."""
    for position, _ in enumerate(await steps.begin(run_id)):
        if await steps.perform(run_id, position) in STOPPING:
            break
    return await steps.finish(run_id)


@contextmanager
def opened(settings: Settings) -> Iterator[World]:
    """A world that is closed at the end."""
    world = World(settings)
    try:
        yield world
    finally:
        world.close()


def copy_data(template: Path, data_dir: Path) -> None:
    """Begin with the files of a console that was made before: making them takes longer than a test."""
    shutil.copytree(template, data_dir, dirs_exist_ok=True)
