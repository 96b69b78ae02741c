"""The first schema: licences, portals, runs, installations, and what must never be."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# What must never be, whatever the code does: another URL of a provisioned portal (R11), another type or
# licence (R6, R23), a changed history.
GUARDS_SQLITE = (
    """
    CREATE TRIGGER portal_url_immutable BEFORE UPDATE OF subdomain, provisioned_at ON portal
    WHEN OLD.provisioned_at IS NOT NULL
     AND (NEW.subdomain <> OLD.subdomain OR NEW.provisioned_at IS NULL)
    BEGIN SELECT RAISE(ABORT, 'url-immutable'); END
    """,
    """
    CREATE TRIGGER portal_licence_immutable BEFORE UPDATE OF application_id, type, instance ON portal
    WHEN NEW.application_id <> OLD.application_id OR NEW.type <> OLD.type OR NEW.instance <> OLD.instance
    BEGIN SELECT RAISE(ABORT, 'a portal keeps its licence, type and instance'); END
    """,
    """
    CREATE TRIGGER application_type_immutable BEFORE UPDATE OF type ON application WHEN NEW.type <> OLD.type
    BEGIN SELECT RAISE(ABORT, 'a licence keeps its type'); END
    """,
    """
    CREATE TRIGGER event_update BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'events are never changed'); END
    """,
    """
    CREATE TRIGGER event_delete BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, 'events are never changed'); END
    """,
)
GUARDS_POSTGRESQL = """
CREATE FUNCTION portal_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.provisioned_at IS NOT NULL AND (NEW.subdomain <> OLD.subdomain OR NEW.provisioned_at IS NULL) THEN
    RAISE EXCEPTION 'url-immutable' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.application_id <> OLD.application_id OR NEW.type <> OLD.type OR NEW.instance <> OLD.instance THEN
    RAISE EXCEPTION 'a portal keeps its licence, type and instance'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER portal_immutable BEFORE UPDATE ON portal FOR EACH ROW EXECUTE FUNCTION portal_immutable();
CREATE FUNCTION application_type_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a licence keeps its type' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER application_type_immutable BEFORE UPDATE ON application
  FOR EACH ROW WHEN (NEW.type <> OLD.type) EXECUTE FUNCTION application_type_immutable();
CREATE FUNCTION event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'events are never changed' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event
  FOR EACH ROW EXECUTE FUNCTION event_append_only();
CREATE TRIGGER event_never_emptied BEFORE TRUNCATE ON event EXECUTE FUNCTION event_append_only();
"""


def upgrade() -> None:
    """Make every table, and the triggers behind R10 and R11."""
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("portal_id", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.String(), nullable=True),
        sa.Column("instance", sa.String(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_event_portal", "event", ["portal_id", "id"], unique=False)
    op.create_table(
        "executor",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("machine", sa.String(), nullable=False),
        sa.Column("process_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("renewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("adopted_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "feature_note",
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("feature", sa.String(), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("weight BETWEEN 0 AND 10", name="ck_feature_note_weight"),
        sa.PrimaryKeyConstraint("author", "feature"),
    )
    op.create_table(
        "instance_snapshot",
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("synchronised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_reachable", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("slug"),
    )
    op.create_table(
        "portal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("subdomain", sa.String(length=63), nullable=False),
        sa.Column("instance", sa.String(), nullable=False),
        sa.Column("language", sa.Integer(), nullable=False),
        sa.Column("administrator", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("provisioned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("live_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("website_id", sa.String(), nullable=True),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "state IN ('configuring', 'provisioned', 'provisioning-failed', 'deleted')", name="ck_state_known"
        ),
        sa.CheckConstraint("subdomain = lower(subdomain)", name="ck_portal_subdomain_lower"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_portal_created", "portal", ["created_at", "id"], unique=False)
    op.create_index("ix_portal_instance", "portal", ["instance", "id"], unique=False)
    op.create_index("ix_portal_state", "portal", ["state", "id"], unique=False)
    op.create_table(
        "application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("portal_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("type IN ('trial', 'production')", name="ck_type_known"),
        sa.ForeignKeyConstraint(
            ["portal_id"],
            ["portal.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("portal_id"),
    )
    op.create_table(
        "custom_domain",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("portal_id", sa.Integer(), nullable=False),
        sa.Column("domain", sa.String(length=253), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["portal_id"],
            ["portal.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("domain"),
    )
    op.create_index(op.f("ix_custom_domain_portal_id"), "custom_domain", ["portal_id"], unique=False)
    op.create_table(
        "released_subdomain",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subdomain", sa.String(), nullable=False),
        sa.Column("portal_id", sa.Integer(), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["portal_id"],
            ["portal.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_released_subdomain_subdomain"), "released_subdomain", ["subdomain"], unique=False
    )
    op.create_table(
        "run",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("portal_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("instance", sa.String(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("based_on", sa.String(), nullable=True),
        sa.Column("from_position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("executor_id", sa.String(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('provision', 'restart', 'change', 'heal', 'install', 'retry')", name="ck_kind_known"
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled')",
            name="ck_state_known",
        ),
        sa.ForeignKeyConstraint(
            ["based_on"],
            ["run.id"],
        ),
        sa.ForeignKeyConstraint(
            ["portal_id"],
            ["portal.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("portal_id", "number", name="uq_run_portal_number"),
    )
    op.create_index(op.f("ix_run_executor_id"), "run", ["executor_id"], unique=False)
    op.create_index(
        "ix_run_open",
        "run",
        ["state"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    latest = sa.text("state = 'succeeded' AND from_position = 0")
    op.create_index(
        "ix_run_finished",
        "run",
        ["template", "ended_at"],
        unique=False,
        sqlite_where=latest,
        postgresql_where=latest,
    )
    op.create_index(op.f("ix_run_portal_id"), "run", ["portal_id"], unique=False)
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instance", sa.String(), nullable=False),
        sa.Column("solution", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("language", sa.Integer(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("cause", sa.String(), nullable=True),
        sa.Column("knock_on_of", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'installing', 'installed', 'install-failed')", name="ck_state_known"
        ),
        sa.ForeignKeyConstraint(
            ["knock_on_of"],
            ["installation.id"],
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["run.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("instance", "solution", name="uq_installation_instance_solution"),
    )
    op.create_table(
        "run_step",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("solution", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed', 'skipped')", name="ck_state_known"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["run.id"],
        ),
        sa.PrimaryKeyConstraint("run_id", "position"),
    )
    op.create_table(
        "terms_acceptance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("portal_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("accepted_by", sa.String(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["portal_id"],
            ["portal.id"],
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["run.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_terms_acceptance_portal_id"), "terms_acceptance", ["portal_id"], unique=False)
    op.create_table(
        "installation_portal",
        sa.Column("installation_id", sa.Integer(), nullable=False),
        sa.Column("portal_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["installation_id"],
            ["installation.id"],
        ),
        sa.ForeignKeyConstraint(
            ["portal_id"],
            ["portal.id"],
        ),
        sa.PrimaryKeyConstraint("installation_id", "portal_id"),
    )
    op.create_index(
        op.f("ix_installation_portal_portal_id"), "installation_portal", ["portal_id"], unique=False
    )
    op.create_table(
        "import_slot",
        sa.Column("instance", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("instance"),
    )
    not_deleted = sa.text("state <> 'deleted'")
    # R10: in every case and under a race.
    op.create_index(
        "uq_portal_subdomain",
        "portal",
        [sa.text("lower(subdomain)")],
        unique=True,
        sqlite_where=not_deleted,
        postgresql_where=not_deleted,
    )
    if op.get_bind().dialect.name == "sqlite":
        for guard in GUARDS_SQLITE:
            op.execute(guard)
    else:
        op.execute(GUARDS_POSTGRESQL)
