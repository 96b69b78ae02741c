"""One verdict on a portal: what its URL shows, what its packages say and what its run says, together."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.insight.installation_models import InstallationSummary
from core.insight.models import PortalDetails

LIVE, GETTING_SET_UP, NOT_FOUND = 200, 503, 404


@dataclass(frozen=True)
class Together:
    """The three sayings, and whether they agree; each a sentence."""

    url: str
    packages: str
    run: str
    agrees: bool


def together(
    details: PortalDetails, url_status: int, installations: Sequence[InstallationSummary]
) -> Together:
    """What the three say. `url_status`: what a visitor gets now, 0 where nothing answers."""
    installed = sum(one.state == "installed" for one in installations)
    failed = [one.solution for one in installations if one.state == "install-failed"]
    is_live = url_status == LIVE
    return Together(
        _url(url_status),
        _packages(installed, failed, len(installations)),
        _run(details),
        agrees=_agrees(details, is_live=is_live, has_failed=bool(failed)),
    )


def _url(status: int) -> str:
    if status == LIVE:
        return "Visitors see the portal."
    if status == GETTING_SET_UP:
        return "Visitors see “Getting set up”."
    if status == NOT_FOUND:
        return "There is no website under this URL."
    return "Nothing answers." if status == 0 else f"Visitors get the answer {status}."


def _packages(installed: int, failed: Sequence[str], total: int) -> str:
    if not total:
        return "No solution was asked for."
    if failed:
        named = failed[0] if len(failed) == 1 else f"{failed[0]} and {len(failed) - 1} more"
        return f"{installed} of {total} are installed; Install Failed: {named}."
    return f"All {total} are installed." if installed == total else f"{installed} of {total} are installed."


def _run(details: PortalDetails) -> str:
    if not details.runs:
        return "There was no attempt yet."
    run = details.runs[0]
    said = f"Attempt {run.number}"
    if run.is_open:
        return f"{said} is under way, {run.done} of {len(run.steps)} steps done."
    words = {"succeeded": "went through", "cancelled": "was cancelled", "failed": "failed"}
    if run.state == "failed" and (run.error or {}).get("kind") == "refused":
        return f"{said} went through to its end, but solutions were refused."
    return f"{said} {words.get(run.state, run.state)}."


def _agrees(details: PortalDetails, *, is_live: bool, has_failed: bool) -> bool:
    """Whether the verdict is what the URL and the packages show: a live portal is healthy, and only a healthy one live."""
    if details.verdict.state == "healthy":
        return is_live and not has_failed
    if details.verdict.state == "failed":
        return not is_live
    return True
