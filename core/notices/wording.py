"""What a notice says: a title that tells it all, and a few plain lines."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

Message = tuple[str, str]
MOST_IN_A_DIGEST = 30
_KINDS = {
    "provision": "Provisioning",
    "restart": "The restart",
    "change": "The restart with changed values",
    "heal": "The last part",
    "install": "The installation",
    "retry": "The retry",
}
_ENDS = {"succeeded": "went through", "failed": "failed", "cancelled": "was cancelled"}


def of_test(name: str) -> Message:
    """A test message."""
    return "Portico: a test message", f"The notification “{name}” works: messages come here."


def of_run_end(what: str, kind: str, state: str, by: str, error: str | None, links: Sequence[str]) -> Message:
    """A run ended; `what` is the portal, or the instance that it installed in."""
    title = f"{what}: {_KINDS.get(kind, 'A run')[:1].lower()}{_KINDS.get(kind, 'A run')[1:]} {_ENDS[state]}"
    lines = [f"{_KINDS.get(kind, 'A run')} of {what} {_ENDS[state]}. Asked for by {by}."]
    if error:
        lines.append(error)
    return title, "\n".join([*lines, *links])


def of_slow_run(what: str, kind: str, started_at: datetime, links: Sequence[str]) -> Message:
    """A run takes longer than its like."""
    said = f"{_KINDS.get(kind, 'A run')} of {what} takes longer than 95 % of its kind."
    more = f"It has been under way since {started_at:%Y-%m-%d %H:%M} UTC."
    return f"{what}: slower than usual", "\n".join((said, more, *links))


def of_trial_end(name: str, ends_at: datetime, days: int, links: Sequence[str]) -> Message:
    """A trial ends soon."""
    left = "1 day" if days == 1 else f"{days} days"
    said = f"The trial of {name} ends on {ends_at:%Y-%m-%d %H:%M} UTC, in {left} or less."
    return f"{name}: the trial ends within {left}", "\n".join((said, *links))


def of_surge(
    cause: str, failures: int, hours: int, usual: float, instances: Sequence[str], links: Sequence[str]
) -> Message:
    """A cause comes up far more often than usual."""
    said = f"{failures} failures of the cause “{cause}” in the last {hours} hours; usually {usual:.1f}."
    return f"{cause}: {failures} failures in {hours} hours", "\n".join(
        (said, f"In: {', '.join(instances)}.", *links)
    )


def of_digest(contents: Sequence[dict[str, Any]]) -> Message:
    """Several notices in one."""
    titles = [f"- {content['title']}" for content in contents[:MOST_IN_A_DIGEST]]
    left = len(contents) - len(titles)
    if left:
        titles.append(f"… and {left:,} more; the page Activity lists them all.")
    return f"Portico: {len(contents):,} messages", "\n".join(titles)
