"""One verdict on a portal, beside its state: healthy, getting set up, slow, stuck, failed."""

from datetime import datetime

from core.insight.history import History
from core.insight.models import Verdict, VerdictState
from core.storage.tables import Portal, Run, RunStep


def verdict_of(
    portal: Portal, run: Run | None, steps: list[RunStep], history: History, now: datetime
) -> Verdict:
    """The verdict and why; the state None for a deleted portal."""
    if portal.state == "deleted":
        return Verdict(None, "The portal was deleted.")
    if run is not None and run.ended_at is None:
        return _under_way(run, steps, history, now)
    if portal.verdict == "healthy":
        return Verdict("healthy", "The portal answers its visitors.")
    error = (run.error if run is not None else None) or {}
    return Verdict("failed", str(error.get("message") or "The last run failed."))


def pace(run: Run, history: History, now: datetime) -> VerdictState:
    """How a run under way stands against its kind."""
    moved_at = run.moved_at or run.created_at
    longest = history.longest_step_s
    if longest is not None and len(history.run_s) > 1 and (now - moved_at).total_seconds() > max(longest, 60):
        return "stuck"
    slow_s = history.slow_s
    if slow_s is not None and run.started_at and (now - run.started_at).total_seconds() > max(slow_s, 30):
        return "slow"
    return "getting-set-up"


def _under_way(run: Run, steps: list[RunStep], history: History, now: datetime) -> Verdict:
    done = sum(step.state == "done" for step in steps)
    far = f"{done} of {len(steps)} steps done"
    state = pace(run, history, now)
    if state == "stuck":
        minutes = int((now - (run.moved_at or run.created_at)).total_seconds() // 60)
        return Verdict(
            "stuck", f"No step has moved for {minutes} min, longer than any of its kind took; {far}."
        )
    if state == "slow":
        return Verdict("slow", f"Slower than 95 % of its kind; {far}.")
    return Verdict("getting-set-up", f"{far[0].upper()}{far[1:]}.")
