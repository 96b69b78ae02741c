"""Every failure that ever was, derived from steps and runs alone: what the rows of `failure` must say as well.

A refused installation and all its attempts until it was installed are one failure; a run that broke is one. A run that failed
because of an installation is the installation's; one that a person cancelled is none.
"""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from core.storage.tables import Installation, InstallationPortal, Portal, Run, RunStep

_run: Any = sa.inspect(Run).local_table
_step: Any = sa.inspect(RunStep).local_table
_installation: Any = sa.inspect(Installation).local_table


def told(error: Any, name: str) -> Any:
    """A text that was kept with an error, as SQL."""
    return error[name].as_string()


def failures() -> Any:
    """A row a failure, with the fields of `Failure`; `run_id` is its last attempt's."""
    return sa.union_all(_refused(), _broken()).subquery("failure")


def _tried() -> Any:
    """Every attempt at a solution that was ever refused, with the next attempt that was not."""
    is_refused = (_step.c.state == "failed") & (told(_step.c.error, "kind") == "refused")
    other, other_run = _step.alias(), _run.alias()
    ever = (
        sa.select(other_run.c.instance, other.c.solution)
        .join(other_run, other_run.c.id == other.c.run_id)
        .where(other.c.state == "failed", other.c.solution.is_not(None))
        .where(told(other.c.error, "kind") == "refused")
        .distinct()
        .subquery("ever")
    )
    done_at = sa.case((_step.c.state == "done", _step.c.ended_at))
    healed_at = sa.func.min(done_at).over(
        partition_by=(_run.c.instance, _step.c.solution),
        order_by=(_step.c.ended_at, _step.c.run_id),
        rows=(0, None),
    )
    return (
        sa.select(
            _run.c.instance,
            _run.c.template,
            _run.c.id.label("run_id"),
            _step.c.solution,
            _step.c.state,
            _step.c.error,
            _step.c.ended_at,
            _run.c["values"]["language"].as_integer().label("language"),
            sa.type_coerce(healed_at, _step.c.ended_at.type).label("healed_at"),
        )
        .join(_run, _run.c.id == _step.c.run_id)
        .join(ever, (ever.c.instance == _run.c.instance) & (ever.c.solution == _step.c.solution))
        .where(_step.c.ended_at.is_not(None), (_step.c.state == "done") | is_refused)
        .subquery("tried")
    )


def _refused() -> Any:
    tried = _tried()
    same = (tried.c.instance, tried.c.solution, tried.c.healed_at)
    episode = (
        sa.select(
            tried,
            sa.func.row_number().over(partition_by=same, order_by=tried.c.ended_at.desc()).label("latest"),
            sa.type_coerce(
                sa.func.min(tried.c.ended_at).over(partition_by=same), tried.c.ended_at.type
            ).label("failed_at"),
            sa.func.count().over(partition_by=same).label("attempts"),
        )
        .where(tried.c.state == "failed")
        .subquery("episode")
    )
    asked = (
        sa.select(col(Portal.template))
        .join(InstallationPortal, col(InstallationPortal.portal_id) == col(Portal.id))
        .where(col(InstallationPortal.installation_id) == _installation.c.id)
        .order_by(col(InstallationPortal.asked_at), col(Portal.id))
        .limit(1)
        .correlate(_installation)
        .scalar_subquery()
    )
    here = (_installation.c.instance == episode.c.instance) & (_installation.c.solution == episode.c.solution)
    return (
        sa.select(
            sa.literal("installation").label("kind"),
            sa.func.coalesce(sa.cast(_installation.c.id, sa.String), episode.c.run_id).label("key"),
            episode.c.instance,
            sa.func.coalesce(asked, sa.func.nullif(episode.c.template, "")).label("template"),
            episode.c.solution,
            sa.func.coalesce(told(episode.c.error, "cause"), "unknown").label("cause"),
            sa.func.coalesce(_installation.c.language, episode.c.language).label("language"),
            sa.func.coalesce(told(episode.c.error, "version"), _installation.c.version).label("version"),
            episode.c.failed_at,
            episode.c.ended_at.label("last_at"),
            episode.c.attempts,
            episode.c.healed_at,
            episode.c.error,
            episode.c.run_id,
        )
        .outerjoin(_installation, here)
        .where(episode.c.latest == 1)
    )


def _broken() -> Any:
    at = (_step.c.run_id == _run.c.id) & (_step.c.name == told(_run.c.error, "step"))
    here = (_installation.c.instance == _run.c.instance) & (_installation.c.solution == _step.c.solution)
    return (
        sa.select(
            sa.literal("run").label("kind"),
            _run.c.id.label("key"),
            _run.c.instance,
            sa.func.nullif(_run.c.template, "").label("template"),
            _step.c.solution,
            sa.func.coalesce(told(_run.c.error, "cause"), "unknown").label("cause"),
            sa.func.coalesce(_run.c["values"]["language"].as_integer(), _installation.c.language).label(
                "language"
            ),
            sa.func.coalesce(told(_run.c.error, "version"), _installation.c.version).label("version"),
            _run.c.ended_at.label("failed_at"),
            _run.c.ended_at.label("last_at"),
            sa.literal(1).label("attempts"),
            sa.type_coerce(_mended_at(), _run.c.ended_at.type).label("healed_at"),
            _run.c.error,
            _run.c.id.label("run_id"),
        )
        .outerjoin(_step, at)
        .outerjoin(_installation, here)
        .where(_run.c.state == "failed", told(_run.c.error, "kind") == "broken")
    )


def _mended_at() -> Any:
    """When a run that broke was made good: by a later one of its portal that went through, or an installation that did."""
    later, step, its_run = _run.alias(), _step.alias(), _run.alias()
    went_through = (later.c.state == "succeeded") | (told(later.c.error, "kind") == "refused")
    of_portal = (
        sa.select(sa.func.min(later.c.ended_at))
        .where(later.c.portal_id == _run.c.portal_id, later.c.number > _run.c.number, went_through)
        .correlate(_run)
        .scalar_subquery()
    )
    of_import = (
        sa.select(sa.func.min(step.c.ended_at))
        .join(its_run, its_run.c.id == step.c.run_id)
        .where(_run.c.portal_id.is_(None), its_run.c.instance == _run.c.instance)
        .where(step.c.solution == _step.c.solution, step.c.state == "done")
        .where(step.c.ended_at > _run.c.ended_at)
        .correlate(_run, _step)
        .scalar_subquery()
    )
    return sa.func.coalesce(of_portal, of_import)
