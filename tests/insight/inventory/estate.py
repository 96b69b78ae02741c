"""A small estate with everything in it, and what a portal of it is, judged one by one."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlmodel import select

from core.insight.models import PortalFilter
from core.storage.tables import Portal
from tests.insight.rows import add_history, add_portal, add_run
from tests.portals.world import ADMIN, ADVENTURE, CONTOSO, ENGLISH, FABRIKAM, FRENCH, GERMAN, World

WORDS = ("Élan", "zulu", "Help 100%", "ヘルプ", "a_b")
VALUES: Mapping[str, tuple[Any, ...]] = {
    "state": ("provisioned", "configuring", "provisioning-failed", "deleted"),
    "verdict": ("healthy", "getting-set-up", "slow", "stuck", "failed", ""),
    "instance": (CONTOSO, FABRIKAM, ADVENTURE),
    "portal": ("custom", "partner", "community"),
    "audience": ("customer", "partner"),
    "language": (ENGLISH, FRENCH, GERMAN),
    "type": ("production", "trial"),
}
CAUSES = ("timeout", "missing-dependency")
_KEPT = {
    "provisioned": "healthy",
    "configuring": "getting-set-up",
    "provisioning-failed": "failed",
    "deleted": None,
}


def fill(world: World, number: int = 60, seed: int = 1) -> None:
    """Portals of every kind; some are slow, some stuck, some getting set up again."""
    chance, now = Random(seed), world.clock.now
    add_history(world, [150.0, 180.0, 210.0, 240.0, 300.0])
    for n in range(number):
        state = chance.choice(VALUES["state"])
        has_failed = chance.random() < 0.3
        portal_id = add_portal(
            world,
            f"p-{chance.choice('abc')}-{n}",
            name=f"{chance.choice(WORDS)} {n % 7}",
            created_s=chance.choice([0, 3600, 86_400 * 5, 86_400 * 24, 86_400 * 29, 86_400 * 40]) + n % 3,
            state=state,
            verdict=_KEPT[state],
            instance=chance.choice(VALUES["instance"]),
            template=chance.choice(VALUES["portal"]),
            audience=chance.choice(VALUES["audience"]),
            language=chance.choice(VALUES["language"]),
            type=chance.choice(VALUES["type"]),
            has_failed=has_failed,
            last_cause=chance.choice(CAUSES) if has_failed else None,
            last_run_at=chance.choice([None, now, now - timedelta(days=1)]),
            package_version=chance.choice([None, "9.1", "9.2"]),
        )
        if state == "configuring" or (state == "provisioned" and chance.random() < 0.4):
            began_s, moved_s = chance.choice([50, 400]), chance.choice([5, 300])
            add_run(world, portal_id, state="running", began_s=began_s, moved_s=moved_s, done=1)


def portals(world: World) -> list[dict[str, Any]]:
    """Every portal with its verdict as its own page tells it."""
    with world.store.reading() as session:
        rows = [row.model_dump() for row in session.exec(select(Portal)).all()]
    for row in rows:
        row["verdict"] = world.details(row["id"], ADMIN).verdict.state or ""
        row["portal"] = row["template"]
    return rows


def matches(row: dict[str, Any], wanted: PortalFilter, seen: frozenset[str] | None, now: datetime) -> bool:
    """Whether the portal is wanted: every rule by itself, in words as plain as they come."""
    left = row["created_at"] + timedelta(days=30) - now
    text = "\n".join((row["name"], row["subdomain"], row["administrator"])).lower()
    days = wanted.trial_ends_within
    return all(
        [
            seen is None or row["instance"] in seen,
            *(not getattr(wanted, f"{f}s") or row[f] in getattr(wanted, f"{f}s") for f in VALUES),
            *(row[f] not in getattr(wanted, f"exclude_{f}s") for f in VALUES),
            not wanted.causes or row["last_cause"] in wanted.causes,
            not wanted.ever_failed or row["has_failed"],
            not wanted.failing or row["verdict"] == "failed",
            days is None
            or (
                row["type"] == "trial"
                and row["state"] != "deleted"
                and timedelta(0) < left <= timedelta(days=days)
            ),
            wanted.created_after is None or row["created_at"] >= wanted.created_after,
            wanted.created_before is None or row["created_at"] < wanted.created_before,
            wanted.ids is None or row["id"] in wanted.ids,
            wanted.search.strip().lower() in text,
        ]
    )
