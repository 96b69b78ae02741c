"""What the composition root builds, on which store, and what it lets go of."""

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.bootstrap import build_services
from core.errors import StoreNewer
from core.settings import Settings
from tests.paths import ROOT
from tests.portals.fixtures import made_console, world
from tests.portals.world import World

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
