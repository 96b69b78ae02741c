"""A console whose runs a test drives itself, and packages made from Portico's own."""

import io
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.access import Actor
from core.bootstrap import Services
from core.insight.installation_models import InstallationFilter, InstallationSummary, SolutionSummary
from core.platforms.port import InstanceChange
from core.portals.installations import StartedImports
from core.portals.retries import ImportPlan
from core.settings import Settings
from tests.provisioning.world import CONTOSO, World, copy_data, opened

AMELIE = Actor(CONTOSO.email)
PRIYA = Actor("priya.sharma@contoso.example")
NADIA = Actor("nadia.haddad@fabrikam.example")
ADMIN = Actor("admin@portico.example")
JAMES = Actor("james.whitfield@contoso.example")  # his default language is English

WAIT_S = 60


@pytest.fixture
def driven(settings: Settings, made_console: Path) -> Iterator[World]:
    """A fresh console; `drive` carries its runs out."""
    copy_data(made_console, settings.data_dir)
    with opened(settings) as world:
        yield world


def remade(
    services: Services,
    name: str,
    version: str,
    *,
    made_for: str | None = None,
    renamed: str | None = None,
    is_template_broken: bool = False,
) -> bytes:
    """Portico's own package in another version.

    Under another name, made for another platform version, or with a web template that does not parse.
    """
    lowest = services.library.versions(name)[-1]
    source = zipfile.ZipFile(io.BytesIO(services.library.get(name, lowest).to_zip_bytes()))
    files = {entry: source.read(entry) for entry in source.namelist()}
    text = files["solution.xml"].decode("utf-8-sig").replace(f"<Version>{lowest}<", f"<Version>{version}<")
    if renamed is not None:
        text = text.replace(f"<UniqueName>{name}<", f"<UniqueName>{renamed}<")
    if made_for is not None:
        text = text.replace('SolutionPackageVersion="9.2"', f'SolutionPackageVersion="{made_for}"')
    files["solution.xml"] = text.encode()
    if is_template_broken:
        template = next(path for path in sorted(files) if path.endswith(".webtemplate.source.html"))
        files[template] += b"{% if %}"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return made.getvalue()


def rezipped(data: bytes, **changed: bytes | None) -> bytes:
    """The zip with other contents: a file's by its name, its dot as two underscores; None leaves it out."""
    source = zipfile.ZipFile(io.BytesIO(data))
    files: dict[str, bytes | None] = {entry: source.read(entry) for entry in source.namelist()}
    files |= {name.replace("__", "."): content for name, content in changed.items()}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            if content is not None:
                archive.writestr(path, content)
    return made.getvalue()


def found(world: World, actor: Actor = AMELIE, **values: Any) -> dict[str, InstallationSummary]:
    rows = world.services.installations.list(InstallationFilter(**values), actor)
    return {row.solution: row for row in rows}


def solutions(world: World, actor: Actor = AMELIE, instance: str = "contoso") -> dict[str, SolutionSummary]:
    known = world.services.directory.get(instance)
    return {one.unique_name: one for one in world.services.installation_insight.solutions(known, actor)}


def outlooks(plan: ImportPlan) -> dict[str, str]:
    return {item.wanted.solution: item.outlook for item in plan.items}


def refused_field_service(world: World) -> int:
    started = world.submit("partner-field-service", subdomain="pfs", force=True)
    assert world.drive(started.run_id) == ["failed"]
    return started.portal_id


def retried(world: World, plan: ImportPlan, actor: Actor = AMELIE, *, force: bool = False) -> StartedImports:
    started = world.services.installations.start(plan, actor, kind="retry", force=force)
    world.drive(*started.run_ids)
    world.drive(*world.services.installation_insight.set_off_by(started.run_ids))
    return started


def break_while_installing(services: Services, portal_id: int, installed: int = 2) -> None:
    """Run the engine until some solutions of the portal stand; then its instance answers nobody until the run has broken."""

    def change(*changes: InstanceChange) -> None:
        assert services.administration is not None
        services.administration.change_instance("contoso", changes)

    def done() -> int:
        steps = services.insight.portal(portal_id, ADMIN).runs[0].steps
        return sum(step.kind == "install" and step.state == "done" for step in steps)

    change(InstanceChange("delay", delay_s=0.3))
    deadline = time.monotonic() + WAIT_S
    with services.engine().running() as engine:
        while done() < installed:
            assert time.monotonic() < deadline
            time.sleep(0.02)  # the engine works in its own thread: only its rows tell
        change(InstanceChange("reachable", is_on=False))
        while not engine.is_idle():
            assert time.monotonic() < deadline
            time.sleep(0.02)
    change(InstanceChange("reachable", is_on=True), InstanceChange("delay", delay_s=0))
