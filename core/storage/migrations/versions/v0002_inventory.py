"""What the inventory needs at a million portals: counts kept by triggers, indexes, saved views, bulk actions."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_DIMENSIONS = ("state", "verdict", "instance", "template", "audience", "language", "type", "has_failed")
_COLUMNS = ", ".join(_DIMENSIONS)


def _values(row: str) -> str:
    return ", ".join(
        f"coalesce({row}.{name}, '')" if name == "verdict" else f"{row}.{name}" for name in _DIMENSIONS
    )


def _note(row: str, number: int) -> str:
    return f"INSERT INTO portal_count_change ({_COLUMNS}, portals) VALUES ({_values(row)}, {number});"  # noqa: S608 - constants


def _differs(distinct: str) -> str:
    return " OR ".join(f"NEW.{name} {distinct} OLD.{name}" for name in _DIMENSIONS)


COUNTS_SQLITE = (
    f"CREATE TRIGGER portal_counted AFTER INSERT ON portal BEGIN {_note('NEW', 1)} END",
    (
        f"CREATE TRIGGER portal_counted_anew AFTER UPDATE OF {_COLUMNS} ON portal WHEN {_differs('IS NOT')} "
        f"BEGIN {_note('OLD', -1)} {_note('NEW', 1)} END"
    ),
    f"CREATE TRIGGER portal_counted_off AFTER DELETE ON portal BEGIN {_note('OLD', -1)} END",
)
COUNTS_POSTGRESQL = f"""
CREATE FUNCTION portal_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NOT ({_differs("IS DISTINCT FROM")}) THEN
    RETURN NULL;
  END IF;
  IF TG_OP <> 'INSERT' THEN {_note("OLD", -1)} END IF;
  IF TG_OP <> 'DELETE' THEN {_note("NEW", 1)} END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER portal_counted AFTER INSERT OR UPDATE OR DELETE ON portal
  FOR EACH ROW EXECUTE FUNCTION portal_counted();
"""

# Every three letters of what a search looks into, with the portals that have them; the text itself stays in `portal`.
SEARCH_SQLITE = (
    (
        "CREATE VIRTUAL TABLE portal_search USING fts5(search_text, content='portal', content_rowid='id', "
        "tokenize='trigram case_sensitive 1', columnsize=0)"
    ),
    "INSERT INTO portal_search (portal_search) VALUES ('rebuild')",
    (
        "CREATE TRIGGER portal_searchable AFTER INSERT ON portal BEGIN "
        "INSERT INTO portal_search (rowid, search_text) VALUES (NEW.id, NEW.search_text); END"
    ),
    (
        "CREATE TRIGGER portal_searchable_anew AFTER UPDATE OF search_text ON portal "
        "WHEN NEW.search_text IS NOT OLD.search_text BEGIN "
        "INSERT INTO portal_search (portal_search, rowid, search_text) VALUES ('delete', OLD.id, OLD.search_text); "
        "INSERT INTO portal_search (rowid, search_text) VALUES (NEW.id, NEW.search_text); END"
    ),
    (
        "CREATE TRIGGER portal_searchable_off AFTER DELETE ON portal BEGIN "
        "INSERT INTO portal_search (portal_search, rowid, search_text) VALUES ('delete', OLD.id, OLD.search_text); END"
    ),
)
INDEXES = {
    "ix_portal_administrator": ("administrator", "created_at"),
    "ix_portal_changed": ("changed_at",),
    "ix_portal_created_by": ("created_by", "created_at"),
    "ix_portal_name": ("name_folded",),
    "ix_portal_subdomain": ("subdomain",),
}
PARTIAL_INDEXES = {
    "ix_portal_cause": ("last_cause IS NOT NULL", ["last_cause", "created_at", "id"]),
    "ix_portal_last_run": ("last_run_at IS NOT NULL", ["last_run_at", "id"]),
    "ix_portal_provisioned": ("provisioned_at IS NOT NULL", ["provisioned_at", "id"]),
    "ix_portal_version": ("package_version IS NOT NULL", ["package_version", "created_at", "id"]),
}
_CODE_POINTS = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables, fill what follows from the rows that are there, then let the triggers keep it."""
    op.create_table(
        "bulk_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("wanted", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("executor_id", sa.String(), nullable=True),
        sa.CheckConstraint("act IN ('restart', 'retry', 'rename')", name="ck_act_known"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_bulk_action_open",
        "bulk_action",
        ["id"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "portal_count",
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("instance", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("language", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("has_failed", sa.Boolean(), nullable=False),
        sa.Column("portals", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "state", "verdict", "instance", "template", "audience", "language", "type", "has_failed"
        ),
    )
    op.create_index(op.f("ix_portal_count_epoch"), "portal_count", ["epoch"], unique=False)
    op.create_table(
        "portal_count_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("instance", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("language", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("has_failed", sa.Boolean(), nullable=False),
        sa.Column("portals", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("page", "owner", "name", name="uq_saved_view_name"),
    )
    op.create_table(
        "store_mark",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "bulk_item",
        sa.Column("bulk_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("portal_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("run_id", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'done', 'refused', 'failed', 'skipped')", name="ck_state_known"
        ),
        sa.ForeignKeyConstraint(
            ["bulk_id"],
            ["bulk_action.id"],
        ),
        sa.ForeignKeyConstraint(
            ["portal_id"],
            ["portal.id"],
        ),
        sa.PrimaryKeyConstraint("bulk_id", "position"),
    )
    op.create_index(op.f("ix_bulk_item_portal_id"), "bulk_item", ["portal_id"], unique=False)
    op.add_column("portal", sa.Column("package_version", sa.String(), nullable=True))
    op.add_column("portal", sa.Column("has_failed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("portal", sa.Column("last_run_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("portal", sa.Column("last_cause", sa.String(), nullable=True))
    op.add_column("portal", sa.Column("last_error", sa.String(length=300), nullable=True))
    for name in ("name_folded", "search_text"):
        op.add_column("portal", sa.Column(name, _CODE_POINTS, nullable=False, server_default=""))
    op.drop_index(op.f("ix_portal_instance"), table_name="portal")
    op.create_index("ix_portal_instance", "portal", ["instance", "created_at", "id"], unique=False)
    op.drop_index(op.f("ix_portal_state"), table_name="portal")
    op.create_index("ix_portal_state", "portal", ["state", "created_at", "id"], unique=False)
    op.create_index("ix_portal_audience", "portal", ["audience", "created_at", "id"], unique=False)
    op.create_index("ix_portal_language", "portal", ["language", "created_at", "id"], unique=False)
    op.create_index("ix_portal_template", "portal", ["template", "created_at", "id"], unique=False)
    op.create_index(
        "ix_portal_type", "portal", ["type", "created_at", "id", "state", "instance"], unique=False
    )
    op.drop_index("ix_portal_created", table_name="portal")
    op.create_index(
        "ix_portal_created", "portal", ["created_at", "id", "has_failed", "instance"], unique=False
    )
    op.create_index("ix_portal_verdict", "portal", ["verdict", "created_at", "id"], unique=False)
    _index()
    _fill()
    if op.get_bind().dialect.name == "sqlite":
        for statement in (*COUNTS_SQLITE, *SEARCH_SQLITE):
            op.execute(statement)
    else:
        op.execute(COUNTS_POSTGRESQL)
        _search_postgresql()


def _index() -> None:
    for name, columns in INDEXES.items():
        op.create_index(name, "portal", [*columns, "id"], unique=False)
    for name, (condition, named) in PARTIAL_INDEXES.items():
        held = sa.text(condition)
        op.create_index(name, "portal", named, unique=False, sqlite_where=held, postgresql_where=held)


def _search_postgresql() -> None:
    """An index of three letters each, where the database has the means; a search without it reads every row."""
    connection = op.get_bind()
    try:
        with connection.begin_nested():
            connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
            connection.execute(
                sa.text("CREATE INDEX ix_portal_search ON portal USING gin (search_text gin_trgm_ops)")
            )
    except sa.exc.DBAPIError:  # not there, or not ours to make
        return


def _fill() -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT id, name, subdomain, administrator FROM portal")).all()
    domains: dict[int, list[str]] = {}
    for portal_id, domain in connection.execute(
        sa.text("SELECT portal_id, domain FROM custom_domain WHERE verified_at IS NOT NULL ORDER BY id")
    ):
        domains.setdefault(portal_id, []).append(domain)
    for portal_id, *texts in rows:
        folded = unicodedata.normalize("NFC", "\n".join((*texts, *domains.get(portal_id, ())))).lower()
        name = unicodedata.normalize("NFC", texts[0]).lower()
        connection.execute(
            sa.text("UPDATE portal SET name_folded = :name, search_text = :text WHERE id = :id"),
            {"name": name, "text": folded, "id": portal_id},
        )
    failed = sa.text("SELECT portal_id, error FROM run WHERE state = 'failed' ORDER BY ended_at").columns(
        error=sa.JSON()
    )
    for portal_id, error in connection.execute(failed).all():
        why = {"cause": (error or {}).get("cause") or "unknown", "error": (error or {}).get("message") or ""}
        connection.execute(
            sa.text("UPDATE portal SET last_cause = :cause, last_error = :error WHERE id = :id"),
            {"cause": why["cause"], "error": why["error"][:300], "id": portal_id},
        )
    connection.execute(
        sa.text(
            "UPDATE portal SET has_failed = EXISTS "
            "(SELECT 1 FROM run WHERE run.portal_id = portal.id AND run.state = 'failed'), "
            "last_run_at = (SELECT max(coalesce(ended_at, created_at)) FROM run WHERE run.portal_id = portal.id)"
        )
    )
    connection.execute(
        sa.text(
            f"INSERT INTO portal_count ({_COLUMNS}, portals, epoch) "  # noqa: S608 - constants
            f"SELECT {_values('portal')}, count(*), 1 FROM portal GROUP BY 1, 2, 3, 4, 5, 6, 7, 8"
        )
    )
