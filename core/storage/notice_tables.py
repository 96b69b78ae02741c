"""The tables behind notifications: who wants to hear what, and what is to be sent, each once."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Index, UniqueConstraint
from sqlmodel import Field

from core.storage.tables import Table, one_of, time_column


class Subscription(Table, table=True):
    """What a person wants to hear, where, and whether at once or once a day."""

    __tablename__ = "subscription"
    __table_args__ = (one_of("rhythm", "at-once", "daily"),)

    id: int | None = Field(default=None, primary_key=True)
    owner: str = Field(index=True)
    name: str = Field(max_length=100)
    address: str  # an Apprise URL: it holds secrets, and is never shown whole
    occasions: list[str] = Field(sa_column=Column(sa.JSON, nullable=False))
    instances: list[str] = Field(
        sa_column=Column(sa.JSON, nullable=False)
    )  # none: all that the owner may see
    rhythm: str
    is_paused: bool = False
    created_at: datetime = time_column(nullable=False)
    since_at: datetime = time_column(nullable=False)  # what was before is not told
    digest_at: datetime | None = time_column()  # when its last daily digest was made


class Notice(Table, table=True):
    """Something to tell a subscription, once: `occasion_key` names what happened."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("subscription_id", "occasion_key", name="uq_notice_once"),
        one_of("state", "waiting", "sending", "sent", "failed", "unclear"),
        Index(
            "ix_notice_open",
            "not_before",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    subscription_id: int = Field(foreign_key="subscription.id", index=True)
    occasion: str
    occasion_key: str
    content: dict[str, Any] = Field(sa_column=Column(sa.JSON, nullable=False))
    state: str = "waiting"
    attempts: int = 0
    created_at: datetime = time_column(nullable=False)
    not_before: datetime = time_column(nullable=False)
    sent_at: datetime | None = time_column()
    problem: str | None = None
    digest_id: int | None = Field(default=None, foreign_key="notice.id", index=True)  # told in this one
    executor_id: str | None = None  # whose process hands it over, while it is `sending`
