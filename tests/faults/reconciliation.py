"""The store against the platform, once nothing is under way: what was done is what the rows say."""

import sqlite3
from contextlib import closing

import sqlalchemy as sa
from sqlmodel import col, select

from core.insight.trends import sums
from core.storage.failure_tables import Failure
from core.storage.tables import Application, Event, Installation, Portal, Run, RunStep
from tests.insight.failures import derivation
from tests.provisioning.world import World


def reconcile(world: World) -> None:
    """Raise AssertionError, which says what does not agree."""
    with world.services.store.reading() as session:
        portals = list(session.exec(select(Portal)).all())
        runs = list(session.exec(select(Run)).all())
        steps = list(session.exec(select(RunStep)).all())
        installations = list(session.exec(select(Installation)).all())
        events = [event.run_id for event in session.exec(select(Event)).all() if event.act.startswith("run-")]
        taken = session.exec(select(Application).where(col(Application.portal_id).is_not(None))).all()
    assert sorted(map(str, events)) == sorted(run.id for run in runs), "each run ends once"
    assert len(taken) == len(portals), "a licence a portal"
    assert world.slots() == [], "no slot is held"
    assert {step.state for step in steps} <= {"done", "failed", "skipped", "waiting"}, "no step is under way"
    for run in runs:
        portal = next(portal for portal in portals if portal.id == run.portal_id)
        _reconcile_run(world, run, portal, [step for step in steps if step.run_id == run.id])
    _reconcile_installations(world, installations)
    _reconcile_websites(world, portals)
    _reconcile_failures(world)


def _reconcile_run(world: World, run: Run, portal: Portal, steps: list[RunStep]) -> None:
    kinds = {str((step.error or {}).get("kind")) for step in steps if step.state == "failed"}
    expected = {
        "succeeded": ("provisioned", "healthy"),
        "cancelled": ("provisioning-failed", "failed"),
        "failed": ("provisioned" if kinds == {"refused"} else "provisioning-failed", "failed"),
    }
    assert (portal.state, portal.verdict) == expected[run.state], f"run {run.number} of {portal.subdomain}"
    if run.state == "succeeded":
        assert {step.state for step in steps} == {"done"}
        assert world.status_at_url(portal.subdomain) == 200
    elif portal.state == "provisioned":
        assert world.status_at_url(portal.subdomain) == 503, "Getting set up"


def _reconcile_installations(world: World, installations: list[Installation]) -> None:
    for slug in world.services.platform.instance_slugs():
        there = {s.unique_name for s in world.services.platform.instance(slug).solutions if not s.is_holding}
        rows = {row.solution: row.state for row in installations if row.instance == slug}
        assert {name for name, state in rows.items() if state == "installed"} <= there, f"{slug}: installed"
        assert set(rows.values()) <= {"waiting", "installed", "install-failed"}, f"{slug}: under way"


def _reconcile_failures(world: World) -> None:
    ever, names = derivation.failures(), ("kind", "key", "cause", "failed_at", "attempts", "healed_at")
    with world.services.store.reading() as session:
        derived = session.connection().execute(sa.select(*(ever.c[name] for name in names))).all()
        kept = [tuple(getattr(row, name) for name in names) for row in session.exec(select(Failure)).all()]
    assert sorted(map(repr, kept)) == sorted(repr(tuple(row)) for row in derived), "a row a failure"
    assert sums.check(world.services.store) == (), "the daily sums"


def _reconcile_websites(world: World, portals: list[Portal]) -> None:
    ours = {portal.subdomain: portal.website_id for portal in portals if portal.website_id is not None}
    theirs: list[tuple[str, str]] = []
    for file in sorted((world.settings.data_dir / "local" / "instances").glob("*.sqlite")):
        with closing(sqlite3.connect(file)) as connection:
            theirs += connection.execute("SELECT subdomain, id FROM website").fetchall()
    assert sorted(theirs) == sorted(ours.items()), "one website a portal"
