"""Notices as rows: one a subscription and occasion, however often the occasion is found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from core.access import Actor
from core.directory.directory import Directory
from core.storage.notice_tables import Notice, Subscription

VISIBILITY_AGE_S = 30
WRITTEN_AT_ONCE = 200


@dataclass(frozen=True)
class Listener:
    """Somebody who wants to hear, and of which instances: those chosen that they may see now; None for all."""

    id: int
    occasions: frozenset[str]
    instances: frozenset[str] | None
    rhythm: str
    since: datetime

    def hears(self, occasion: str, instance: str, at: datetime) -> bool:
        """Whether this is something for them."""
        is_theirs = self.instances is None or instance in self.instances
        return occasion in self.occasions and is_theirs and at >= self.since


@dataclass(frozen=True)
class Found:
    """Something to tell: `key` names it for ever, `instance` says who may hear of it."""

    occasions: tuple[str, ...]  # whoever wants any of these hears of it once
    key: str
    instance: str
    at: datetime
    title: str
    text: str
    others: tuple[str, ...] = ()  # further instances that it speaks of

    def content(self) -> dict[str, Any]:
        """As it is kept."""
        return {"title": self.title, "text": self.text, "instances": [self.instance, *self.others]}


def may_see(content: Mapping[str, Any], visible: frozenset[str] | None) -> bool:
    """Whether somebody who sees these instances (None: all) may see what is kept of a notice."""
    return visible is None or visible.issuperset(content["instances"])


def listeners(session: Session, directory: Directory) -> tuple[Listener, ...]:
    """Everybody who wants to hear something, as far as they may."""
    rows = session.exec(select(Subscription).where(col(Subscription.is_paused).is_(False))).all()
    visible: dict[str, frozenset[str] | None] = {}
    for owner in {row.owner for row in rows}:
        visible[owner] = directory.visible(Actor(owner), VISIBILITY_AGE_S)
    return tuple(
        Listener(
            row.id or 0,
            frozenset(row.occasions),
            _both(visible[row.owner], row.instances),
            row.rhythm,
            row.since_at,
        )
        for row in rows
    )


def write(session: Session, found: Iterable[tuple[Found, Listener]], now: datetime, digest_hour: int) -> None:
    """Write them, each once. In the caller's transaction; idempotent."""
    rows = [
        {
            "subscription_id": listener.id,
            "occasion": next(one for one in one_found.occasions if one in listener.occasions),
            "occasion_key": one_found.key,
            "content": one_found.content(),
            "state": "waiting",
            "attempts": 0,
            "created_at": now,
            "not_before": now if listener.rhythm == "at-once" else next_digest(now, digest_hour),
        }
        for one_found, listener in found
    ]
    insert: Any = sqlite.insert if session.connection().dialect.name == "sqlite" else postgresql.insert
    for start in range(0, len(rows), WRITTEN_AT_ONCE):
        some = rows[start : start + WRITTEN_AT_ONCE]
        session.connection().execute(insert(Notice).values(some).on_conflict_do_nothing())


def heard(found: Iterable[Found], everybody: Sequence[Listener]) -> list[tuple[Found, Listener]]:
    """Who hears of what."""
    return [
        (one, listener)
        for one in found
        for listener in everybody
        if any(listener.hears(occasion, one.instance, one.at) for occasion in one.occasions)
    ]


def next_digest(now: datetime, hour: int) -> datetime:
    """When the next daily digest is due."""
    today = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)


def _both(visible: frozenset[str] | None, chosen: Sequence[str]) -> frozenset[str] | None:
    if not chosen:
        return visible
    return frozenset(chosen) if visible is None else visible & frozenset(chosen)
