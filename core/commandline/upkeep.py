"""worker, migrate, doctor: the operator's, who needs no --as."""

import signal
from typing import TYPE_CHECKING, Annotated

import typer

from core.commandline import options
from core.commandline.errors import REFUSED, Interrupted
from core.commandline.opening import opened
from core.commandline.output import hint, show
from core.commandline.stopping import Stop, on_signals

if TYPE_CHECKING:
    from rich.console import Console

LOOK_S = 0.2


def worker(
    drain: Annotated[
        bool, typer.Option("--drain", help="End when nothing is left to do, also of processes that died.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Run queued and interrupted work, until it is stopped; --drain until nothing is left to do."""
    with opened() as services, on_signals(Stop()) as stop, services.engine().running() as engine:
        hint(f"Worker {engine.executor_id} runs; Ctrl-C stops it, and its runs go on elsewhere or later.")
        while not (drain and engine.is_idle()):
            if stop.wait(LOOK_S):
                break
    # SIGTERM is how a service is told that its day is over; only an unfinished drain is interrupted by it.
    if stop and (drain or stop.by == signal.SIGINT):
        raise Interrupted("Interrupted. What is under way goes on at the next start of an engine.")
    document = {"state": "stopped" if stop else "drained"}
    show(document, as_json, lambda _screen: hint(f"The worker has {document['state']}."))


def migrate(as_json: options.Json = False) -> None:
    """Bring the store to this version, after a backup copy."""
    from core.bootstrap import fill_store
    from core.storage import schema

    with opened(open_store=False) as services:
        backups = services.settings.data_dir / "backups"
        done = schema.migrate(services.store, backups, fill_store(services.clock))

    def draw(screen: "Console") -> None:
        if done["from"] == done["to"]:
            screen.print(f"The store is of version {done['to']} already.")
            return
        screen.print(f"The store is of version {done['to']} now (before: {done['from'] or 'none'}).")
        if done["backup"]:
            screen.print(f"The copy of before is {done['backup']}.", soft_wrap=True)

    show(done, as_json, draw)


def doctor(as_json: options.Json = False) -> None:
    """Say what is wrong with store, engine, platform and host, and how to mend it; 1 where something is."""
    from core.commandline.doctor import examine

    found = examine()

    def draw(screen: "Console") -> None:
        from core.commandline.tables import print_finding

        for one in found:
            print_finding(screen, one.state, one.message, one.fix)

    show({"checks": [one.as_dict() for one in found]}, as_json, draw)
    if any(one.state == "wrong" for one in found):
        raise typer.Exit(REFUSED)
