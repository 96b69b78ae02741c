"""How a command line is read: every missing option at once, the order of the options kept, errors as ours."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import typer
from typer.core import TyperCommand

from core.commandline.errors import (
    MissingOption,
    NotANumber,
    OptionMisused,
    UnknownCommand,
    UnknownOption,
    UsageProblem,
)
from core.errors import PorticoError, SeveralErrors

ORDER = "core.commandline.order"


class Command(TyperCommand):
    """A command that names all the options it misses, and remembers in which order they came."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments; raises a UsageProblem, or several."""
        given, _, order = self.make_parser(ctx).parse_args(list(args))
        ctx.meta[ORDER] = [param.name for param in order]
        if not given.get("help"):
            _refuse_missing(
                [p for p in self.get_params(ctx) if p.required and given.get(p.name) in (None, ())]
            )
        return super().parse_args(ctx, args)


def order_of_options() -> list[str]:
    """The parameters' names as they came on the command line, each as often as it was given."""
    # Typer hands a command its context only as a parameter, which `--help` would then have to hide.
    from typer._click.globals import get_current_context

    return list(get_current_context().meta.get(ORDER, ()))


def as_usage_problem(error: typer.TyperException) -> PorticoError:
    """The parser's error as one of ours, with the option's name without its dashes."""
    message = " ".join(error.format_message().split())
    option = getattr(error, "option_name", None)
    param = getattr(error, "param", None)
    if type(error).__name__ == "NoSuchOption":
        near = ", ".join(getattr(error, "possibilities", None) or ())
        guess = f" Did you mean {near}?" if near else ""
        return UnknownOption(
            f"There is no option {option}.{guess} See --help for what the command takes.",
            field=_bare(str(option)),
        )
    if option is not None:
        return OptionMisused(
            f"{message.rstrip('.')}. See --help for what the command takes.", field=_bare(str(option))
        )
    if param is not None:
        kind = "a whole number" if "integer" in message else "a number"
        return NotANumber(f"{_shown(param)} needs {kind}. Give one.", field=_name_of(param))
    if "command" in message or "argument" in message:
        return UnknownCommand(f"{message.rstrip('.')}. See --help for what the command takes.")
    return UsageProblem(f"{message.rstrip('.')}. See --help for what the command takes.")


def wants_json(arguments: Sequence[str]) -> bool:
    """Whether the answer is to be JSON: known also where the command line can't be read."""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    has_json_format = any(pair == ("--format", "json") for pair in pairwise(options))
    return "--json" in options or "--format=json" in options or has_json_format


def _refuse_missing(params: list[Any]) -> None:
    missing = [MissingOption(_missing(param), field=_name_of(param)) for param in params]
    if missing:
        raise missing[0] if len(missing) == 1 else SeveralErrors(missing)


def _missing(param: Any) -> str:
    kind = "option" if param.param_type_name == "option" else "argument"
    return f"The {kind} {_shown(param)} is missing. Add it; --help says what it takes."


def _shown(param: Any) -> str:
    if param.param_type_name == "option":
        return f"--{_name_of(param)}"
    return str(param.display_name_raw).rstrip("…")


def _name_of(param: Any) -> str:
    if param.param_type_name == "option":
        return _bare(max(param.opts, key=len))
    # FILE_OR_NAME… takes several: the field is file-or-name.
    return str(param.display_name_raw).lower().rstrip("…").replace("_", "-")


def _bare(option: str) -> str:
    return option.lstrip("-")
