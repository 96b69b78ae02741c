"""Which portals: the options that every command on many portals takes, checked."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from core.errors import InvalidValue, NotFound
from core.insight.models import PortalFilter, VerdictState

if TYPE_CHECKING:
    from core.bootstrap import Services

STATES = ("configuring", "provisioned", "provisioning-failed", "deleted")
VERDICTS: tuple[str, ...] = get_args(VerdictState)
TYPES = ("trial", "production")
FIELDS = ("state", "verdict", "instance", "portal", "audience", "language", "type")
_Many = list[str] | None

_OPTIONS: Mapping[str, tuple[Any, Any]] = {  # by the parameter's name: what it takes, and without it
    "state": (Annotated[_Many, typer.Option(metavar="STATE", help=f"Any of {', '.join(STATES)}.")], None),
    "verdict": (
        Annotated[_Many, typer.Option(metavar="VERDICT", help=f"Any of {', '.join(VERDICTS)}.")],
        None,
    ),
    "instance": (Annotated[_Many, typer.Option(metavar="SLUG", help="In any of these instances.")], None),
    "portal": (Annotated[_Many, typer.Option(metavar="SLUG", help="Any of these kinds of portal.")], None),
    "audience": (Annotated[_Many, typer.Option(metavar="SLUG", help="For any of these audiences.")], None),
    "language": (
        Annotated[list[int] | None, typer.Option(metavar="LCID", help="In any of these languages.")],
        None,
    ),
    "type": (Annotated[_Many, typer.Option(metavar="TYPE", help="trial or production.")], None),
    "exclude": (
        Annotated[
            _Many,
            typer.Option(
                metavar="FIELD=VALUE", help=f"But not these; a field is one of {', '.join(FIELDS)}."
            ),
        ],
        None,
    ),
    "ever_failed": (
        Annotated[bool, typer.Option("--ever-failed", help="A run has failed, fixed since or not.")],
        False,
    ),
    "failing": (Annotated[bool, typer.Option("--failing", help="Failed, and not fixed since.")], False),
    "trial_ends_within": (
        Annotated[int | None, typer.Option(metavar="DAYS", help="Trials that end within so many days.")],
        None,
    ),
    "search": (
        Annotated[
            str,
            typer.Option(metavar="TEXT", help="In name, subdomain, administrator or a verified domain."),
        ],
        "",
    ),
}


def takes_a_filter(command: Callable[..., None]) -> Callable[..., None]:
    """The command with an option for each part of a filter, in place of its parameter `which`."""

    @wraps(command)
    def filtered(**values: Any) -> None:
        asked = {name: (values.pop(name), without) for name, (_, without) in _OPTIONS.items()}
        given = {name: value for name, (value, without) in asked.items() if value not in (without, [])}
        command(which=Which(given), **values)

    own = inspect.signature(command)
    parameters: list[inspect.Parameter] = []
    for one in own.parameters.values():
        if one.name == "which":
            parameters += [
                one.replace(name=name, annotation=kind, default=without)
                for name, (kind, without) in _OPTIONS.items()
            ]
        else:
            parameters.append(one)
    # Typer reads both.
    filtered.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
    filtered.__annotations__ = {one.name: one.annotation for one in parameters} | {"return": None}
    return filtered


@dataclass(frozen=True)
class Which:
    """Which portals, as the options say: by the option's parameter, what was given."""

    given: Mapping[str, Any]

    @property
    def option(self) -> str | None:
        """The first option that was given, without its dashes; None where there is none."""
        return next((name.replace("_", "-") for name in self.given), None)

    def wanted(self, services: "Services") -> PortalFilter:
        """The filter of these options. Raises InvalidValue, NotFound with the option's name."""
        days = self.given.get("trial_ends_within")
        if days is not None and not 0 <= days <= services.settings.trial_days:
            raise InvalidValue(
                f"A trial lasts {services.settings.trial_days} days, so none ends within {days}. Give 0 to {services.settings.trial_days}.",
                field="trial-ends-within",
            )
        without = _without(self.given.get("exclude", ()))
        for field in FIELDS:
            _require_known(services, field, self.given.get(field, ()), field)
            _require_known(services, field, without[field], "exclude")
        values: dict[str, Any] = {f"{field}s": tuple(self.given.get(field, ())) for field in FIELDS}
        values |= {f"exclude_{field}s": tuple(without[field]) for field in FIELDS}
        return PortalFilter(
            **values,
            ever_failed="ever_failed" in self.given,
            failing="failing" in self.given,
            trial_ends_within=days,
            search=self.given.get("search", ""),
        )

    def __str__(self) -> str:
        """In words: "state configuring or provisioned; ever failed"."""
        return "; ".join(
            name.replace("_", " ") + ("" if value is True else f" {_joined(value)}")
            for name, value in self.given.items()
        )


def _joined(value: Any) -> str:
    return " or ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _without(exclude: Sequence[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {field: [] for field in FIELDS}
    for one in exclude:
        field, equals, value = one.partition("=")
        if not equals or field not in FIELDS:
            raise InvalidValue(
                f"{one!r} excludes nothing. Write FIELD=VALUE, with a field of: {', '.join(FIELDS)}.",
                field="exclude",
            )
        if field == "language" and not (value.isascii() and value.isdigit()):
            raise InvalidValue(f"{value!r} is no language. Give its number, such as 1033.", field="exclude")
        found[field].append(int(value) if field == "language" else value)
    return found


def _require_known(services: "Services", field: str, values: Sequence[Any], option: str) -> None:
    if not values:
        return
    if field == "portal":
        for slug in values:
            services.catalogue.portal(slug)
        return
    known = _known(services, field)
    for value in values:
        if known is not None and value not in known:
            kind = NotFound if field == "instance" else InvalidValue
            raise kind(f"There is no {field} {value!r}. Choose one of: {', '.join(known)}.", field=option)


def _known(services: "Services", field: str) -> tuple[str, ...] | None:
    """The values that there are; None where any will do."""
    if field == "instance":
        return services.platform.instance_slugs()
    if field == "audience":
        return tuple(audience.slug for audience in services.catalogue.audiences)
    return {"state": STATES, "verdict": VERDICTS, "type": TYPES}.get(field)
