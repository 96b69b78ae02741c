"""portals restart, cancel, delete, reset: what becomes of a portal after its submit (R21–R23)."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from core.commandline import options, shapes
from core.commandline.errors import REFUSED, OptionMisused
from core.commandline.lists import MOST
from core.commandline.opening import actor, opened
from core.commandline.output import hint, show
from core.errors import NotFound
from core.portals.commands import StartProvisioning
from core.settings import CONSOLE_ADMINISTRATOR

if TYPE_CHECKING:
    from rich.console import Console

    from core.access import Actor
    from core.bootstrap import Services

_Text = Annotated[str | None, typer.Option(show_default=False)]


def restart(
    portal_id: options.PortalId,
    as_: options.Actor,
    name: _Text = None,
    subdomain: _Text = None,
    language: Annotated[int | None, typer.Option(metavar="LCID", show_default=False)] = None,
    administrator: Annotated[str | None, typer.Option(metavar="EMAIL", show_default=False)] = None,
    audience: Annotated[
        str | None, typer.Option(metavar="partner|customer|employee", show_default=False)
    ] = None,
    portal: Annotated[str | None, typer.Option(metavar="SLUG", show_default=False)] = None,
    wait: Annotated[
        bool, typer.Option("--wait", help="Return when the run has ended; 1 if it failed.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Change values although the state of the instance blocks.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Restart provisioning from the first unfinished step (R22), or afresh with the values given (R23)."""
    given = {
        "name": name,
        "subdomain": subdomain,
        "language": language,
        "administrator": administrator,
        "audience": audience,
        "portal": portal,
    }
    wanted = {key: value for key, value in given.items() if value is not None}
    empty = next((key for key, value in wanted.items() if value == ""), None)
    if empty is not None:
        raise OptionMisused(f"--{empty} is empty. Leave it out to keep the value.", field=empty)
    if force and not wanted:
        raise OptionMisused(
            "--force goes past the preflight of changed values; a restart without any has none.",
            field="force",
        )
    with opened() as services:
        known = _known_id(portal_id)
        if wanted:
            request = StartProvisioning(**wanted)  # type: ignore[arg-type]  # values by the fields' own names
            run_id = services.lifecycle.change_and_restart(known, request, actor(as_), force=force)
        else:
            run_id = services.lifecycle.restart(known, actor(as_))
        state = _follow(services, run_id, wait)
        _show(services, known, as_json)
    if wait and state != "succeeded":
        raise typer.Exit(REFUSED)


def cancel(portal_id: options.PortalId, as_: options.Actor, as_json: options.Json = False) -> None:
    """Cancel the run that is under way; what it has done stands."""
    _act(portal_id, as_json, lambda services, who, known: services.lifecycle.cancel(known, who), as_)


def delete(
    portal_id: options.PortalId,
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Why; kept in the history.", show_default=False)
    ],
    as_: options.Actor,
    as_json: options.Json = False,
) -> None:
    """Delete a portal's website; its licence is free at once, its subdomain after the purge time."""
    _act(portal_id, as_json, lambda services, who, known: services.lifecycle.delete(known, reason, who), as_)


def reset(portal_id: options.PortalId, as_: options.Actor, as_json: options.Json = False) -> None:
    """Reset the portal's application to Not Configured: delete without a reason."""
    _act(portal_id, as_json, lambda services, who, known: services.lifecycle.reset(known, who), as_)


def _act(
    portal_id: int, as_json: bool, command: Callable[["Services", "Actor", int], None], email: str
) -> None:
    with opened() as services:
        known = _known_id(portal_id)
        command(services, actor(email), known)
        _show(services, known, as_json)


def _follow(services: "Services", run_id: str, wait: bool) -> str:
    """The run's state, at its end if it is waited for."""
    from core.commandline.waiting import wait_for
    from core.commandline.watching import tell_end, watched
    from core.provisioning.leases import has_live_executor

    if wait:
        hint(f"Run {run_id}")
        with watched(services, run_id) as look:
            wait_for(services, [run_id], look)
        tell_end(services.insight.run(run_id))
    elif not has_live_executor(services.store, services.settings.lease_s):
        hint("No engine runs now: the run begins when the console starts, or `python -m core worker`.")
    return services.insight.run(run_id).state


def _show(services: "Services", portal_id: int, as_json: bool) -> None:
    """The portal afterwards: who could act on it may also see it."""
    found = services.insight.portal(portal_id, actor(CONSOLE_ADMINISTRATOR))

    def draw(screen: "Console") -> None:
        from core.commandline.tables import print_portal

        print_portal(screen, found)

    show(shapes.portal(found.portal), as_json, draw)


def _known_id(portal_id: int) -> int:
    if not 0 < portal_id <= MOST:
        raise NotFound(f"There is no portal {portal_id}. `portals list` shows those there are.", field="id")
    return portal_id
