"""Wait for runs that import solutions, and for those that they set off: a healed portal is live."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.commandline.output import hint

if TYPE_CHECKING:
    from core.bootstrap import Services
    from core.portals.installations import StartedImports
    from core.portals.retries import ImportPlan


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
