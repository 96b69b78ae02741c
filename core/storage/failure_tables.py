"""The tables behind failures and trends: a row a failure, and daily sums that can be made again from the rows."""

import datetime as dt
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Index
from sqlmodel import Field

from core.storage.tables import Table, json_column, one_of, time_column

GIVEN_UP = "given-up"
_OPEN = sa.text("healed_at IS NULL")
_HEALED = sa.text("healed_at IS NOT NULL")
_OPEN_INSTALLATION = sa.text("healed_at IS NULL AND kind = 'installation'")


class Failure(Table, table=True):
    """A refused installation with all its attempts until it was installed, or a run that broke: one row each.

    Written in the transaction that ends the step or the run, and nowhere else (`core.provisioning.failure_rows`):

    - *installation*: begins with a refusal of a solution in an instance that has no open row; each further refusal raises
      `attempts`. Healed by the next step of any run that leaves the solution installed there.
    - *run*: a run that ended as failed for another reason than refusals. Healed when a later run of its portal succeeds or
      ends with refusals only; of a run without a portal, when the solution at which it broke is installed there.
    - A run that failed because of installations is theirs and has no row; a cancelled one has none.

    `error`, `cause`, `language`, `version`, `template`: as they stood at the latest attempt, never rewritten after that.
    `healed_by`: *itself* where nobody asked for it (a run that provisions, or one that the console set off), *first-retry*
    where the first verdict after the failure was good, *later-retry* where others failed between; *given-up* where people
    asked for the solution no more: it is closed, and counts as not healed.
    """

    __tablename__ = "failure"
    __table_args__ = (
        one_of("kind", "installation", "run"),
        one_of("healed_by", "first-retry", "later-retry", "itself", GIVEN_UP),
        Index("ix_failure_failed", "failed_at", "id"),
        Index("ix_failure_cause", "cause", "failed_at"),
        Index("ix_failure_instance", "instance", "failed_at"),
        Index("ix_failure_open", "last_at", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index(
            "ix_failure_open_place",
            "instance",
            "solution",
            "cause",
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_failure_healed", "last_at", "id", sqlite_where=_HEALED, postgresql_where=_HEALED),
        Index(
            "uq_failure_open_installation",
            "instance",
            "solution",
            unique=True,
            sqlite_where=_OPEN_INSTALLATION,
            postgresql_where=_OPEN_INSTALLATION,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    key: str  # names it in addresses: the installation's number, or the run's id
    run_id: str = Field(index=True)  # of its latest attempt
    # The run's; of an installation, the first that asked.
    portal_id: int | None = Field(default=None, index=True)
    instance: str
    solution: str | None = None
    template: str | None = None
    language: int | None = None
    version: str | None = None
    cause: str
    fingerprint: str = ""
    attempts: int = 1
    failed_at: datetime = time_column(nullable=False)  # the first attempt that failed
    last_at: datetime = time_column(nullable=False)
    healed_at: datetime | None = time_column()
    healed_by: str | None = None
    error: dict[str, Any] | None = json_column()


class TrendDay(Table, table=True):
    """A day's sum of one measure, in one instance ('' for all of them), for one value of one cut ('' for the whole).

    The measures, and what they count, are in `core.provisioning.trend_days`. `bucket`: of a duration's length, else 0.
    The primary key's order is a reader's: an instance, a cut, a measure, a range of days.
    """

    __tablename__ = "trend_day"

    instance: str = Field(primary_key=True)
    cut: str = Field(primary_key=True)
    measure: str = Field(primary_key=True)
    day: dt.date = Field(primary_key=True)
    key: str = Field(primary_key=True)
    bucket: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int
    total_s: float = 0.0


class TrendPending(Table, table=True):
    """What the daily sums do not hold yet: written with the change, taken away where it is added."""

    __tablename__ = "trend_pending"

    id: int | None = Field(default=None, primary_key=True)
    day: dt.date
    instance: str
    cuts: dict[str, Any] = Field(sa_column=sa.Column(sa.JSON, nullable=False))  # its value in each cut
    measure: str
    bucket: int = 0
    number: int = 1
    total_s: float = 0.0


class PastedMessage(Table, table=True):
    """A message that people pasted and no rule explained: one row a kind of message, without secrets, people and addresses."""

    __tablename__ = "pasted_message"

    fingerprint: str = Field(primary_key=True, max_length=16)
    text: str
    times: int = 1
    first_at: datetime = time_column(nullable=False)
    last_at: datetime = time_column(nullable=False)
