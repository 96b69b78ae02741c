"""Progress on standard error: a bar on a terminal, a line a step elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from core.commandline.output import error_console
from core.insight.models import RunSummary

if TYPE_CHECKING:
    from rich.console import Console

    from core.bootstrap import Services


@contextmanager
def watched(services: "Services", run_id: str) -> Iterator[Callable[[], None]]:
    """A look at the run that shows how far it is."""
    screen = error_console()
    if not screen.is_terminal:
        yield _lines(services, run_id, screen)
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=screen) as progress:
        bar = progress.add_task("waiting for its turn", total=None)

        def look() -> None:
            run = services.insight.run(run_id)
            progress.update(bar, description=_now(run), completed=run.done, total=len(run.steps))

        yield look


def tell_end(run: RunSummary) -> None:
    """How the run ended, and why."""
    from rich.text import Text

    from core.commandline.tables import state

    message = str((run.error or {}).get("message") or "")
    error_console().print(Text.assemble("Run ", state(run.state), f". {message}" if message else ""))


def _lines(services: "Services", run_id: str, screen: "Console") -> Callable[[], None]:
    from rich.text import Text

    from core.commandline.tables import duration, reason, state

    told: dict[str, str] = {}

    def look() -> None:
        for step in services.insight.run(run_id).steps:
            if step.state != "waiting" and told.get(step.name) != step.state:
                told[step.name] = step.state
                parts = [part for part in (duration(step), reason(step)) if part]
                screen.print(
                    Text.assemble(
                        f"{step.name} ", state(step.state), f"  {'  '.join(parts)}" if parts else ""
                    )
                )

    return look


def _now(run: RunSummary) -> str:
    if not run.is_open:
        return run.state
    return run.current.name if run.current is not None else run.state
