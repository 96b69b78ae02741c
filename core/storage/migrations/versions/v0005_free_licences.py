"""The free licences by an index of their own: the form asks for the first of each type, and how many there are."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the index."""
    free = sa.text("portal_id IS NULL")
    op.create_index(
        "ix_application_free",
        "application",
        ["type", "id"],
        unique=False,
        sqlite_where=free,
        postgresql_where=free,
    )
