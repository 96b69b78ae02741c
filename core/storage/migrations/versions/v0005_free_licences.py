"""Indexes of the free licences, which the form asks for, and of when runs ended, for how often the preflight was right."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the indexes."""
    free = sa.text("portal_id IS NULL")
    op.create_index(
        "ix_application_free",
        "application",
        ["type", "id"],
        unique=False,
        sqlite_where=free,
        postgresql_where=free,
    )
    # It stood in an earlier version for some days: stores of then have it.
    op.create_index("ix_run_ended", "run", ["ended_at"], unique=False, if_not_exists=True)
