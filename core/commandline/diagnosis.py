"""diagnose: from a message to its cause, its remedy and what to do next."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.commandline import options
from core.commandline.errors import REFUSED, UsageProblem
from core.commandline.learning import show_queue, show_trial
from core.commandline.output import print_json_line, show
from core.errors import InvalidValue, PorticoError
from core.settings import CONSOLE_ADMINISTRATOR

if TYPE_CHECKING:
    from rich.console import Console

    from core.diagnosis import Diagnosis

STANDARD_INPUT = "-"
_RETRY = {
    "now": "It can be retried now.",
    "after-wait": "It can be retried after a wait.",
    "after-fix": "It can be retried once that is fixed.",
    "never": "A retry does not help.",
}

_Text = Annotated[
    str | None, typer.Argument(metavar="TEXT | -", help="The message; - reads it from standard input.")
]
_Batch = Annotated[
    Path | None,
    typer.Option("--batch", metavar="FILE.jsonl", help="A message a line, as an object with text."),
]
_Code = Annotated[
    str | None, typer.Option("--code", metavar="CODE", help="The platform's code, where the text lacks it.")
]

_Queue = Annotated[
    bool,
    typer.Option(
        "--queue", help="The failures that no rule explains, by likeness, each with a drafted record."
    ),
]
_Try = Annotated[
    Path | None,
    typer.Option(
        "--try",
        metavar="RECORD.yaml",
        help="Try a record on every known message; 1 if one gets a wrong cause.",
    ),
]


def diagnose(
    text: _Text = None,
    batch: _Batch = None,
    code: _Code = None,
    queue: _Queue = False,
    try_: _Try = None,
    as_: options.Reader = CONSOLE_ADMINISTRATOR,
    as_json: options.Json = False,
) -> None:
    """The cause of a message, how sure, and what helps; `unknown` where the evidence is not enough."""
    if [text is not None, batch is not None, queue, try_ is not None].count(True) != 1:
        raise UsageProblem(
            "Say either a message, or - for standard input, or --batch with a file, or --queue, or --try with a record.",
            field="text",
        )
    if batch is not None:
        _diagnose_all(batch)
        return
    if queue:
        show_queue(as_, as_json)
        return
    if try_ is not None:
        show_trial(try_, as_, as_json)
        return
    from core.diagnosis import diagnose as diagnose_text

    answer = diagnose_text(sys.stdin.buffer.read() if text == STANDARD_INPUT else text or "", code_hex=code)
    show(answer.as_dict(), as_json, lambda screen: _draw(screen, answer))


def _diagnose_all(batch: Path) -> None:
    """Print an answer a line, in the file's order; a line that has no text gets an error, and the exit code 1."""
    from core.diagnosis import load_diagnoser

    diagnoser = load_diagnoser()
    is_bad = False
    for number, line in _lines(batch):
        try:
            document = diagnoser.diagnose(*_read(line, number)).as_dict()
        except PorticoError as error:
            is_bad, document = True, {"error": error.as_dict()}
        print_json_line(document)
    if is_bad:
        raise typer.Exit(REFUSED)


def _lines(batch: Path) -> Iterator[tuple[int, str]]:
    """Each line that is not blank, with its number. Raises InvalidValue."""
    try:
        data = sys.stdin.buffer.read() if str(batch) == STANDARD_INPUT else batch.read_bytes()
    except OSError as error:
        raise InvalidValue(
            f"{batch} can't be read: {error.strerror}. Check the path.", field="batch"
        ) from error
    lines = data.decode("utf-8-sig", "replace").split("\n")
    return ((number, line) for number, line in enumerate(lines, start=1) if line.strip())


def _read(line: str, number: int) -> tuple[str]:
    try:
        found: Any = json.loads(line)
    except ValueError as error:
        raise _no_text(number) from error
    if not isinstance(found, dict) or not isinstance(found.get("text"), str):
        raise _no_text(number)
    return (found["text"],)


def _no_text(number: int) -> InvalidValue:
    return InvalidValue(f'Line {number} is no object with a text. Write {{"text": "…"}}.', field="batch")


def _draw(screen: "Console", answer: "Diagnosis") -> None:
    from rich.text import Text

    how_sure = "sure" if answer.sure else "probable"
    told = (
        f" ({answer.cause}, {how_sure}: {answer.confidence:.0%})"
        if answer.confidence
        else f" ({answer.cause})"
    )
    screen.print(Text.assemble((answer.title, "bold"), told), soft_wrap=True)
    screen.print(Text(answer.explanation), soft_wrap=True)
    for number, step in enumerate(answer.remedy, start=1):
        screen.print(Text(f"  {number}. {step}"), soft_wrap=True)
    screen.print(Text(_RETRY[answer.retry]), soft_wrap=True)
    screen.print(Text(f"Because: {'; '.join(answer.because)}", style="dim"), soft_wrap=True)
