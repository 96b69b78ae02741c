"""Failures as rows of their own, daily sums for trends, and compact steps of runs that ended long ago."""

from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


# The tables as they are in this version.
_JSON, _TIME = sa.JSON(), sa.DateTime(timezone=True)
_RUN = sa.table(
    "run",
    *(sa.column(name, sa.String()) for name in ("id", "kind", "state", "template", "instance")),
    *(sa.column(name, sa.Integer()) for name in ("portal_id", "number")),
    *(sa.column(name, _JSON) for name in ("values", "error")),
    sa.column("ended_at", _TIME),
)
_STEP = sa.table(
    "run_step",
    *(sa.column(name, sa.String()) for name in ("run_id", "name", "solution", "state")),
    sa.column("error", _JSON),
    sa.column("ended_at", _TIME),
)
_INSTALLATION = sa.table(
    "installation",
    *(sa.column(name, sa.Integer()) for name in ("id", "language")),
    *(sa.column(name, sa.String()) for name in ("instance", "solution", "version")),
)
_PORTAL = sa.table("portal", sa.column("id", sa.Integer()), sa.column("template", sa.String()))
_ASKED = sa.table(
    "installation_portal",
    *(sa.column(name, sa.Integer()) for name in ("installation_id", "portal_id")),
    sa.column("asked_at", _TIME),
)
_FAILURE = sa.table(
    "failure",
    *(
        sa.column(name, sa.String())
        for name in (
            "kind",
            "key",
            "run_id",
            "instance",
            "solution",
            "template",
            "version",
            "cause",
            "fingerprint",
            "healed_by",
        )
    ),
    *(sa.column(name, sa.Integer()) for name in ("portal_id", "language", "attempts")),
    *(sa.column(name, _TIME) for name in ("failed_at", "last_at", "healed_at")),
    sa.column("error", sa.JSON(none_as_null=True)),
)


def upgrade() -> None:
    """Make the tables, and a row for each failure that the steps and runs tell of.

    The daily sums are made from the rows when they are first read.
    """
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
    op.create_index(
        "ix_failure_healed",
        "failure",
        ["last_at", "id"],
        unique=False,
        sqlite_where=sa.text("healed_at IS NOT NULL"),
        postgresql_where=sa.text("healed_at IS NOT NULL"),
    )
    op.create_index("ix_failure_instance", "failure", ["instance", "failed_at"], unique=False)
    op.create_index(
        "ix_failure_open",
        "failure",
        ["last_at", "id"],
        unique=False,
        sqlite_where=sa.text("healed_at IS NULL"),
        postgresql_where=sa.text("healed_at IS NULL"),
    )
    op.create_index(
        "ix_failure_open_place",
        "failure",
        ["instance", "solution", "cause"],
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
        sa.Column("instance", sa.String(), nullable=False),
        sa.Column("cut", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("bucket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("total_s", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("instance", "cut", "measure", "day", "key", "bucket"),
    )
    op.create_table(
        "pasted_message",
        sa.Column("fingerprint", sa.String(length=16), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint"),
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
    op.create_index("ix_installation_state", "installation", ["state", "ended_at", "id"], unique=False)
    changes = sa.text("act IN ('change-instance', 'add-package', 'withdraw-package')")
    op.create_index(
        "ix_event_change", "event", ["at"], unique=False, sqlite_where=changes, postgresql_where=changes
    )
    rows = [*_refused(), *_broken()]
    if rows:
        op.get_bind().execute(_FAILURE.insert(), rows)


def _refused() -> list[dict[str, Any]]:
    """A solution's refusals in an instance until it was installed there: one failure."""
    connection = op.get_bind()
    known = {(row.instance, row.solution): row for row in connection.execute(sa.select(_INSTALLATION))}
    query = (
        sa.select(_ASKED.c.installation_id, _ASKED.c.asked_at, _PORTAL.c.id, _PORTAL.c.template)
        .join_from(_ASKED, _PORTAL, _PORTAL.c.id == _ASKED.c.portal_id)
        .order_by(_ASKED.c.asked_at.desc(), _PORTAL.c.id.desc())
    )
    first = {row.installation_id: row for row in connection.execute(query)}
    query = (
        sa.select(_RUN, _STEP.c.solution, _STEP.c.state.label("verdict"), _STEP.c.error.label("said"))
        .add_columns(_STEP.c.ended_at.label("at"))
        .join_from(_STEP, _RUN, _RUN.c.id == _STEP.c.run_id)
        .where(_STEP.c.solution.is_not(None), _STEP.c.ended_at.is_not(None))
        .where(_STEP.c.state.in_(("done", "failed")))
        .order_by(_RUN.c.instance, _STEP.c.solution, _STEP.c.ended_at, _STEP.c.run_id)
    )
    found: list[dict[str, Any]] = []
    for place, tried in groupby(connection.execute(query), key=lambda row: (row.instance, row.solution)):
        open_: dict[str, Any] | None = None
        for row in tried:
            if row.verdict == "done":
                if open_ is not None:
                    open_ |= {"healed_at": row.at, "healed_by": _by(row.kind, open_["attempts"] == 1)}
                    found.append(open_)
                open_ = None
            elif (row.said or {}).get("kind") == "refused":
                here = known.get(place)
                asked = first.get(here.id if here else 0)
                if asked is None or asked.asked_at > row.at:  # no portal had asked yet
                    portal_id, template = row.portal_id, row.template or None
                else:
                    portal_id, template = asked.id, asked.template
                latest = {
                    "kind": "installation",
                    "key": str(here.id) if here else row.id,
                    "run_id": row.id,
                    "portal_id": portal_id,
                    "template": template,
                    "instance": place[0],
                    "solution": place[1],
                    "language": here.language if here else row.values.get("language"),
                    "version": row.said.get("version") or (here.version if here else None),
                    "last_at": row.at,
                    "healed_at": None,
                    "healed_by": None,
                    **_said(row.said),
                }
                began = open_ or {"failed_at": row.at, "attempts": 0}
                open_ = began | latest | {"attempts": began["attempts"] + 1}
        if open_ is not None:
            found.append(open_)
    return found


def _broken() -> list[dict[str, Any]]:
    """A run that broke, until a later one of its portal went through, or the solution was installed."""
    connection = op.get_bind()
    broke = (_RUN.c.state == "failed") & (_RUN.c.error["kind"].as_string() == "broken")
    at = (_STEP.c.run_id == _RUN.c.id) & (_STEP.c.name == _RUN.c.error["step"].as_string())
    query = (
        sa.select(_RUN, _STEP.c.solution, _INSTALLATION.c.language, _INSTALLATION.c.version)
        .outerjoin(_STEP, at)
        .outerjoin(
            _INSTALLATION,
            (_INSTALLATION.c.instance == _RUN.c.instance) & (_INSTALLATION.c.solution == _STEP.c.solution),
        )
        .where(broke)
        .order_by(_RUN.c.ended_at)
    )
    found: list[dict[str, Any]] = []
    latest: dict[tuple[Any, ...], dict[str, Any]] = {}  # one healing: the first retry of the last break only
    for row in connection.execute(query).all():
        healed = connection.execute(_healing(row)).first()
        failure = {
            "kind": "run",
            "key": row.id,
            "run_id": row.id,
            "portal_id": row.portal_id,
            "template": row.template or None,
            "instance": row.instance,
            "solution": row.solution,
            "language": row.values.get("language") or row.language,
            "version": row.error.get("version") or row.version,
            "attempts": 1,
            "failed_at": row.ended_at,
            "last_at": row.ended_at,
            "healed_at": None if healed is None else healed.ended_at,
            "healed_by": None if healed is None else _by(healed.kind, is_first=True),
            **_said(row.error),
        }
        if healed is not None:
            same = (
                row.portal_id,
                row.instance,
                row.solution if row.portal_id is None else None,
                healed.ended_at,
            )
            if same in latest and latest[same]["healed_by"] == "first-retry":
                latest[same]["healed_by"] = "later-retry"
            latest[same] = failure
        found.append(failure)
    return found


def _healing(row: Any) -> Any:
    if row.portal_id is not None:
        through = (_RUN.c.state == "succeeded") | (_RUN.c.error["kind"].as_string() == "refused")
        query = sa.select(_RUN.c.ended_at, _RUN.c.kind)
        query = query.where(_RUN.c.portal_id == row.portal_id, _RUN.c.number > row.number, through)
        return query.order_by(_RUN.c.ended_at).limit(1)
    query = sa.select(_STEP.c.ended_at, _RUN.c.kind).join_from(_STEP, _RUN, _RUN.c.id == _STEP.c.run_id)
    query = query.where(_RUN.c.instance == row.instance, _STEP.c.solution == row.solution)
    query = query.where(_STEP.c.state == "done", _STEP.c.ended_at > row.ended_at)
    return query.order_by(_STEP.c.ended_at).limit(1)


def _by(kind: str, is_first: bool) -> str:
    return "itself" if kind in ("provision", "heal") else "first-retry" if is_first else "later-retry"


def _said(error: dict[str, Any]) -> dict[str, Any]:
    return {
        "cause": str(error.get("cause") or "unknown"),
        "fingerprint": str(error.get("fingerprint") or ""),
        "error": error,
    }
