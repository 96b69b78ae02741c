"""A failure can be given up: it is closed, and was not healed."""

from alembic import op

revision = "0006"
down_revision = "0005"

_NAME = "ck_healed_by_known"


def upgrade() -> None:
    """Let `healed_by` say so."""
    with op.batch_alter_table("failure") as table:
        table.drop_constraint(_NAME, type_="check")
        table.create_check_constraint(
            _NAME, "healed_by IN ('first-retry', 'later-retry', 'itself', 'given-up')"
        )
