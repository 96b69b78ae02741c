"""What no rule explains: the queue of such messages by likeness, and a record tried on every known message."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from core.commandline.errors import REFUSED, FileNotUsable
from core.commandline.opening import actor, opened
from core.commandline.output import show

if TYPE_CHECKING:
    from rich.console import Console

    from core.access import Actor
    from core.bootstrap import Services
    from core.insight.failures import FailureGroup
    from core.insight.failures.drafting import Said


def show_queue(as_: str, as_json: bool) -> None:
    """The clusters, the largest first, each with a drafted record."""
    from core.insight.failures.drafting import said_in

    with opened() as services:
        groups = _unexplained(services, actor(as_))
        pasted = services.pasted_messages.unexplained()
    # Of a group that a later rule explains nothing is left.
    explained = [(group, said_in(group)) for group in groups]
    items = [_item(said, group.instances, group.since, len(said)) for group, said in explained if said]
    items += [_item(((one.text, None),), (), one.first_at, one.times) for one in pasted]
    document = {"total": len(items), "items": items}

    def draw(screen: "Console") -> None:
        from rich.text import Text

        for item in items:
            screen.print(Text(f"{item['messages']} like: {item['example']}", style="bold"), soft_wrap=True)
            screen.print(Text(f"# {item['draft']['name']}.yaml\n{item['draft']['record']}"), soft_wrap=True)
        if not items:
            screen.print("Every message has a cause: the queue is empty.")

    show(document, as_json, draw)


def show_trial(file: Path, as_: str, as_json: bool) -> None:
    """What a record would change; exits with 1 where a known message would get a wrong cause."""
    from core.insight.failures.drafting import said_in, try_record

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileNotUsable(f"{file} can't be read: {error}. Check the path.", field="try") from error
    with opened() as services:
        groups = _unexplained(services, actor(as_))
        pasted = services.pasted_messages.unexplained()
    said = (*(one for group in groups for one in said_in(group)), *((one.text, None) for one in pasted))
    trial = try_record(file.stem, text, said)
    document: dict[str, Any] = {
        "cause": trial.cause,
        "tried": trial.tried,
        "takes": [_moved(one) for one in trial.takes],
        "gains": [_moved(one) for one in trial.moved if one.is_right],
        "explains": trial.explains,
        "unexplained": trial.unexplained,
    }

    def draw(screen: "Console") -> None:
        screen.print(
            f"{trial.cause} explains {trial.explains} of {trial.unexplained} unexplained messages; "
            f"of {trial.tried} known ones {len(trial.takes)} would get a wrong cause.",
            soft_wrap=True,
        )
        for one in trial.takes:
            screen.print(f"  {one.name}: {one.after} instead of {one.before}")

    show(document, as_json, draw)
    if trial.takes:
        raise typer.Exit(REFUSED)


def _unexplained(services: "Services", who: "Actor") -> "tuple[FailureGroup, ...]":
    from core.diagnosis import UNKNOWN
    from core.insight.failures import FailureFilter, grouped

    return grouped(services.failures.find(FailureFilter(causes=(UNKNOWN,), is_ever=True), who).items)


def _item(
    said: "Sequence[Said]", instances: tuple[str, ...], since: datetime, messages: int
) -> dict[str, Any]:
    from core.insight.failures.drafting import draft

    made = draft(said)
    return {
        "messages": messages,
        "instances": list(instances),
        "since": since.isoformat(),
        "example": said[0][0],
        "draft": {"name": made.name, "record": made.text},
    }


def _moved(one: Any) -> dict[str, str]:
    return {"message": one.name, "before": one.before, "after": one.after}
