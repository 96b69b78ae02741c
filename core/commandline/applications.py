"""applications: the licences (R4)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from core.commandline import options, shapes
from core.commandline.lists import Page
from core.commandline.opening import actor, opened
from core.commandline.output import show
from core.insight.models import ApplicationSummary
from core.settings import CONSOLE_ADMINISTRATOR

if TYPE_CHECKING:
    from rich.console import Console

FIELDS = ("id", "type", "state", "portal")


def list_applications(
    as_: options.Reader = CONSOLE_ADMINISTRATOR,
    as_json: options.Json = False,
    limit: options.Limit = None,
    offset: options.Offset = 0,
    sort: options.Sort = None,
) -> None:
    """Every licence, configured or not."""
    page = Page.of(limit, offset, sort, FIELDS)
    with opened() as services:
        if page.sort is None:
            found = services.insight.applications(actor(as_), limit=page.limit, offset=page.offset)
            total, page = services.insight.licence_counts().total, Page(None, 0, None)
        else:
            found = services.insight.applications(actor(as_))
            total = len(found)
    _show(found, page, as_json, total)


def add(
    as_: options.Actor,
    type_: Annotated[
        str, typer.Option("--type", metavar="trial|production", help="What they are for.", show_default=False)
    ],
    count: Annotated[int, typer.Option("--count", metavar="N", help="How many.")] = 1,
    as_json: options.Json = False,
) -> None:
    """Add licences, as the console administrator; prints those that were added."""
    with opened() as services:
        ids = services.applications.add(type_, count, actor(as_))
        found = services.insight.applications(actor(as_), ids=ids)
    _show(found, Page(None, 0, None), as_json, len(found))


def _show(found: Sequence[ApplicationSummary], page: Page, as_json: bool, total: int) -> None:
    document = page.cut([shapes.application(one) for one in found]) | {"total": total}
    names = {one.id: one.portal_name for one in found}

    def draw(screen: "Console") -> None:
        from core.commandline.tables import print_table, print_total

        items = document["items"]
        rows = [(i["id"], "Portal Add-On", i["type"], i["state"], i["portal"], names[i["id"]]) for i in items]
        print_table(screen, ("ID", "Title", "Type", "State", "Portal", "Name"), rows)
        print_total(screen, len(items), document["total"], "licences")

    show(document, as_json, draw)
