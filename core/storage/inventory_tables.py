"""The tables behind the inventory: counts kept beside the portals, saved views, bulk actions, marks of the store."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Index, UniqueConstraint
from sqlmodel import Field

from core.storage.tables import Table, one_of, time_column


class PortalCount(Table, table=True):
    """How many portals have these values: a row a tuple that is there. A verdict or cause that is none stands as ''.

    Exact together with `PortalCountChange`, which a trigger on `portal` writes in the transaction of the change.
    """

    __tablename__ = "portal_count"

    state: str = Field(primary_key=True)
    verdict: str = Field(primary_key=True)
    instance: str = Field(primary_key=True)
    template: str = Field(primary_key=True)
    audience: str = Field(primary_key=True)
    language: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    type: str = Field(primary_key=True)
    has_failed: bool = Field(primary_key=True)
    portals: int
    epoch: int = Field(index=True)  # the folding that last changed the row


class PortalCountChange(Table, table=True):
    """One portal more or fewer with these values; folded into `PortalCount` now and then.

    Appended only, so that two changes at once never wait for one row.
    """

    __tablename__ = "portal_count_change"

    id: int | None = Field(default=None, primary_key=True)
    state: str
    verdict: str
    instance: str
    template: str
    audience: str
    language: int
    type: str
    has_failed: bool
    portals: int  # 1 or -1


class SavedView(Table, table=True):
    """A page's address under a name: one's own, or the team's."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("page", "owner", "name", name="uq_saved_view_name"),)

    id: int | None = Field(default=None, primary_key=True)
    page: str
    owner: str
    name: str = Field(max_length=100)
    address: str
    is_shared: bool = False
    saved_at: datetime = time_column(nullable=False)


class BulkAction(Table, table=True):
    """One act on a frozen list of portals; carried out item by item, in the background."""

    __tablename__ = "bulk_action"
    __table_args__ = (
        one_of("act", "restart", "retry", "rename"),
        Index(
            "ix_bulk_action_open",
            "id",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    act: str
    actor: str
    arguments: dict[str, Any] = Field(sa_column=Column(sa.JSON, nullable=False))
    wanted: str  # what was asked for, in words: the filter or the selection
    created_at: datetime = time_column(nullable=False)
    cancelled_at: datetime | None = time_column()
    ended_at: datetime | None = time_column()
    executor_id: str | None = None  # whose process carries it out; one at a time


class BulkItem(Table, table=True):
    """One portal of a bulk action, and what came of it: reported once."""

    __tablename__ = "bulk_item"
    __table_args__ = (one_of("state", "waiting", "done", "refused", "failed", "skipped"),)

    bulk_id: int = Field(foreign_key="bulk_action.id", primary_key=True)
    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    portal_id: int = Field(foreign_key="portal.id", index=True)
    state: str = "waiting"
    before: str | None = None  # of a rename: the name when it was previewed, and the one that it gets
    after: str | None = None
    outcome: str | None = None  # in words
    run_id: str | None = None
    ended_at: datetime | None = time_column()


class StoreMark(Table, table=True):
    """What is said of the store as a whole: that it holds a demo, how far a summary is."""

    __tablename__ = "store_mark"

    name: str = Field(primary_key=True)
    value: dict[str, Any] = Field(sa_column=Column(sa.JSON, nullable=False))
    written_at: datetime = time_column(nullable=False)
