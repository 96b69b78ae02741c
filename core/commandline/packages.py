"""packages: what files are, and in what order they can be installed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.commandline import options
from core.commandline.errors import REFUSED
from core.commandline.output import console, print_json_line, show

if TYPE_CHECKING:
    from rich.console import Console

    from core.solutions.check import CheckedFile

_Files = Annotated[list[Path], typer.Argument(metavar="FILE", help="Zips, solution.xml, ImportConfig.xml.")]


def check(files: _Files, as_json: options.Json = False) -> None:
    """What each file is, a line each; exits 1 where one has an error."""
    from core.solutions.check import check as check_file

    is_bad = False
    for file in files:
        found = check_file(file)
        is_bad = is_bad or found.error is not None
        if as_json:
            print_json_line(found.as_dict())
        else:
            _draw_file(console(), found)
    if is_bad:
        raise typer.Exit(REFUSED)


def plan(files: _Files, as_json: options.Json = False) -> None:
    """An install order for the solutions, what is missing, and what goes in circles."""
    from core.solutions.planning import plan_files

    document = plan_files(files).as_dict()
    show(document, as_json, lambda screen: _draw_plan(screen, document))


def _draw_file(screen: "Console", found: "CheckedFile") -> None:
    from rich.text import Text

    screen.print(Text.assemble((found.file, "bold"), ": ", _described(found)), soft_wrap=True)


def _described(found: "CheckedFile") -> tuple[str, str]:
    if found.error is not None:
        return (f"{found.error.code}: {found.error.message}", "red")
    if found.manifest is not None:
        known = found.manifest
        managed = {0: "unmanaged", 1: "managed", 2: "source of both"}.get(known.managed or 0, "unmanaged")
        needs = ", ".join(f"{n.solution} {n.version or ''}".strip() for n in known.requires) or "nothing"
        by = known.publisher or "nobody"
        told = f"solution {known.unique_name} {known.version}, {managed}, by {by}"
        return (f"{told}, {len(known.components)} components, needs {needs}", "")
    if found.order is not None:
        return (f"order of {len(found.order.files)} solutions: {', '.join(found.order.files)}", "")
    return ("unknown: neither a solution nor an install order", "yellow")


def _draw_plan(screen: "Console", document: dict[str, Any]) -> None:
    from core.commandline.tables import print_table

    print_table(screen, ("#", "Solution"), enumerate(document["order"], start=1))
    if document["missing"]:
        screen.print()
        rows = [
            (gap["solution"], gap["version"], gap["required_by"], gap["found"]) for gap in document["missing"]
        ]
        print_table(screen, ("Missing", "Version", "Required by", "Found"), rows)
    for cycle in document["cycles"]:
        screen.print(f"[red]In a circle: {' → '.join((*cycle, cycle[0]))}[/red]")
