"""The tables. Constraints stand here for what must never be, whatever the code does."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, Index, UniqueConstraint, func
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from core.storage.columns import CodePoints, UtcDateTime

# What changes what runs meet: marked in the trends.
_IS_CHANGE = sa.text("act IN ('change-instance', 'add-package', 'withdraw-package')")


class Table(SQLModel, registry=registry()):
    """The base of ours: a registry of its own, so that a hot reload does not define a table twice."""


def time_column(nullable: bool = True) -> Any:
    """A time in UTC."""
    return Field(default=None, sa_column=Column(UtcDateTime(), nullable=nullable))


def json_column() -> Any:
    """Plain values, or nothing."""
    return Field(default=None, sa_column=Column(sa.JSON(none_as_null=True), nullable=True))


def one_of(column: str, *values: str) -> CheckConstraint:
    """The column holds one of these and nothing else."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"ck_{column}_known")


def _where(name: str, condition: str, *columns: str) -> Index:
    """An index of the rows for which the condition holds."""
    held = sa.text(condition)
    return Index(name, *columns, sqlite_where=held, postgresql_where=held)


class Application(Table, table=True):
    """A licence (R4, R6): a *Portal Add-On* row, configured once a portal has it."""

    __tablename__ = "application"
    __table_args__ = (
        one_of("type", "trial", "production"),
        _where("ix_application_free", "portal_id IS NULL", "type", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    type: str
    created_at: datetime = time_column(nullable=False)
    portal_id: int | None = Field(default=None, foreign_key="portal.id", unique=True)


class Portal(Table, table=True):
    """A portal. Its display name is derived from `state` (R7), its URL from `subdomain` (R9–R11)."""

    __tablename__ = "portal"

    id: int | None = Field(default=None, primary_key=True)
    application_id: int
    type: str
    name: str = Field(max_length=100)
    subdomain: str = Field(max_length=63)
    instance: str
    language: int
    administrator: str
    audience: str
    template: str
    state: str
    verdict: str | None = None
    created_by: str
    created_at: datetime = time_column(nullable=False)
    changed_at: datetime = time_column(nullable=False)
    provisioned_at: datetime | None = time_column()
    live_at: datetime | None = time_column()
    deleted_at: datetime | None = time_column()
    website_id: str | None = None
    # Part of every operation key for this portal's website; a new one whenever the website is deleted.
    key: str = Field(max_length=32)
    # What lists show of its runs without reading them; written where a run ends.
    package_version: str | None = None  # of its own solution, as it was last brought
    has_failed: bool = False  # ever
    last_run_at: datetime | None = time_column()
    last_cause: str | None = None  # of its latest failure, healed or not
    last_error: str | None = Field(default=None, max_length=300)
    # Folded and compared by code points: what lists are sorted by, and what a search looks into (`storage.search_text`).
    name_folded: str = Field(default="", sa_column=Column(CodePoints, nullable=False, server_default=""))
    search_text: str = Field(default="", sa_column=Column(CodePoints, nullable=False, server_default=""))

    __table_args__ = (
        one_of("state", "configuring", "provisioned", "provisioning-failed", "deleted"),
        CheckConstraint("subdomain = lower(subdomain)", name="ck_portal_subdomain_lower"),
        # R10, in every case and under a race.
        Index(
            "uq_portal_subdomain",
            func.lower(sa.text("subdomain")),
            unique=True,
            sqlite_where=sa.text("state <> 'deleted'"),
            postgresql_where=sa.text("state <> 'deleted'"),
        ),
        Index("ix_portal_state", "state", "created_at", "id"),
        Index("ix_portal_verdict", "verdict", "created_at", "id"),
        Index("ix_portal_instance", "instance", "created_at", "id"),
        Index("ix_portal_template", "template", "created_at", "id"),
        Index("ix_portal_audience", "audience", "created_at", "id"),
        Index("ix_portal_language", "language", "created_at", "id"),
        # With what the figures of trials and of days ask for: read without their rows.
        Index("ix_portal_type", "type", "created_at", "id", "state", "instance"),
        Index("ix_portal_created", "created_at", "id", "has_failed", "instance"),
        Index("ix_portal_administrator", "administrator", "created_at", "id"),
        Index("ix_portal_created_by", "created_by", "created_at", "id"),
        Index("ix_portal_name", "name_folded", "id"),
        Index("ix_portal_subdomain", "subdomain", "id"),
        Index("ix_portal_changed", "changed_at", "id"),
        _where("ix_portal_provisioned", "provisioned_at IS NOT NULL", "provisioned_at", "id"),
        _where("ix_portal_last_run", "last_run_at IS NOT NULL", "last_run_at", "id"),
        _where("ix_portal_cause", "last_cause IS NOT NULL", "last_cause", "created_at", "id"),
        _where("ix_portal_version", "package_version IS NOT NULL", "package_version", "created_at", "id"),
    )


class ReleasedSubdomain(Table, table=True):
    """A subdomain that a portal gave up: taken until `free_at`, the end of its purge time."""

    __tablename__ = "released_subdomain"

    id: int | None = Field(default=None, primary_key=True)
    subdomain: str = Field(index=True)
    portal_id: int = Field(foreign_key="portal.id")
    free_at: datetime = time_column(nullable=False)


class TermsAcceptance(Table, table=True):
    """Who accepted which version of the terms, and when, for which run (R18)."""

    __tablename__ = "terms_acceptance"

    id: int | None = Field(default=None, primary_key=True)
    portal_id: int = Field(foreign_key="portal.id", index=True)
    run_id: str = Field(foreign_key="run.id")
    version: str
    accepted_by: str
    accepted_at: datetime = time_column(nullable=False)


class Run(Table, table=True):
    """One attempt, numbered within its portal; its id is the workflow's id.

    Without a portal it installs or retries solutions in its instance.
    """

    __tablename__ = "run"
    __table_args__ = (
        UniqueConstraint("portal_id", "number", name="uq_run_portal_number"),
        one_of("state", "queued", "running", "waiting", "succeeded", "failed", "cancelled"),
        one_of("kind", "provision", "restart", "change", "heal", "install", "retry"),
        Index(
            "ix_run_open",
            "state",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        Index("ix_run_ended", "ended_at"),
        # What runs of a kind usually take is learnt from the latest.
        Index(
            "ix_run_finished",
            "template",
            "ended_at",
            sqlite_where=sa.text("state = 'succeeded' AND from_position = 0"),
            postgresql_where=sa.text("state = 'succeeded' AND from_position = 0"),
        ),
    )

    id: str = Field(primary_key=True, max_length=36)
    portal_id: int | None = Field(default=None, foreign_key="portal.id", index=True)
    number: int
    kind: str
    state: str
    requested_by: str
    template: str
    instance: str
    values: dict[str, Any] = Field(sa_column=Column(sa.JSON, nullable=False))
    based_on: str | None = Field(default=None, foreign_key="run.id")
    from_position: int = 0
    created_at: datetime = time_column(nullable=False)
    started_at: datetime | None = time_column()
    ended_at: datetime | None = time_column()
    moved_at: datetime | None = time_column()
    cancel_requested_at: datetime | None = time_column()
    error: dict[str, Any] | None = json_column()
    executor_id: str | None = Field(default=None, index=True)
    # The steps of a run that ended long ago, or of a demo's, in a compact form instead of rows of `run_step`.
    steps_kept: list[Any] | None = json_column()


class RunStep(Table, table=True):
    """A step of a run, in order; one a solution."""

    __tablename__ = "run_step"
    __table_args__ = (one_of("state", "waiting", "running", "done", "failed", "skipped"),)

    run_id: str = Field(foreign_key="run.id", primary_key=True)
    position: int = Field(primary_key=True)
    name: str
    kind: str
    solution: str | None = None
    state: str = "waiting"
    started_at: datetime | None = time_column()
    ended_at: datetime | None = time_column()
    attempts: int = 0
    error: dict[str, Any] | None = json_column()


class Installation(Table, table=True):
    """A solution in an instance: one row an instance and solution, naming every portal that asked."""

    __tablename__ = "installation"
    __table_args__ = (
        UniqueConstraint("instance", "solution", name="uq_installation_instance_solution"),
        one_of("state", "waiting", "installing", "installed", "install-failed"),
        Index("ix_installation_state", "state", "ended_at", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    instance: str
    solution: str
    version: str
    state: str
    language: int
    requested_by: str
    run_id: str | None = Field(default=None, foreign_key="run.id")
    attempts: int = 0
    created_at: datetime = time_column(nullable=False)
    started_at: datetime | None = time_column()
    ended_at: datetime | None = time_column()
    error: dict[str, Any] | None = json_column()
    cause: str | None = None
    knock_on_of: int | None = Field(default=None, foreign_key="installation.id")


class InstallationPortal(Table, table=True):
    """A portal that asked for an installation, and whether it has its site content."""

    __tablename__ = "installation_portal"

    installation_id: int = Field(foreign_key="installation.id", primary_key=True)
    portal_id: int = Field(foreign_key="portal.id", primary_key=True, index=True)
    asked_at: datetime = time_column(nullable=False)
    content_at: datetime | None = time_column()


class ImportSlot(Table, table=True):
    """One import at a time in an instance: who holds the slot. Held by a run, so it outlives a process."""

    __tablename__ = "import_slot"

    instance: str = Field(primary_key=True)
    holder: str
    taken_at: datetime = time_column(nullable=False)


class CustomDomain(Table, table=True):
    """A custom domain of a portal; it counts once it is verified (R11)."""

    __tablename__ = "custom_domain"

    id: int | None = Field(default=None, primary_key=True)
    portal_id: int = Field(foreign_key="portal.id", index=True)
    domain: str = Field(unique=True, max_length=253)
    token: str
    added_by: str
    added_at: datetime = time_column(nullable=False)
    verified_at: datetime | None = time_column()
    verified_by: str | None = None


class Event(Table, table=True):
    """Who did what, when, from what to what; never changed."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_portal", "portal_id", "id"),
        Index("ix_event_change", "at", sqlite_where=_IS_CHANGE, postgresql_where=_IS_CHANGE),
    )

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = time_column(nullable=False)
    actor: str
    act: str
    portal_id: int | None = None
    run_id: str | None = None
    instance: str | None = None
    details: dict[str, Any] = Field(sa_column=Column(sa.JSON, nullable=False))


class FeatureNote(Table, table=True):
    """What a person notes on a feature of the matrix, and how much it weighs for them: one row a person and feature."""

    __tablename__ = "feature_note"
    __table_args__ = (CheckConstraint("weight BETWEEN 0 AND 10", name="ck_feature_note_weight"),)

    author: str = Field(primary_key=True)
    feature: str = Field(primary_key=True)
    note: str = Field(max_length=1000)
    weight: int = 0
    written_at: datetime = time_column(nullable=False)


class InstanceSnapshot(Table, table=True):
    """What a platform last said of an instance, and when."""

    __tablename__ = "instance_snapshot"

    slug: str = Field(primary_key=True)
    position: int
    content: dict[str, Any] = Field(sa_column=Column(sa.JSON, nullable=False))
    synchronised_at: datetime = time_column(nullable=False)
    is_reachable: bool = True


class Executor(Table, table=True):
    """A process that runs the engine, and its lease on its runs."""

    __tablename__ = "executor"

    id: str = Field(primary_key=True)
    machine: str
    process_id: int
    started_at: datetime = time_column(nullable=False)
    renewed_at: datetime = time_column(nullable=False)
    ended_at: datetime | None = time_column()
    adopted_by: str | None = None
