"""What is wrong with a command line itself, and how errors are told.

PorticoError
├── UsageProblem          exit code 2: the command line itself is wrong
│   ├── MissingOption     missing-option: an option or an argument that the command needs
│   ├── UnknownOption     unknown-option
│   ├── UnknownCommand    unknown-command
│   ├── NotANumber        not-a-number: text where a number belongs
│   └── OptionMisused     option-misused: a value is missing, or options that do not go together
├── Interrupted           interrupted, exit code 130
├── FileNotUsable         file-not-usable: a file or a folder that can't be read or written
└── Unexpected            unexpected: a fault of Portico's own; details: file, where its traceback is
"""

from typing import Any, ClassVar

from core.errors import PorticoError, SeveralErrors

REFUSED, USAGE, INTERRUPTED = 1, 2, 130


class UsageProblem(PorticoError):
    """The command line itself is wrong; nothing was done."""

    code = "usage"


class MissingOption(UsageProblem):
    """An option or an argument that the command needs is not there."""

    code = "missing-option"


class UnknownOption(UsageProblem):
    """No option of the command."""

    code = "unknown-option"


class UnknownCommand(UsageProblem):
    """No command, or no further argument of it."""

    code = "unknown-command"


class NotANumber(UsageProblem):
    """Text where a number belongs."""

    code = "not-a-number"


class OptionMisused(UsageProblem):
    """An option without its value, or options that do not go together."""

    code = "option-misused"


class Interrupted(PorticoError):
    """Somebody stopped the command."""

    code = "interrupted"
    default_field: ClassVar[str | None] = None


class FileNotUsable(PorticoError):
    """A file or a folder that can't be read or written."""

    code = "file-not-usable"


class Unexpected(PorticoError):
    """A fault of Portico's own."""

    code = "unexpected"


def exit_code_of(error: PorticoError) -> int:
    """The exit code that the error stands for."""
    if isinstance(error, SeveralErrors):
        return exit_code_of(error.errors[0])
    if isinstance(error, UsageProblem):
        return USAGE
    return INTERRUPTED if isinstance(error, Interrupted) else REFUSED


def each_of(error: PorticoError) -> tuple[PorticoError, ...]:
    """The error itself, or the several that it stands for."""
    return error.errors if isinstance(error, SeveralErrors) else (error,)


def as_document(error: PorticoError) -> dict[str, Any]:
    """`error`, and `errors` beside it where there are several."""
    document: dict[str, Any] = {"error": error.as_dict()}
    if isinstance(error, SeveralErrors) and len(error.errors) > 1:
        document["errors"] = [one.as_dict() for one in error.errors]
    return document


def require(**options: object) -> None:
    """Raise MissingOption for each option that is None, all at once; underscores stand for hyphens."""
    names = [name.rstrip("_").replace("_", "-") for name, value in options.items() if value is None]
    missing = [
        MissingOption(f"The option --{name} is missing. Add it; --help says what it takes.", field=name)
        for name in names
    ]
    if missing:
        raise missing[0] if len(missing) == 1 else SeveralErrors(missing)
