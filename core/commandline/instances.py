"""instances: what the platform says of them, and what an administrator does there."""

import math
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.commandline import options, shapes
from core.commandline.changes import Step, steps_of
from core.commandline.lists import Page
from core.commandline.opening import actor, opened
from core.commandline.output import show
from core.commandline.parsing import order_of_options
from core.errors import InvalidValue
from core.settings import CONSOLE_ADMINISTRATOR

if TYPE_CHECKING:
    from rich.console import Console

    from core.access import Actor
    from core.bootstrap import Services
    from core.directory.directory import KnownInstance

FIELDS = ("slug", "name", "url", "base_language", "administration_mode")

_Slug = Annotated[str, typer.Argument(metavar="SLUG", help="The instance.", show_default=False)]


def list_instances(
    as_: options.Reader = CONSOLE_ADMINISTRATOR,
    as_json: options.Json = False,
    limit: options.Limit = None,
    offset: options.Offset = 0,
    sort: options.Sort = None,
) -> None:
    """The instances that the reader is a user of; the console administrator sees all."""
    page = Page.of(limit, offset, sort, FIELDS)
    with opened() as services:
        visible = services.directory.visible(actor(as_))
        found = {k.slug: k for k in services.directory.all() if visible is None or k.slug in visible}
    document = page.cut([shapes.instance(known) for known in found.values()])

    def draw(screen: "Console") -> None:
        from core.commandline.tables import print_instance, print_total

        for item in document["items"]:
            known = found[item["slug"]]
            print_instance(screen, known.instance)
            _draw_silence(screen, known)
            screen.print()
        print_total(screen, len(document["items"]), document["total"], "instances")

    show(document, as_json, draw)


def add(
    slug: _Slug,
    name: Annotated[str, typer.Option("--name", help="Its name, for people.", show_default=False)],
    base_language: Annotated[
        int, typer.Option("--base-language", metavar="LCID", help="Its base language.", show_default=False)
    ],
    as_: options.Actor,
    as_json: options.Json = False,
) -> None:
    """Add an instance of `local`; who adds it is its System Administrator."""
    with opened() as services:
        known = services.instances.add(slug, name, base_language, actor(as_))
    _show(known, as_json)


def change(
    slug: _Slug,
    as_: options.Actor,
    administration_mode: Annotated[str | None, typer.Option(metavar="on|off")] = None,
    install_language: Annotated[list[int] | None, typer.Option(metavar="LCID")] = None,
    remove_language: Annotated[list[int] | None, typer.Option(metavar="LCID")] = None,
    base_language: Annotated[int | None, typer.Option(metavar="LCID")] = None,
    grant: Annotated[list[str] | None, typer.Option(metavar="ROLE", help="Assign a role to --user.")] = None,
    revoke: Annotated[list[str] | None, typer.Option(metavar="ROLE", help="Take a role from --user.")] = None,
    access_mode: Annotated[
        list[str] | None,
        typer.Option(metavar="MODE", help="Of --user: read-write, administrative, read, non-interactive."),
    ] = None,
    default_language: Annotated[list[int] | None, typer.Option(metavar="LCID", help="Of --user.")] = None,
    user: Annotated[
        list[str] | None,
        typer.Option(
            metavar="EMAIL", help="Whom the user's changes concern: once for all, or once for each."
        ),
    ] = None,
    import_solution: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE_OR_UNIQUE_NAME",
            help="Import a solution, with those that its package brings before it.",
        ),
    ] = None,
    hold_solution: Annotated[
        list[str] | None, typer.Option(metavar="UNIQUE_NAME", help="Leave an upgrade of it unfinished.")
    ] = None,
    reachable: Annotated[str | None, typer.Option(metavar="yes|no")] = None,
    delay: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="How long each installation takes on top.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Do the ordinary administrative actions, in the order of their options; prints the instance afterwards.

    Changes that stand side by side are done all or none; an import is one of its own.
    """
    given: dict[str, Any] = {
        "administration_mode": _switch("administration-mode", administration_mode, "on", "off"),
        "install_language": install_language,
        "remove_language": remove_language,
        "base_language": base_language,
        "grant": grant,
        "revoke": revoke,
        "access_mode": access_mode,
        "default_language": default_language,
        "user": user,
        "import_solution": import_solution,
        "hold_solution": hold_solution,
        "reachable": _switch("reachable", reachable, "yes", "no"),
        "delay": _finite("delay", delay),
    }
    steps = steps_of(given, order_of_options())
    with opened() as services:
        known = _carry_out(services, slug, steps, actor(as_))
    _show(known, as_json)


def _carry_out(services: "Services", slug: str, steps: list[Step], who: "Actor") -> "KnownInstance":
    known = None
    for step in steps:
        if step.solution is None:
            known = services.instances.change(slug, step.changes, who)
        else:
            known = services.instances.import_solution(slug, step.solution, who)
    return known or services.directory.get(slug)


def _switch(field: str, value: str | None, on: str, off: str) -> bool | None:
    if value is None:
        return None
    if value not in {on, off}:
        raise InvalidValue(f"--{field} can't be {value!r}. Give {on} or {off}.", field=field)
    return value == on


def _finite(field: str, value: float | None) -> float | None:
    if value is not None and not math.isfinite(value):
        raise InvalidValue(f"--{field} can't be {value}. Give a number of seconds.", field=field)
    return value


def _show(known: "KnownInstance", as_json: bool) -> None:
    def draw(screen: "Console") -> None:
        from core.commandline.tables import print_instance

        print_instance(screen, known.instance)
        _draw_silence(screen, known)

    show(shapes.instance(known), as_json, draw)


def _draw_silence(screen: "Console", known: "KnownInstance") -> None:
    if not known.is_reachable:
        screen.print(
            f"[yellow]Does not answer; as of {known.synchronised_at:%Y-%m-%d %H:%M:%S} UTC.[/yellow]"
        )
