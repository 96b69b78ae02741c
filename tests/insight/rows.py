"""Rows written by hand: portals, runs and steps in whatever state a test needs."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from core.storage.store import Store
from core.storage.tables import Installation, Portal, Run, RunStep
from tests.portals.world import AMELIE, CONTOSO, FRENCH, World

OPEN = ("queued", "running", "waiting")
STEPS = ("create-website", "install-CustomerPortal", "publish")


def add_portal(world: World, subdomain: str, **values: Any) -> int:
    """A portal of Contoso that is under way, but for the values given; `created_s` ago."""
    created_at = world.clock.now - timedelta(seconds=values.pop("created_s", 0))
    row = Portal(
        **{
            "application_id": 1,
            "type": "production",
            "name": f"The {subdomain}",
            "subdomain": subdomain,
            "instance": CONTOSO,
            "language": FRENCH,
            "administrator": AMELIE.email,
            "audience": "customer",
            "template": "custom",
            "state": "configuring",
            "verdict": "getting-set-up",
            "created_by": AMELIE.email,
            "created_at": created_at,
            "changed_at": created_at,
            "key": subdomain,
            **values,
        }
    )
    with world.store.writing() as session:
        session.add(row)
        session.flush()
    assert row.id is not None
    return row.id


def add_run(
    world: World,
    portal_id: int,
    *,
    state: str = "succeeded",
    began_s: float = 100,
    took_s: float = 90,
    moved_s: float | None = None,
    done: int | None = None,
    **values: Any,
) -> str:
    """A run that began that long ago; of one under way `done` steps are done and the next one runs.

    The steps of one that ended take equal parts of it. `moved_s`: how long ago a step moved last.
    """
    began = world.clock.now - timedelta(seconds=began_s)
    is_open = state in OPEN
    with world.store.writing() as session:
        portal = session.get_one(Portal, portal_id)
        number = values.pop("number", 1)
        run = Run(
            **{
                "id": f"{portal_id}-{number}",
                "portal_id": portal_id,
                "number": number,
                "kind": "provision",
                "state": state,
                "requested_by": AMELIE.email,
                "template": portal.template,
                "instance": portal.instance,
                "values": {},
                "created_at": began,
                "started_at": None if state == "queued" else began,
                "ended_at": None if is_open else began + timedelta(seconds=took_s),
                "moved_at": world.clock.now - timedelta(seconds=began_s if moved_s is None else moved_s),
                **values,
            }
        )
        session.add(run)
        session.flush()
        _add_steps(session, run.id, began, took_s, len(STEPS) if done is None and not is_open else done or 0)
        return run.id


def _add_steps(session: Session, run_id: str, began: datetime, took_s: float, done: int) -> None:
    part = timedelta(seconds=took_s / len(STEPS))
    for position, name in enumerate(STEPS):
        is_done, runs = position < done, position == done
        solution = name.removeprefix("install-") if name.startswith("install-") else None
        session.add(
            RunStep(
                run_id=run_id,
                position=position,
                name=name,
                kind="install" if solution else name,
                solution=solution,
                state="done" if is_done else ("running" if runs else "waiting"),
                started_at=began + part * position if is_done or runs else None,
                ended_at=began + part * (position + 1) if is_done else None,
                attempts=1 if is_done or runs else 0,
            )
        )


def add_history(world: World, durations_s: list[float], template: str = "custom") -> None:
    """Portals of that template that were provisioned, one a duration, the longest ago first."""
    for number, took_s in enumerate(durations_s):
        began_s = 100_000 - number * 100 + took_s
        portal_id = add_portal(
            world,
            f"old-{template}-{number}",
            template=template,
            state="provisioned",
            verdict="healthy",
            created_s=began_s,
            provisioned_at=world.clock.now - timedelta(seconds=began_s - took_s),
        )
        add_run(world, portal_id, began_s=began_s, took_s=took_s)


def unexplained(store: Store, words: str) -> None:
    """Let what was refused have been refused in words that no rule explains; {} is the solution's name."""
    with store.writing() as session:
        for row in session.exec(
            select(Installation).where(col(Installation.state) == "install-failed")
        ).all():
            text = words.format(row.solution)
            row.cause = "unknown"
            row.error = {"kind": "refused", "message": text, "text": text, "cause": "unknown"}
            session.add(row)
