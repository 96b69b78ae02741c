"""portals: list, show, rename and custom domains."""

from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from core.commandline import options, shapes
from core.commandline.lists import MOST, Page
from core.commandline.opening import actor, opened
from core.commandline.output import hint, show
from core.errors import InvalidValue, NotFound
from core.insight.models import PortalDetails, PortalFilter, VerdictState
from core.settings import CONSOLE_ADMINISTRATOR

if TYPE_CHECKING:
    from rich.console import Console

    from core.bootstrap import Services

STATES = ("configuring", "provisioned", "provisioning-failed", "deleted")
VERDICTS: tuple[str, ...] = get_args(VerdictState)
# What these show is made of these columns.
_SORTED_LIKE = {"display_name": "name", "url": "subdomain"}

_Domain = Annotated[
    str, typer.Argument(metavar="DOMAIN", help="Such as help.example.com.", show_default=False)
]
_Many = list[str] | None


def list_portals(
    state: Annotated[_Many, typer.Option(metavar="STATE", help=f"Any of {', '.join(STATES)}.")] = None,
    verdict: Annotated[_Many, typer.Option(metavar="VERDICT", help=f"Any of {', '.join(VERDICTS)}.")] = None,
    instance: Annotated[_Many, typer.Option(metavar="SLUG", help="In any of these instances.")] = None,
    portal: Annotated[_Many, typer.Option(metavar="SLUG", help="Any of these kinds of portal.")] = None,
    search: Annotated[str, typer.Option(metavar="TEXT", help="In name, subdomain or administrator.")] = "",
    facets: Annotated[bool, typer.Option("--facets", help="Count the values of those that match.")] = False,
    as_: options.Reader = CONSOLE_ADMINISTRATOR,
    as_json: options.Json = False,
    limit: options.Limit = None,
    offset: options.Offset = 0,
    sort: options.Sort = None,
) -> None:
    """The portals that match every filter; of one given several times, any value."""
    page = Page.of(limit, offset, sort, shapes.PORTAL_FIELDS)
    _require_known("state", state, STATES)
    _require_known("verdict", verdict, VERDICTS)
    wanted = PortalFilter(
        states=tuple(state or ()),
        verdicts=tuple(verdict or ()),
        instances=tuple(instance or ()),
        portals=tuple(portal or ()),
        search=search,
    )
    with opened() as services:
        _require_there(services, wanted)
        found = services.insight.portals(
            wanted, actor(as_), limit=page.limit, offset=page.offset, sort=_sort(page.sort)
        )
        counted = services.insight.facets(wanted, actor(as_)) if facets else None
    document: dict[str, Any] = {"total": found.total, "items": [shapes.portal(one) for one in found.items]}
    if counted is not None:
        document["facets"] = counted

    def draw(screen: "Console") -> None:
        from core.commandline.tables import print_portals, print_table

        print_portals(screen, found.items, found.total)
        rows = [
            (name, value or "–", count)
            for name, values in (counted or {}).items()
            for value, count in values.items()
        ]
        if rows:
            screen.print()
            print_table(screen, ("Field", "Value", "Portals"), rows)

    show(document, as_json, draw)


def show_portal(
    portal_id: options.PortalId, as_: options.Reader = CONSOLE_ADMINISTRATOR, as_json: options.Json = False
) -> None:
    """A portal with its runs, the latest first, and the verdict on it."""
    with opened() as services:
        found = services.insight.portal(_known_id(portal_id), actor(as_))

    def draw(screen: "Console") -> None:
        from core.commandline.tables import print_portal, print_run

        print_portal(screen, found)
        for run in found.runs:
            screen.print()
            print_run(screen, run)

    show(shapes.details(found), as_json, draw)


def rename(
    portal_id: options.PortalId,
    name: Annotated[str, typer.Argument(metavar="NAME", show_default=False)],
    as_: options.Actor,
    as_json: options.Json = False,
) -> None:
    """Change a portal's name, at any time (R5)."""
    with opened() as services:
        services.portals.rename(_known_id(portal_id), name, actor(as_))
        found = _afterwards(services, portal_id)
    _show_portal(found, as_json)


def list_domains(
    portal_id: options.PortalId, as_: options.Reader = CONSOLE_ADMINISTRATOR, as_json: options.Json = False
) -> None:
    """A portal's custom domains, and what proves each."""
    with opened() as services:
        found = services.insight.portal(_known_id(portal_id), actor(as_))

    def draw(screen: "Console") -> None:
        from core.commandline.tables import print_facts

        for one in found.domains:
            values = {key: value for key, value in shapes.domain(one).items() if value is not None}
            print_facts(screen, [(key.replace("_", " "), value) for key, value in values.items()])

    items = [shapes.domain(one) for one in found.domains]
    show({"total": len(items), "items": items}, as_json, draw)


def add_domain(
    portal_id: options.PortalId, domain: _Domain, as_: options.Actor, as_json: options.Json = False
) -> None:
    """Add a custom domain; it counts once it is verified (R11)."""
    with opened() as services:
        before = _domain_names(services, portal_id)
        services.portals.add_domain(_known_id(portal_id), domain, actor(as_))
        found = _afterwards(services, portal_id)
    for one in found.domains:
        if one.domain not in before:
            hint(f"Set the TXT record {one.record_name} to {one.record_value},")
            hint(f"or put that text into {one.file_url};")
            hint(f"then: python -m core portals domains verify {portal_id} {one.domain} --as {as_}")
    _show_portal(found, as_json)


def verify_domain(
    portal_id: options.PortalId, domain: _Domain, as_: options.Actor, as_json: options.Json = False
) -> None:
    """Look for the domain's proof, by DNS or by a file, and let it count (R11)."""
    with opened() as services:
        services.portals.verify_domain(_known_id(portal_id), domain, actor(as_))
        found = _afterwards(services, portal_id)
    _show_portal(found, as_json)


def remove_domain(
    portal_id: options.PortalId, domain: _Domain, as_: options.Actor, as_json: options.Json = False
) -> None:
    """Remove a custom domain (R11)."""
    with opened() as services:
        services.portals.remove_domain(_known_id(portal_id), domain, actor(as_))
        found = _afterwards(services, portal_id)
    _show_portal(found, as_json)


def _afterwards(services: "Services", portal_id: int) -> PortalDetails:
    return services.insight.portal(portal_id, actor(CONSOLE_ADMINISTRATOR))


def _domain_names(services: "Services", portal_id: int) -> set[str]:
    return {one.domain for one in _afterwards(services, _known_id(portal_id)).domains}


def _show_portal(found: PortalDetails, as_json: bool) -> None:
    def draw(screen: "Console") -> None:
        from core.commandline.tables import print_portal

        print_portal(screen, found)

    show(shapes.portal(found.portal), as_json, draw)


def _known_id(portal_id: int) -> int:
    if not 0 < portal_id <= MOST:
        raise NotFound(f"There is no portal {portal_id}. `portals list` shows those there are.", field="id")
    return portal_id


def _require_known(field: str, values: _Many, known: tuple[str, ...]) -> None:
    for value in values or ():
        if value not in known:
            raise InvalidValue(
                f"There is no {field} {value!r}. Choose one of: {', '.join(known)}.", field=field
            )


def _require_there(services: "Services", wanted: PortalFilter) -> None:
    for slug in wanted.portals:
        services.catalogue.portal(slug)
    slugs = services.platform.instance_slugs() if wanted.instances else ()
    for slug in wanted.instances:
        if slug not in slugs:
            raise NotFound(
                f"There is no instance {slug!r}. Choose one of: {', '.join(slugs)}.", field="instance"
            )


def _sort(sort: str | None) -> str:
    if sort is None:
        return "-created_at"
    field = sort.removeprefix("-")
    return sort[: len(sort) - len(field)] + _SORTED_LIKE.get(field, field)
