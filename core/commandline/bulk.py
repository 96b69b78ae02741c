"""portals bulk: restart, retry, rename, list, show, cancel."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.commandline import filters, options
from core.commandline.errors import REFUSED, MissingOption, OptionMisused
from core.commandline.lists import MOST, Page
from core.commandline.opening import actor, opened
from core.commandline.output import error_console, hint, iso, show
from core.errors import NotFound
from core.settings import CONSOLE_ADMINISTRATOR

if TYPE_CHECKING:
    from rich.console import Console

    from core.access import Actor
    from core.bootstrap import Services
    from core.insight.activity import BulkItemReport, BulkSummary
    from core.portals.bulk import Act, BulkPreview

_Ids = Annotated[list[int] | None, typer.Argument(metavar="ID…", help="The portals.", show_default=False)]
_BulkId = Annotated[int, typer.Argument(metavar="ID", help="The bulk action.", show_default=False)]
_Check = Annotated[bool, typer.Option("--check", help="Only preview; nothing is begun.")]
_Wait = Annotated[
    bool,
    typer.Option("--wait", help="Return when it has ended, with the runs that it began; 1 if one failed."),
]
_FIELDS = ("id", "act", "by", "wanted", "state", "created_at", "ended_at")


@filters.takes_a_filter
def restart(
    as_: options.Actor,
    which: filters.Which,
    ids: _Ids = None,
    check: _Check = False,
    wait: _Wait = False,
    as_json: options.Json = False,
) -> None:
    """Restart Provisioning of many portals: those whose last run broke or was cancelled (R22)."""
    wanted = _Wanted(ids, which)
    _act("restart", {}, wanted, as_, check=check, wait=wait, as_json=as_json)


@filters.takes_a_filter
def retry(
    as_: options.Actor,
    which: filters.Which,
    ids: _Ids = None,
    check: _Check = False,
    wait: _Wait = False,
    as_json: options.Json = False,
) -> None:
    """Retry the refused solutions behind many portals, in dependency order, each once (R25, R27)."""
    wanted = _Wanted(ids, which)
    _act("retry", {}, wanted, as_, check=check, wait=wait, as_json=as_json)


@filters.takes_a_filter
def rename(
    pattern: Annotated[
        str,
        typer.Option(
            metavar="TEXT",
            help="The names: {name}, {subdomain}, {instance}, {language}, {number} or {number:03}.",
            show_default=False,
        ),
    ],
    as_: options.Actor,
    which: filters.Which,
    ids: _Ids = None,
    check: _Check = False,
    wait: _Wait = False,
    as_json: options.Json = False,
) -> None:
    """Rename many portals by a pattern, such as "{name} ({language})" (R5)."""
    wanted = _Wanted(ids, which)
    _act("rename", {"pattern": pattern}, wanted, as_, check=check, wait=wait, as_json=as_json)


def list_bulk(
    as_: options.Reader = CONSOLE_ADMINISTRATOR,
    as_json: options.Json = False,
    limit: options.Limit = None,
    offset: options.Offset = 0,
    sort: options.Sort = None,
) -> None:
    """The bulk actions that were asked for, the newest first."""
    page = Page.of(limit, offset, sort, _FIELDS)
    with opened() as services:
        found = services.bulk_insight.latest(actor(as_), limit=None)
    document = page.cut([_shape(one) for one in found])

    def draw(screen: "Console") -> None:
        from core.commandline.tables import print_table, print_total

        rows = [
            (one["id"], one["act"], one["by"], one["wanted"], one["state"], _counted(one["items"]))
            for one in document["items"]
        ]
        print_table(screen, ("ID", "Act", "By", "Wanted", "State", "Portals"), rows)
        print_total(screen, len(rows), document["total"], "bulk actions")

    show(document, as_json, draw)


def show_bulk(
    bulk_id: _BulkId, as_: options.Reader = CONSOLE_ADMINISTRATOR, as_json: options.Json = False
) -> None:
    """A bulk action and what became of each portal; 1 where something was refused or failed."""
    with opened() as services:
        found = services.bulk_insight.one(_known(bulk_id), actor(as_))
        _tell(services, found, actor(as_), as_json)
    if found.has_gone_wrong:
        raise typer.Exit(REFUSED)


def cancel(bulk_id: _BulkId, as_: options.Actor, as_json: options.Json = False) -> None:
    """Stop before the next portal; what was done stands."""
    with opened() as services:
        services.bulk.cancel(_known(bulk_id), actor(as_))
        _tell(services, services.bulk_insight.one(bulk_id, actor(as_)), actor(as_), as_json)


class _Wanted:
    """Which portals: named, or all that match."""

    def __init__(self, ids: Sequence[int] | None, which: filters.Which) -> None:
        self._ids, self._which = tuple(ids or ()), which
        if self._ids and which.given:
            raise OptionMisused(
                f"--{which.option} does not go together with named portals. Leave one of the two out.",
                field=which.option,
            )
        if not self._ids and not which.given:
            raise MissingOption(
                "No portal is named. Name some, or give a filter such as --state.", field="id"
            )

    def ids(self, services: "Services", who: "Actor") -> tuple[int, ...]:
        """The portals; of a filter those that match now."""
        from core.portals.bulk.models import MOST_ITEMS

        return self._ids or services.inventory.ids(self._which.wanted(services), who, MOST_ITEMS, "id")

    def __str__(self) -> str:
        """In words, as it is kept."""
        if self._ids:
            some = ", ".join(map(str, self._ids[:10]))
            return f"The portals {some}" + (" and others" if len(self._ids) > 10 else "")  # noqa: PLR2004 - enough to know them
        return f"All portals with {self._which}"


def _act(
    act: "Act",
    arguments: Mapping[str, Any],
    wanted: _Wanted,
    email: str,
    *,
    check: bool,
    wait: bool,
    as_json: bool,
) -> None:
    with opened() as services:
        who = actor(email)
        preview = services.bulk.preview(act, wanted.ids(services, who), arguments, who)
        if check:
            _tell_preview(preview, as_json)
            is_bad = bool(preview.refused)
        else:
            bulk_id = services.bulk.start(preview, who, str(wanted))
            _follow(services, bulk_id, who, wait=wait)
            found = services.bulk_insight.one(bulk_id, who)
            _tell(services, found, who, as_json)
            is_bad = found.has_gone_wrong
    if is_bad:
        raise typer.Exit(REFUSED)


def _follow(services: "Services", bulk_id: int, who: "Actor", *, wait: bool) -> None:
    from core.commandline.waiting import wait_while
    from core.provisioning.leases import has_live_executor

    if not wait:
        if not has_live_executor(services.store, services.settings.lease_s):
            hint("No engine runs now: it begins when the console starts, or `python -m core worker`.")
        return
    told = [-1]
    screen = error_console()

    def look() -> None:
        found = services.bulk_insight.one(bulk_id, who)
        if found.reported != told[-1]:
            told.append(found.reported)
            screen.print(f"{found.reported:,} of {found.total:,} portals are reported")

    def is_under_way() -> bool:
        found = services.bulk_insight.one(bulk_id, who)
        return found.state == "under-way" or bool(services.bulk_insight.open_runs(bulk_id))

    wait_while(services, is_under_way, look, details={"bulk": bulk_id})


def _known(bulk_id: int) -> int:
    if not 0 < bulk_id <= MOST:
        raise NotFound(f"There is no bulk action {bulk_id}. `bulk list` shows those there are.", field="id")
    return bulk_id


def _tell(services: "Services", found: "BulkSummary", who: "Actor", as_json: bool) -> None:
    """The bulk action with all its portals."""
    items = services.bulk_insight.items(found.id, who, limit=None).items
    document = {**_shape(found), "portals": [_item(one) for one in items]}

    def draw(screen: "Console") -> None:
        from core.commandline.tables import print_facts, print_table

        print_facts(
            screen,
            [
                ("Bulk action", f"{found.id}: {found.act}, asked for by {found.actor}"),
                ("Wanted", found.wanted),
                ("State", f"{found.state}, {_counted(found.items)}"),
                ("Runs", _counted(found.runs) or "none"),
            ],
        )
        rows = [
            (one.portal_id, one.name or "", one.state, one.outcome or "", one.run_state or "")
            for one in items
        ]
        print_table(screen, ("ID", "Portal", "State", "Outcome", "Run"), rows)

    show(document, as_json, draw)


def _tell_preview(preview: "BulkPreview", as_json: bool) -> None:
    document = {
        "act": preview.act,
        "counts": dict(preview.counts),
        "portals": [
            {
                "portal": one.portal_id,
                "name": one.name,
                "outlook": one.outlook,
                "what": one.what or None,
                "reason": one.reason,
                "before": one.before,
                "after": one.after,
            }
            for one in preview.items
        ],
    }

    def draw(screen: "Console") -> None:
        from core.commandline.tables import print_table

        rows = [(one.portal_id, one.name, one.outlook, one.what or one.reason or "") for one in preview.items]
        print_table(screen, ("ID", "Portal", "Outlook", "What"), rows)
        screen.print(_counted(preview.counts))

    show(document, as_json, draw)


def _shape(found: "BulkSummary") -> dict[str, Any]:
    return {
        "id": found.id,
        "act": found.act,
        "by": found.actor,
        "wanted": found.wanted,
        "state": found.state,
        "created_at": iso(found.created_at),
        "ended_at": iso(found.ended_at),
        "total": found.total,
        "items": dict(found.items),
        "runs": dict(found.runs),
    }


def _item(one: "BulkItemReport") -> dict[str, Any]:
    return {
        "position": one.position,
        "portal": one.portal_id,
        "name": one.name,
        "state": one.state,
        "outcome": one.outcome,
        "before": one.before,
        "after": one.after,
        "run": None if one.run_id is None else {"id": one.run_id, "state": one.run_state},
        "ended_at": iso(one.ended_at),
    }


def _counted(counts: Mapping[Any, int]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in counts.items() if number)
