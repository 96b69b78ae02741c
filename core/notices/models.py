"""What a person asks for, and what they see of it. Addresses are masked in everything that is shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.notices.occasions import Rhythm

NoticeState = Literal["waiting", "sending", "sent", "failed", "unclear"]
NOTICE_STATES: tuple[NoticeState, ...] = ("waiting", "sending", "sent", "failed", "unclear")


@dataclass(frozen=True)
class WantNotices:
    """What somebody wants to hear, and where. `instances` empty: all that they may see, those to come included.

    `address` None, in a change: the one that is kept.
    """

    name: str
    address: str | None
    occasions: tuple[str, ...]
    instances: tuple[str, ...] = ()
    rhythm: Rhythm = "at-once"

    def __repr__(self) -> str:
        """Without the address: what is printed somewhere must not hold its secrets."""
        return f"WantNotices({self.name!r}, occasions={self.occasions}, instances={self.instances})"


@dataclass(frozen=True)
class SubscriptionSummary:
    """What somebody wants to hear, with its address masked, and how its notices stand."""

    id: int
    name: str
    address: str
    occasions: tuple[str, ...]
    instances: tuple[str, ...]
    rhythm: Rhythm
    is_paused: bool
    created_at: datetime
    last_sent_at: datetime | None
    unclear: int
    failed: int
    waiting: int


@dataclass(frozen=True)
class NoticeSummary:
    """One notice, and what came of it."""

    id: int
    subscription_id: int
    subscription: str
    occasion: str
    title: str
    text: str
    state: NoticeState
    attempts: int
    created_at: datetime
    not_before: datetime
    sent_at: datetime | None
    problem: str | None


@dataclass(frozen=True)
class NoticePage:
    """A page of notices, the newest first, and how many there are in all."""

    total: int
    items: tuple[NoticeSummary, ...]
