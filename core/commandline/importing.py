"""Carry out a plan of imports, wait for it and for what it sets off (a healed portal is live), and tell what came of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer

from core.commandline.errors import REFUSED
from core.commandline.opening import actor
from core.commandline.output import hint, show
from core.insight.installation_models import InstallationFilter, InstallationSummary
from core.settings import CONSOLE_ADMINISTRATOR

if TYPE_CHECKING:
    from rich.console import Console

    from core.access import Actor
    from core.bootstrap import Services
    from core.portals.installations import Kind, StartedImports
    from core.portals.retries import ImportPlan, PlannedItem

OUTCOMES = {"installed": "green", "queued": "cyan", "failed": "red", "refused": "red"}


def await_runs(services: "Services", started: "StartedImports", plan: "ImportPlan") -> bool:
    """Return when the imports and the portals that they heal have ended; whether finishing a portal failed."""
    from core.commandline.waiting import wait_for

    runs = set(started.run_ids)
    if any(item.wanted.is_under_way for item in plan.items):
        runs |= services.installation_insight.under_way({item.wanted.instance for item in plan.items})
    waited: set[str] = set()
    while runs - waited:
        now = sorted(runs - waited)
        hint("Waiting for " + (f"run {now[0]}" if len(now) == 1 else f"{len(now)} runs"))
        wait_for(services, now, _looks(services, now))
        waited |= runs
        runs |= set(services.installation_insight.set_off_by(sorted(started.run_ids)))
    healed = set(services.installation_insight.set_off_by(sorted(started.run_ids)))
    failed = [run for run in sorted(healed) if services.insight.run(run).state != "succeeded"]
    for run in failed:
        error = services.insight.run(run).error or {}
        hint(f"Run {run}, which finishes a portal, failed: {error.get('message', '')}")
    return bool(failed)


def say_who_runs_them(services: "Services", started: "StartedImports") -> None:
    """A word where nobody is there to do it."""
    from core.provisioning.leases import has_live_executor

    if started.run_ids and not has_live_executor(services.store, services.settings.lease_s):
        hint("No engine runs now: it begins when the console starts, or `python -m core worker`.")


def _looks(services: "Services", run_ids: list[str]) -> Callable[[], None]:
    """Tell each step's change on standard error."""
    told: dict[tuple[str, str], str] = {}

    def look() -> None:
        for run_id in run_ids:
            for step in services.insight.run(run_id).steps:
                key = (run_id, step.name)
                if step.state in {"done", "failed"} and told.get(key) != step.state:
                    told[key] = step.state
                    message = str((step.error or {}).get("message", ""))
                    hint(f"{step.name} {step.state}{f': {message}' if message else ''}")

    return look


def carry_out(
    services: "Services",
    plan: "ImportPlan",
    who: "Actor",
    kind: "Kind",
    wait: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Start the plan and print an outcome an item; exits with 1 where one was refused or failed."""
    started = services.installations.start(plan, who, kind=kind, force=force)
    has_failed = False
    if wait:
        has_failed = await_runs(services, started, plan)
    else:
        say_who_runs_them(services, started)
    items = _outcomes(services, plan, started, is_over=wait)
    _show_outcomes(items, as_json)
    if has_failed or any(item["outcome"] in {"refused", "failed"} for item in items):
        raise typer.Exit(REFUSED)


def _outcomes(
    services: "Services", plan: "ImportPlan", started: "StartedImports", *, is_over: bool
) -> list[dict[str, Any]]:
    wanted = InstallationFilter(
        tuple({item.wanted.instance for item in plan.items}),
        solutions=tuple({item.wanted.solution for item in plan.items}),
    )
    found = services.installations.list(wanted, actor(CONSOLE_ADMINISTRATOR)) if plan.items else ()
    rows = {(one.instance, one.solution): one for one in found}
    return [_outcome(item, rows, started, is_over=is_over) for item in plan.items]


def _outcome(
    item: "PlannedItem",
    rows: Mapping[tuple[str, str], InstallationSummary],
    started: "StartedImports",
    *,
    is_over: bool,
) -> dict[str, Any]:
    row = rows.get(item.key)
    outcome, reason = "queued", item.reason
    if item in started.refused:
        outcome = "refused"
    elif item in started.done_already:
        outcome = "installed"
    elif is_over and row is not None:
        is_there = row.state == "installed"
        outcome = "installed" if is_there else "failed"
        reason = None if is_there else row.reason or "The run ended before its turn came."
    return {
        "id": row.id if row is not None else item.wanted.installation_id,
        "instance": item.wanted.instance,
        "solution": item.wanted.solution,
        "version": item.version or None,
        "language": item.wanted.language,
        "outcome": outcome,
        "reason": reason,
    }


def _show_outcomes(items: Sequence[dict[str, Any]], as_json: bool) -> None:
    def draw(screen: "Console") -> None:
        from rich.text import Text

        from core.commandline.tables import print_table

        rows = [
            (
                item["id"],
                item["instance"],
                item["solution"],
                item["version"],
                Text(item["outcome"], style=OUTCOMES[item["outcome"]]),
                item["reason"] or "",
            )
            for item in items
        ]
        if rows:
            print_table(screen, ("ID", "Instance", "Solution", "Version", "Outcome", "Reason"), rows)
        else:
            screen.print("There is nothing to do.")

    show({"items": list(items)}, as_json, draw)
