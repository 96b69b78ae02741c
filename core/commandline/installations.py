"""installations: list, install, retry, give up, uninstall (R25–R27)."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import typer

from core.commandline import options
from core.commandline.errors import REFUSED, FileNotUsable, MissingOption, NotANumber, OptionMisused
from core.commandline.importing import carry_out
from core.commandline.lists import Page
from core.commandline.opening import actor, opened
from core.commandline.output import show
from core.errors import Conflict, InvalidValue, NotFound, PackageError
from core.insight.installation_models import InstallationFilter, InstallationState, InstallationSummary
from core.settings import CONSOLE_ADMINISTRATOR

if TYPE_CHECKING:
    from rich.console import Console

    from core.bootstrap import Services
    from core.portals.installations import Language, UninstallPlan
    from core.solutions.inspection import Inspected

STATES: tuple[str, ...] = get_args(InstallationState)
FIELDS = (
    "id",
    "instance",
    "solution",
    "version",
    "state",
    "portal",
    "portals",
    "language",
    "error",
    "cause",
    "knock_on_of",
)
_SORTED_BY = tuple(field for field in FIELDS if field not in {"portals", "error"})

_Many = list[str] | None
_Language = Annotated[
    str | None,
    typer.Option(metavar="LCID|mine", help="The language to install in; mine: your own.", show_default=False),
]
_Wait = Annotated[
    bool, typer.Option("--wait", help="Return when it has ended, with all that it sets off; 1 if one failed.")
]
_Force = Annotated[
    bool,
    typer.Option(
        "--force",
        help="Try also what can't pass as things stand now, a broken package too: the platform answers.",
    ),
]
_Instance = Annotated[str, typer.Argument(metavar="INSTANCE", help="The instance.", show_default=False)]


def list_installations(
    instance: Annotated[_Many, typer.Option(metavar="SLUG", help="In any of these instances.")] = None,
    state: Annotated[_Many, typer.Option(metavar="STATE", help=f"Any of {', '.join(STATES)}.")] = None,
    solution: Annotated[_Many, typer.Option(metavar="UNIQUE_NAME", help="Any of these solutions.")] = None,
    portal: Annotated[
        list[int] | None, typer.Option(metavar="ID", help="That any of these portals asked for.")
    ] = None,
    as_: options.Reader = CONSOLE_ADMINISTRATOR,
    as_json: options.Json = False,
    limit: options.Limit = None,
    offset: options.Offset = 0,
    sort: options.Sort = None,
) -> None:
    """The solutions that portals or people asked for, a row an instance and solution."""
    page = Page.of(limit, offset, sort, _SORTED_BY)
    for value in state or ():
        if value not in STATES:
            raise InvalidValue(
                f"There is no state {value!r}. Choose one of: {', '.join(STATES)}.", field="state"
            )
    wanted = InstallationFilter(
        tuple(instance or ()), tuple(state or ()), tuple(solution or ()), tuple(portal or ())
    )
    with opened() as services:
        _require_instances(services, wanted.instances)
        found = services.installations.list(wanted, actor(as_))
    document = page.cut([_shape(one) for one in found])

    def draw(screen: "Console") -> None:
        from core.commandline.tables import print_table, print_total, state

        rows = [
            (
                item["id"],
                item["instance"],
                item["solution"],
                item["version"],
                state(item["state"]),
                ", ".join(map(str, item["portals"])),
                item["language"],
                _said(item),
            )
            for item in document["items"]
        ]
        heads = ("ID", "Instance", "Solution", "Version", "State", "Portals", "Language", "Reason")
        print_table(screen, heads, rows)
        print_total(screen, len(rows), document["total"], "installations")

    show(document, as_json, draw)


def install(
    instance: _Instance,
    file_or_name: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE_OR_NAME…",
            help="A package's zip, which is added to the library unless it is refused, or a solution's unique name.",
            show_default=False,
        ),
    ],
    as_: options.Actor,
    language: _Language = None,
    wait: _Wait = False,
    force: _Force = False,
    as_json: options.Json = False,
) -> None:
    """Install just what is named, nothing that it needs, in your default language unless told otherwise (R26)."""
    chosen = _language(language)
    with opened() as services:
        who = actor(as_)
        brought = _brought(services, file_or_name, force=force)
        names = [brought[one].manifest.unique_name if one in brought else one for one in file_or_name]
        plan = services.installations.plan_install(
            instance, names, who, language=chosen, brought=brought.values()
        )
        refused = set() if force else {item.wanted.solution for item in plan.failing}
        for package in brought.values():
            if package.manifest.unique_name not in refused:
                services.uploads.keep(instance, package, who)
        carry_out(services, plan, who, "install", wait, force, as_json)


def retry(
    as_: options.Actor,
    ids: Annotated[
        list[int] | None, typer.Argument(metavar="ID…", help="Installations.", show_default=False)
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every failed one that you may retry.")] = False,
    instance: Annotated[
        str | None, typer.Option(metavar="SLUG", help="With --all: of this instance.", show_default=False)
    ] = None,
    language: _Language = None,
    wait: _Wait = False,
    force: _Force = False,
    as_json: options.Json = False,
) -> None:
    """Retry failed installations, in dependency order (R25, R27), in the portal's language unless told otherwise."""
    if not ids and not every:
        raise MissingOption("Nothing is to be retried. Name installations, or give --all.", field="id")
    if ids and (every or instance):
        field = "all" if every else "instance"
        raise OptionMisused(
            f"--{field} does not go together with named installations. Leave one of the two out.", field=field
        )
    chosen = _language(language)
    with opened() as services:
        who = actor(as_)
        plan = services.installations.plan_retry(ids or None, who, instance=instance, language=chosen)
        carry_out(services, plan, who, "retry", wait, force, as_json)


def give_up(
    ids: Annotated[list[int], typer.Argument(metavar="ID…", help="Installations.", show_default=False)],
    as_: options.Actor,
    as_json: options.Json = False,
) -> None:
    """Ask no more for solutions that are not installed and that no portal waits for: all of these, or none."""
    with opened() as services:
        wanted = tuple(dict.fromkeys(ids))
        services.installations.give_up(wanted, actor(as_))
    document = {"items": [{"id": one, "outcome": "given-up"} for one in wanted]}

    def draw(screen: "Console") -> None:
        from core.commandline.tables import print_table

        print_table(screen, ("ID", "Outcome"), [(one, "given up") for one in wanted])

    show(document, as_json, draw)


def uninstall(
    instance: _Instance,
    solution: Annotated[str, typer.Argument(metavar="SOLUTION", show_default=False)],
    as_: options.Actor,
    as_json: options.Json = False,
) -> None:
    """Remove a solution; refused while another solution needs it or a portal uses it (R27)."""
    with opened() as services:
        plan = services.installations.plan_uninstall(instance, solution, actor(as_))
        outcome, reason = "uninstalled", ""
        try:
            services.installations.uninstall(instance, solution, actor(as_))
        except Conflict as refusal:
            outcome, reason = "refused", refusal.message
    document = {"plan": _uninstall_shape(plan), "outcome": outcome, "reason": reason or None}

    def draw(screen: "Console") -> None:
        from core.commandline.tables import print_facts

        print_facts(
            screen,
            [
                ("Solution", f"{plan.solution} {plan.version} in {plan.instance}"),
                ("Needed by", ", ".join(plan.blockers) or "no solution"),
                ("Used by", ", ".join(plan.portals) or "no portal"),
                ("Outcome", f"{outcome}: {reason}" if reason else outcome),
            ],
        )

    show(document, as_json, draw)
    if outcome == "refused":
        raise typer.Exit(REFUSED)


def _brought(services: "Services", given: Iterable[str], *, force: bool) -> dict[str, "Inspected"]:
    """The files among them, looked at; raises for the first that can't be used."""
    found: dict[str, Inspected] = {}
    for one in given:
        if _is_file(one):
            try:
                found[one] = services.uploads.inspect(_read(one), Path(one).name)
                services.uploads.require_usable((found[one],), force=force)
            except (PackageError, Conflict) as error:
                error.field = "file-or-name"
                raise
    return found


def _is_file(given: str) -> bool:
    path = Path(given)
    if path.is_file():
        return True
    if path.suffix.lower() == ".zip":
        raise NotFound(
            f"There is no file {path.name[:80]} there. Give a zip's path, or a solution's unique name.",
            field="file-or-name",
        )
    return False


def _read(given: str) -> bytes:
    try:
        return Path(given).read_bytes()
    except OSError as error:
        raise FileNotUsable(
            f"{given[:200]} can't be read: {error.strerror}.", field="file-or-name"
        ) from error


def _language(given: str | None) -> "Language":
    if given is None or given == "mine":
        mine: Literal["mine"] | None = "mine" if given else None
        return mine
    if not given.isascii() or not given.isdigit():
        raise NotANumber(
            f"{given!r} is no language. Give --language an LCID such as 1036, or mine.", field="language"
        )
    return int(given)


def _require_instances(services: "Services", slugs: Iterable[str]) -> None:
    known = services.platform.instance_slugs() if slugs else ()
    for slug in slugs:
        if slug not in known:
            raise NotFound(
                f"There is no instance {slug!r}. Choose one of: {', '.join(known)}.", field="instance"
            )


def _shape(summary: InstallationSummary) -> dict[str, Any]:
    """An installation, as the contract has it."""
    return {field: getattr(summary, field) for field in FIELDS} | {"portals": list(summary.portals)}


def _said(item: Mapping[str, Any]) -> str:
    if item["state"] != "install-failed":
        return ""
    knock_on = f" (knock-on of {item['knock_on_of']})" if item["knock_on_of"] else ""
    return str((item["error"] or {}).get("message", "")) + knock_on


def _uninstall_shape(plan: "UninstallPlan") -> dict[str, Any]:
    return {
        "instance": plan.instance,
        "solution": plan.solution,
        "version": plan.version,
        "dependents": list(plan.blockers),
        "portals": list(plan.portals),
    }
