"""Which portals: the options that `list` and `export` share, checked."""

from collections.abc import Mapping, Sequence
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

State = Annotated[_Many, typer.Option("--state", metavar="STATE", help=f"Any of {', '.join(STATES)}.")]
Verdict = Annotated[
    _Many, typer.Option("--verdict", metavar="VERDICT", help=f"Any of {', '.join(VERDICTS)}.")
]
Instance = Annotated[_Many, typer.Option("--instance", metavar="SLUG", help="In any of these instances.")]
Portal = Annotated[_Many, typer.Option("--portal", metavar="SLUG", help="Any of these kinds of portal.")]
Audience = Annotated[_Many, typer.Option("--audience", metavar="SLUG", help="For any of these audiences.")]
Language = Annotated[
    list[int] | None, typer.Option("--language", metavar="LCID", help="In any of these languages.")
]
Type = Annotated[_Many, typer.Option("--type", metavar="TYPE", help="trial or production.")]
Exclude = Annotated[
    _Many,
    typer.Option(
        "--exclude", metavar="FIELD=VALUE", help=f"But not these; a field is one of {', '.join(FIELDS)}."
    ),
]
EverFailed = Annotated[bool, typer.Option("--ever-failed", help="A run has failed, fixed since or not.")]
Failing = Annotated[bool, typer.Option("--failing", help="Failed, and not fixed since.")]
TrialEnds = Annotated[
    int | None,
    typer.Option("--trial-ends-within", metavar="DAYS", help="Trials that end within so many days."),
]
Search = Annotated[
    str,
    typer.Option("--search", metavar="TEXT", help="In name, subdomain, administrator or a verified domain."),
]


def wanted(
    services: "Services",
    given: Mapping[str, Sequence[Any] | None],
    exclude: Sequence[str] | None,
    *,
    ever_failed: bool,
    failing: bool,
    trial_ends_within: int | None,
    search: str,
) -> PortalFilter:
    """The filter of these options, by field. Raises InvalidValue, NotFound with the option's name."""
    if trial_ends_within is not None and not 0 <= trial_ends_within <= services.settings.trial_days:
        raise InvalidValue(
            f"A trial lasts {services.settings.trial_days} days, so none ends within {trial_ends_within}. Give 0 to {services.settings.trial_days}.",
            field="trial-ends-within",
        )
    without = _without(exclude or ())
    for field in FIELDS:
        _require_known(services, field, given.get(field) or (), field)
        _require_known(services, field, without[field], "exclude")
    values: dict[str, Any] = {f"{field}s": tuple(given.get(field) or ()) for field in FIELDS}
    values |= {f"exclude_{field}s": tuple(without[field]) for field in FIELDS}
    return PortalFilter(
        **values,
        ever_failed=ever_failed,
        failing=failing,
        trial_ends_within=trial_ends_within,
        search=search,
    )


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
