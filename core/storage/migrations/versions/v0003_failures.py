"""Failures as rows of their own, daily sums for trends, and compact steps of runs that ended long ago."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "failure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("portal_id", sa.Integer(), nullable=True),
        sa.Column("instance", sa.String(), nullable=False),
        sa.Column("solution", sa.String(), nullable=True),
        sa.Column("template", sa.String(), nullable=True),
        sa.Column("language", sa.Integer(), nullable=True),
        sa.Column("version", sa.String(), nullable=True),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("healed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("healed_by", sa.String(), nullable=True),
        sa.Column("error", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint(
            "healed_by IN ('first-retry', 'later-retry', 'itself')", name="ck_healed_by_known"
        ),
        sa.CheckConstraint("kind IN ('installation', 'run')", name="ck_kind_known"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_failure_cause", "failure", ["cause", "failed_at"], unique=False)
    op.create_index("ix_failure_failed", "failure", ["failed_at", "id"], unique=False)
    op.create_index("ix_failure_healed", "failure", ["healed_at"], unique=False)
    op.create_index("ix_failure_instance", "failure", ["instance", "failed_at"], unique=False)
    op.create_index(
        "ix_failure_open",
        "failure",
        ["last_at", "id"],
        unique=False,
        sqlite_where=sa.text("healed_at IS NULL"),
        postgresql_where=sa.text("healed_at IS NULL"),
    )
    op.create_index(op.f("ix_failure_portal_id"), "failure", ["portal_id"], unique=False)
    op.create_index(op.f("ix_failure_run_id"), "failure", ["run_id"], unique=False)
    op.create_index(
        "uq_failure_open_installation",
        "failure",
        ["instance", "solution"],
        unique=True,
        sqlite_where=sa.text("healed_at IS NULL AND kind = 'installation'"),
        postgresql_where=sa.text("healed_at IS NULL AND kind = 'installation'"),
    )
    op.create_table(
        "trend_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("instance", sa.String(), nullable=False),
        sa.Column("cut", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("bucket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("total_s", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("day", "instance", "cut", "key", "measure", "bucket"),
    )
    op.create_table(
        "trend_pending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("instance", sa.String(), nullable=False),
        sa.Column("cuts", sa.JSON(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("bucket", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("total_s", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.add_column("run", sa.Column("steps_kept", sa.JSON(none_as_null=True), nullable=True))
