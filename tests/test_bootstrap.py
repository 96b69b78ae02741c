"""What the composition root builds, on which store, and what it lets go of."""

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select

from core.bootstrap import LibraryPackages, StoredDomains, build_services
from core.errors import StoreNewer
from core.settings import Settings
from core.solutions.library import PackageLibrary
from core.storage.tables import CustomDomain, Installation, Portal
from tests.contract.packages import build
from tests.paths import ROOT
from tests.portals.fixtures import made_console, world
from tests.portals.world import AMELIE, CONTOSO, World

__all__ = ["made_console", "world"]

HEAVY = ("streamlit", "pandas", "dbos", "plotly", "alembic", "httpx", "dns", "fsspec", "pyarrow", "numpy")


def test_store_is_made_with_the_sample_tenants_licences(settings_on_both: Settings) -> None:
    services = build_services(settings_on_both)
    with services.store.reading() as session:
        counted = session.connection().exec_driver_sql("SELECT count(*) FROM application")
        assert counted.scalar_one() == 13
    services.close()


def test_store_is_neither_made_nor_judged_when_not_opened(settings: Settings) -> None:
    services = build_services(settings, open_store=False)
    services.close()
    assert not (settings.data_dir / "portico.sqlite").exists()


def test_nothing_stays_open_when_the_store_is_newer(settings: Settings) -> None:
    build_services(settings).close()
    engine = sa.create_engine(settings.store_url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(StoreNewer):
        build_services(settings)
    gc.collect()  # a connection that was left open warns now, and a warning fails the test
    services = build_services(settings, open_store=False)
    services.close()


def test_services_are_closed_twice_without_harm(settings: Settings) -> None:
    services = build_services(settings)
    services.directory.all()
    services.close()
    services.close()
    gc.collect()


def test_settings_come_from_the_environment_when_none_are_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PORTICO_DATA_DIR", str(tmp_path))
    services = build_services()
    assert services.settings.data_dir == tmp_path
    services.close()


def test_reading_loads_neither_screen_nor_engine_when_built(tmp_path: Path) -> None:
    script = (
        "import sys; from core.bootstrap import build_services; from core.access import Actor;"
        "from core.insight.models import PortalFilter;"
        "services = build_services(); actor = Actor('admin@portico.example');"
        "services.insight.portals(PortalFilter(), actor); services.insight.applications(actor);"
        f"print([name for name in {HEAVY!r} if name in sys.modules]); services.close()"
    )
    build_services(Settings(data_dir=tmp_path)).close()  # made before: Alembic is loaded to make a store
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ | {"PORTICO_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_engine_is_made_once_when_it_is_asked_for(world: World) -> None:
    engine = world.services.engine()
    assert world.services.engine() is engine
    started = world.submit()
    assert world.insight.run(started.run_id).state == "queued"  # nudged, and not running


def test_packages_are_those_of_the_library(tmp_path: Path) -> None:
    library = PackageLibrary(tmp_path / "own", tmp_path / "uploads")
    library.add(build("Base", version="2.0.0.0"))
    library.add(build("Onto", version="3.1.0.0", needs=["Base (2.0.0.0)", "Loose"]))
    packages = LibraryPackages(library)
    assert packages.version("Onto") == "3.1.0.0"
    assert packages.zip_bytes("Onto")[:2] == b"PK"
    assert packages.needs("Onto") == (("Base", "2.0.0.0"), ("Loose", None))


def test_domain_leads_to_its_portal_only_when_verified(world: World) -> None:  # R11
    portal_id = world.submit().portal_id
    world.portals.add_domain(portal_id, "help.contoso.com", AMELIE)
    domains = StoredDomains(world.store)
    assert domains.subdomain_of("help.contoso.com") is None
    with world.store.writing() as session:
        row = session.exec(select(CustomDomain)).one()
        row.verified_at = world.clock.now
        session.add(row)
    assert domains.subdomain_of("HELP.contoso.com") == "contoso-help"
    assert domains.subdomain_of("other.contoso.com") is None
    with world.store.writing() as session:
        portal = session.get_one(Portal, portal_id)
        portal.state = "deleted"
        session.add(portal)
    assert domains.subdomain_of("help.contoso.com") is None


def test_our_own_import_is_told_from_others(world: World) -> None:
    from core.bootstrap import _is_our_import

    assert not _is_our_import(world.store, CONTOSO)
    with world.store.writing() as session:
        session.add(
            Installation(
                instance=CONTOSO,
                solution="X",
                version="1",
                state="installing",
                language=1033,
                requested_by="a",
                created_at=world.clock.now,
            )
        )
    assert _is_our_import(world.store, CONTOSO)
    assert not _is_our_import(world.store, "fabrikam")
