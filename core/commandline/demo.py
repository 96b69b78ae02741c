"""demo: fill a store with made-up portals. compact: shorten what old runs keep of their steps."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.commandline import options
from core.commandline.opening import opened
from core.commandline.output import hint, show

if TYPE_CHECKING:
    from rich.console import Console


def demo(
    portals: Annotated[int, typer.Option("--portals", metavar="N", help="How many portals.")] = 500,
    days: Annotated[int, typer.Option("--days", metavar="D", help="Over how many days until now.")] = 90,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="The same seed, the same estate.")] = 1,
    as_json: options.Json = False,
) -> None:
    """Fill an empty store with a believable estate, marked as a demo. One that is there already, just so, stays."""
    from dataclasses import asdict

    from core.demo import Wanted

    with opened() as services:
        written = services.demo().make(Wanted(portals, days, seed), hint)

    def draw(screen: "Console") -> None:
        if not written.is_new:
            screen.print(f"The demo of {written.portals:,} portals is there already; nothing was written.")
            return
        screen.print(
            f"{written.portals:,} portals in {written.instances} instances over {written.days} days, "
            f"{written.rows['run']:,} runs and {written.rows.get('failure', 0):,} failures, in {written.seconds:.0f} s."
        )
        screen.print("Their websites are not made: a demo portal's address answers 404.")

    show(asdict(written), as_json, draw)


def compact(
    days: Annotated[int, typer.Option("--days", metavar="N", help="Ended at least so many days ago.")] = 90,
    as_json: options.Json = False,
) -> None:
    """Keep the steps of runs that ended long ago in a compact form. They show as before; it can be repeated."""
    from core.provisioning.compacting import compact as shorten

    with opened() as services:
        runs = shorten(services.store, days)
    show({"runs": runs}, as_json, lambda screen: screen.print(f"The steps of {runs:,} runs are compact now."))
