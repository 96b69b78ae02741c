"""provision: one portal from options, or many from a file."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.commandline import options, shapes
from core.commandline.errors import REFUSED, OptionMisused, require
from core.commandline.opening import actor, opened
from core.commandline.output import hint, show
from core.portals.commands import Started, StartProvisioning

if TYPE_CHECKING:
    from rich.console import Console

    from core.access import Actor
    from core.bootstrap import Services

_Text = Annotated[str | None, typer.Option(show_default=False)]


def provision(
    name: _Text = None,
    subdomain: _Text = None,
    instance: Annotated[str | None, typer.Option(metavar="SLUG", show_default=False)] = None,
    language: Annotated[int | None, typer.Option(metavar="LCID", show_default=False)] = None,
    administrator: Annotated[str | None, typer.Option(metavar="EMAIL", show_default=False)] = None,
    audience: Annotated[
        str | None, typer.Option(metavar="partner|customer|employee", show_default=False)
    ] = None,
    portal: Annotated[str | None, typer.Option(metavar="SLUG", show_default=False)] = None,
    application: Annotated[
        int | None,
        typer.Option(
            metavar="ID", help="The licence; without it the first free one, production before trial."
        ),
    ] = None,
    as_: options.OptionalActor = None,
    accept_terms: Annotated[
        bool, typer.Option("--accept-terms", help="Accept the Terms of Service (R18).")
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Return when the run has ended; 1 if it failed.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Go on although the state of the instance blocks.")
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="Only validate.")] = False,
    file: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="A file with these options' names as columns, a portal a row."),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Provision a portal, or one a row of a file.

    Needs --as, and without --file every option from --name to --portal.
    """
    request = StartProvisioning(
        name or "", subdomain or "", instance, language, administrator, audience, portal, application
    )
    chosen = {**asdict(request), "name": name, "subdomain": subdomain}
    if file is not None:
        require(as_=as_)
        _refuse_beside_file(chosen)
        from core.commandline.many import provision_rows

        with opened() as services:
            provision_rows(services, file, actor(as_ or ""), accept_terms, wait, force, check, as_json)
        return
    del chosen["application"]
    require(**chosen, as_=as_)
    with opened() as services:
        if check:
            _check(services, request, actor(as_ or ""), as_json)
        else:
            _provision(services, request, actor(as_ or ""), accept_terms, wait, force, as_json)


def _refuse_beside_file(chosen: dict[str, Any]) -> None:
    given = next((name for name, value in chosen.items() if value is not None), None)
    if given is not None:
        raise OptionMisused(f"--{given} does not go together with --file. Put it into the file.", field=given)


def _check(services: "Services", request: StartProvisioning, who: "Actor", as_json: bool) -> None:
    found = services.portals.preflight(request, who)

    def draw(screen: "Console") -> None:
        from core.commandline.tables import print_checks

        print_checks(screen, found.checks)

    show({"checks": [shapes.check(one) for one in found.checks]}, as_json, draw)
    if not found.is_clear:
        raise typer.Exit(REFUSED)


def _provision(
    services: "Services",
    request: StartProvisioning,
    who: "Actor",
    accept_terms: bool,
    wait: bool,
    force: bool,
    as_json: bool,
) -> None:
    started = services.portals.provision(request, who, accepted_terms=accept_terms, force=force)
    if wait:
        _wait(services, started)
    else:
        _say_who_runs_it(services)
    found = services.insight.portal(started.portal_id, who)
    run = services.insight.run(started.run_id)

    def draw(screen: "Console") -> None:
        from core.commandline.tables import print_portal, print_run

        print_portal(screen, found)
        if run.state == "failed":
            screen.print()
            print_run(screen, run)

    show({"portal": shapes.portal(found.portal), "run": shapes.run(run)}, as_json, draw)
    if wait and run.state != "succeeded":
        raise typer.Exit(REFUSED)


def _wait(services: "Services", started: Started) -> None:
    from core.commandline.waiting import wait_for
    from core.commandline.watching import tell_end, watched

    hint(f"Portal {started.portal_id}, run {started.run_id}")
    with watched(services, started.run_id) as look:
        wait_for(services, [started.run_id], look)
    tell_end(services.insight.run(started.run_id))


def _say_who_runs_it(services: "Services") -> None:
    from core.provisioning.leases import has_live_executor

    if not has_live_executor(services.store, services.settings.lease_s):
        hint("No engine runs now: the run begins when the console starts, or `python -m core worker`.")
