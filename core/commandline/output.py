"""What is printed: one JSON document on standard output, or words and tables for people."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, TextIO

from core.commandline.errors import UsageProblem, as_document, each_of
from core.errors import PorticoError

if TYPE_CHECKING:
    from rich.console import Console

WIDTH_WHEN_PIPED = 180


def prepare_streams(is_json: bool) -> None:
    """Let both streams take every character: JSON in UTF-8, words in the terminal's own encoding.

    A file name that is no text reaches us as lone surrogates; as UTF-8 these become escapes that JSON knows.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8" if is_json else None, errors="backslashreplace")


def show(document: Any, as_json: bool, for_people: Callable[["Console"], None]) -> None:
    """Print the document as JSON, or let `for_people` draw it."""
    if as_json:
        print_json(document)
    else:
        for_people(console())


def print_json(document: Any) -> None:
    """One document, indented."""
    _write(json.dumps(document, indent=2, ensure_ascii=False, default=_plain))


def print_json_line(document: Any) -> None:
    """One document on one line, at once."""
    _write(json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=_plain))


def console() -> "Console":
    """Standard output, for people: coloured on a terminal, wide and plain in a pipe."""
    return _console(sys.stdout)


def error_console() -> "Console":
    """Standard error, for people: progress, hints and errors."""
    return _console(sys.stderr)


def print_error(error: PorticoError, as_json: bool) -> None:
    """The error with all that it stands for: JSON to standard output, sentences to standard error."""
    if as_json:
        print_json(as_document(error))
        return
    from rich.text import Text

    screen = error_console()
    for one in each_of(error):
        screen.print(Text.assemble(("Error: ", "bold red"), one.message))
    if isinstance(each_of(error)[0], UsageProblem):
        screen.print(Text("Add --help to the command to see what it takes.", style="dim"))


def hint(text: str) -> None:
    """A word beside the answer, on standard error."""
    from rich.text import Text

    error_console().print(Text(text, style="dim"))


def iso(at: datetime | None) -> str | None:
    """ISO 8601 in UTC, to the millisecond."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _plain(value: object) -> str:
    return (iso(value) or "") if isinstance(value, datetime) else str(value)


def _console(stream: TextIO) -> "Console":
    from rich.console import Console

    width = None if stream.isatty() else WIDTH_WHEN_PIPED
    return Console(file=stream, highlight=False, soft_wrap=False, width=width, emoji=False)


def _write(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
