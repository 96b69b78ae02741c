"""failures: how many there are by cause, portal, solution, instance, language or version."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from core.commandline import options
from core.commandline.lists import Page
from core.commandline.opening import actor, opened
from core.commandline.output import show
from core.settings import CONSOLE_ADMINISTRATOR

if TYPE_CHECKING:
    from rich.console import Console

FIELDS = ("key", "name", "failures", "share", "healed", "previous", "change")


def failures(
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="CUT",
            help="cause, portal, solution, instance, language or version.",
            show_default=False,
        ),
    ],
    days: Annotated[
        int | None,
        typer.Option("--days", metavar="N", help="Only the last N days, beside the N days before."),
    ] = None,
    as_: options.Reader = CONSOLE_ADMINISTRATOR,
    as_json: options.Json = False,
    limit: options.Limit = None,
    offset: options.Offset = 0,
    sort: options.Sort = None,
) -> None:
    """How many installations were refused and runs broke, each counted once; those fixed since among them."""
    page = Page.of(limit, offset, sort, FIELDS)
    with opened() as services:
        found = services.failures.tally(by, actor(as_), days=days)
    document = page.cut([asdict(one) for one in found])

    def draw(screen: "Console") -> None:
        from core.commandline.tables import print_table, print_total

        rows = [
            (
                item["name"] or "none",
                item["failures"],
                f"{item['share']:.0%}",
                item["healed"],
                "" if item["change"] is None else f"{item['change']:+d}",
            )
            for item in document["items"]
        ]
        print_table(screen, (by.capitalize(), "Failures", "Share", "Fixed since", "Change"), rows)
        print_total(screen, len(rows), document["total"], "values")

    show(document, as_json, draw)
