"""Runs one command line and gives its exit code; nothing that is raised inside leaves here."""

import os
import sys
from collections.abc import Sequence

import typer

from core.commandline import faults
from core.commandline.errors import REFUSED, USAGE, Interrupted, exit_code_of
from core.commandline.output import prepare_streams, print_error
from core.commandline.parsing import as_usage_problem, wants_json
from core.errors import PorticoError

NAME = "python -m core"


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns 0, 1, 2 or 130 (docs/command-line.md)."""
    prepare_streams(wants_json(arguments))
    try:
        with faults.kept_off_the_screen():
            code = _answer(list(arguments))
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_output()  # who reads has had enough
        return REFUSED
    except OSError as error:
        _forget_output()
        sys.stderr.write(f"Error: standard output can't be written: {error.strerror}.\n")
        return REFUSED
    return code


def _answer(arguments: list[str]) -> int:
    try:
        return _call(list(arguments))
    except KeyboardInterrupt:
        error: PorticoError = Interrupted(
            "Interrupted. What was begun goes on with the next engine; run the command again to follow it."
        )
    except BrokenPipeError:
        raise
    except Exception as exception:  # noqa: BLE001 - whatever it is, people get a sentence and a file
        error = faults.as_error(exception)
    print_error(error, wants_json(arguments))
    return exit_code_of(error)


def _forget_output() -> None:
    """Let go of what could not be written: Python would try once more when it ends, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _call(arguments: list[str]) -> int:
    from core.commandline.commands import command

    try:
        with command().make_context(NAME, arguments) as context:
            context.command.invoke(context)
    except typer.Exit as done:
        return done.exit_code
    except typer.TyperException as problem:
        if type(problem).__name__ == "NoArgsIsHelpError":
            return USAGE  # the help was printed already
        raise as_usage_problem(problem) from problem
    return 0
