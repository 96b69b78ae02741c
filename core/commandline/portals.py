"""portals: list, show, rename and custom domains."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.commandline import filters, options, shapes
from core.commandline.lists import MOST, Page
from core.commandline.opening import actor, opened
from core.commandline.output import hint, show
from core.errors import NotFound
from core.insight.models import PortalDetails
from core.settings import CONSOLE_ADMINISTRATOR

if TYPE_CHECKING:
    from rich.console import Console

    from core.bootstrap import Services

_Domain = Annotated[
    str, typer.Argument(metavar="DOMAIN", help="Such as help.example.com.", show_default=False)
]


@filters.takes_a_filter
def list_portals(
    which: filters.Which,
    facets: Annotated[bool, typer.Option("--facets", help="Count the values of those that match.")] = False,
    as_: options.Reader = CONSOLE_ADMINISTRATOR,
    as_json: options.Json = False,
    limit: options.Limit = None,
    offset: options.Offset = 0,
    sort: options.Sort = None,
) -> None:
    """The portals that match every filter; of one given several times, any value."""
    page = Page.of(limit, offset, sort, shapes.PORTAL_FIELDS)
    with opened() as services:
        wanted = which.wanted(services)
        found = services.insight.portals(
            wanted, actor(as_), limit=page.limit, offset=page.offset, sort=page.sort or "-created_at"
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
