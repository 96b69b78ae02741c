"""trends: is it getting better? And the daily sums behind it, checked or made again."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.commandline import options
from core.commandline.errors import REFUSED, OptionMisused
from core.commandline.opening import actor, opened
from core.commandline.output import show
from core.settings import CONSOLE_ADMINISTRATOR

if TYPE_CHECKING:
    from rich.console import Console

    from core.bootstrap import Services
    from core.insight.trends import Trends


def trends(
    days: Annotated[
        int, typer.Option("--days", metavar="N", help="The last N days, beside the N days before.")
    ] = 30,
    instance: Annotated[
        str | None, typer.Option("--instance", metavar="I", help="Only in this instance.", show_default=False)
    ] = None,
    portal: Annotated[
        str | None,
        typer.Option("--portal", metavar="P", help="Only this portal template.", show_default=False),
    ] = None,
    is_check: Annotated[
        bool,
        typer.Option(
            "--check", help="Compare the daily sums with runs and failures; exit 1 where they differ."
        ),
    ] = False,
    is_rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Make the daily sums anew from runs and failures.")
    ] = False,
    as_: options.Reader = CONSOLE_ADMINISTRATOR,
    as_json: options.Json = False,
) -> None:
    """Failure rate, causes, time to provision and to recover, in a period beside the one before."""
    if is_check and is_rebuild:
        raise OptionMisused(
            "--check and --rebuild do not go together. Run one after the other.", field="check"
        )
    from core.insight.trends import TrendFilter

    with opened() as services:
        if is_rebuild:
            _rebuild(services, as_json)
        elif is_check:
            _check(services, as_json)
        else:
            _show(services.trends.read(TrendFilter(days, instance, portal), actor(as_)), as_json)


def _show(found: "Trends", as_json: bool) -> None:
    document: dict[str, Any] = asdict(found) | {
        "now": asdict(found.now) | {"share": found.now.share},
        "before": asdict(found.before) | {"share": found.before.share},
    }

    def draw(screen: "Console") -> None:
        from core.commandline.tables import print_table

        screen.print(
            f"{found.direction.capitalize()}: {_percent(found.now.share)} of {found.now.runs:,} runs failed ",
            end="",
        )
        screen.print(
            f"in {found.wanted.days} days; {_percent(found.before.share)} of {found.before.runs:,} before."
        )
        rows = [(c.name, c.life, c.failures, f"{c.change:+d}", c.open) for c in found.causes]
        print_table(screen, ("Cause", "Life", "Failures", "Change", "Open"), rows)

    show(document, as_json, draw)


def _check(services: "Services", as_json: bool) -> None:
    differences = services.trends.check()
    document = {"agree": not differences, "differences": [asdict(one) for one in differences]}

    def draw(screen: "Console") -> None:
        if not differences:
            screen.print("The daily sums are what runs and failures say.")
            return
        screen.print("The daily sums differ from runs and failures. Run `python -m core trends --rebuild`.")
        for one in differences:
            where = " ".join(filter(None, (one.instance or "everywhere", one.cut, one.key)))
            screen.print(f"{one.day} {where} {one.measure}: {one.kept}, should be {one.should_be}")

    show(document, as_json, draw)
    if differences:
        raise typer.Exit(REFUSED)


def _rebuild(services: "Services", as_json: bool) -> None:
    counted = services.trends.rebuild()
    show(
        {"counted": counted},
        as_json,
        lambda screen: screen.print(f"Made anew: {counted:,} things are counted."),
    )


def _percent(share: float | None) -> str:
    return "none" if share is None else f"{share:.1%}"
