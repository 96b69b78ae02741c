"""provision --file: each row on its own, so that a bad one stops no other."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from core.access import Actor
from core.commandline import faults, shapes
from core.commandline.errors import REFUSED, as_document
from core.commandline.output import error_console, show
from core.commandline.requests_file import Row, read
from core.errors import PorticoError
from core.portals.commands import Preflight, Started, StartProvisioning

if TYPE_CHECKING:
    from rich.console import Console

    from core.bootstrap import Services


@dataclass(frozen=True)
class _Outcome:
    """What became of a row."""

    row: int
    started: Started | None = None
    preflight: Preflight | None = None
    error: PorticoError | None = None


def provision_rows(
    services: "Services",
    file: Path,
    who: Actor,
    accept_terms: bool,
    wait: bool,
    force: bool,
    check: bool,
    as_json: bool,
) -> None:
    """Do every row, wait for what was started if asked to, print the rows; exits 1 where one failed."""

    def do(number: int, request: StartProvisioning) -> _Outcome:
        if check:
            return _Outcome(number, preflight=services.portals.preflight(request, who))
        return _Outcome(
            number,
            started=services.portals.provision(request, who, accepted_terms=accept_terms, force=force),
        )

    outcomes = [_outcome(row, do) for row in read(file)]
    started = [outcome.started for outcome in outcomes if outcome.started is not None]
    is_bad = any(o.error is not None or (o.preflight and not o.preflight.is_clear) for o in outcomes)
    if wait and started:
        is_bad = _wait(services, started) or is_bad
    items = [_item(services, outcome, who) for outcome in outcomes]
    show({"total": len(items), "items": items}, as_json, lambda screen: _draw(screen, items))
    if is_bad:
        raise typer.Exit(REFUSED)


def _outcome(row: Row, do: Any) -> _Outcome:
    if row.request is None:
        return _Outcome(row.number, error=row.error)
    try:
        outcome: _Outcome = do(row.number, row.request)
    except Exception as error:  # noqa: BLE001 - whatever went wrong with this row, the others are done and told
        return _Outcome(row.number, error=faults.as_error(error))
    return outcome


def _wait(services: "Services", started: list[Started]) -> bool:
    """Wait for every run; whether one of them failed."""
    from core.commandline.waiting import wait_for
    from core.provisioning.queries import open_runs

    run_ids = [one.run_id for one in started]
    screen = error_console()
    told = [len(run_ids)]

    def look() -> None:
        left = len(set(run_ids) & set(open_runs(services.store)))
        if left != told[-1]:
            told.append(left)
            screen.print(f"{len(run_ids) - left} of {len(run_ids)} runs have ended")

    wait_for(services, run_ids, look)
    return any(services.insight.run(run_id).state != "succeeded" for run_id in run_ids)


def _item(services: "Services", outcome: _Outcome, who: Actor) -> dict[str, Any]:
    if outcome.error is not None:
        return {"row": outcome.row, **as_document(outcome.error)}
    if outcome.preflight is not None:
        return {"row": outcome.row, "checks": [shapes.check(check) for check in outcome.preflight.checks]}
    assert outcome.started is not None  # noqa: S101 - one of the three is always there
    return {
        "row": outcome.row,
        "portal": shapes.portal(services.insight.portal(outcome.started.portal_id, who).portal),
    }


def _draw(screen: "Console", items: list[dict[str, Any]]) -> None:
    from core.commandline.tables import print_table, state

    rows = []
    for item in items:
        portal = item.get("portal", {})
        blocked = [check["message"] for check in item.get("checks", ()) if check["state"] == "blocked"]
        errors = [
            error["message"] for error in item.get("errors", [item["error"]] if "error" in item else [])
        ]
        word = "failed" if errors else "blocked" if blocked else portal.get("state", "fine")
        rows.append(
            (item["row"], portal.get("id"), state(word), portal.get("url") or " ".join(errors or blocked))
        )
    print_table(screen, ("Row", "Portal", "State", "URL or reason"), rows)
