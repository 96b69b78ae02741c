"""notifications: list, add, remove, test. Each person's own; an address is never printed whole."""

from typing import TYPE_CHECKING, Annotated, Any, cast, get_args

import typer

from core.commandline import options
from core.commandline.errors import REFUSED
from core.commandline.lists import MOST, Page
from core.commandline.opening import actor, opened
from core.commandline.output import hint, iso, show
from core.errors import InvalidValue, NotFound
from core.notices.models import SubscriptionSummary, WantNotices
from core.notices.occasions import OCCASIONS, Rhythm

if TYPE_CHECKING:
    from rich.console import Console

_FIELDS = ("id", "name", "address", "rhythm", "paused", "created_at", "last_sent_at")
_Id = Annotated[int, typer.Argument(metavar="ID", help="The notification.", show_default=False)]


def list_notifications(
    as_: options.Actor,
    as_json: options.Json = False,
    limit: options.Limit = None,
    offset: options.Offset = 0,
    sort: options.Sort = None,
) -> None:
    """Your notifications, with their addresses masked."""
    page = Page.of(limit, offset, sort, _FIELDS)
    with opened() as services:
        found = services.notifications.list(actor(as_))
    document = page.cut([_shape(one) for one in found])

    def draw(screen: "Console") -> None:
        from core.commandline.tables import print_table, print_total

        rows = [
            (
                one["id"],
                one["name"],
                one["address"],
                ", ".join(one["occasions"]),
                ", ".join(one["instances"]) or "all",
                "paused" if one["paused"] else one["rhythm"],
            )
            for one in document["items"]
        ]
        print_table(screen, ("ID", "Name", "Address", "Occasions", "Instances", "When"), rows)
        print_total(screen, len(rows), document["total"], "notifications")

    show(document, as_json, draw)


def add(
    name: Annotated[str, typer.Option(metavar="TEXT", help="What you call it.", show_default=False)],
    address: Annotated[
        str,
        typer.Option(
            metavar="URL",
            help="Where to: an Apprise address, such as jsons://example.com/hook; docs/notifications.md.",
            show_default=False,
        ),
    ],
    as_: options.Actor,
    occasion: Annotated[
        list[str],
        typer.Option(metavar="OCCASION", help=f"Any of {', '.join(OCCASIONS)}.", show_default=False),
    ],
    instance: Annotated[
        list[str] | None, typer.Option(metavar="SLUG", help="Only of these instances.")
    ] = None,
    when: Annotated[str, typer.Option(metavar="at-once|daily", help="At once, or once a day.")] = "at-once",
    as_json: options.Json = False,
) -> None:
    """Be told when something happens."""
    if when not in get_args(Rhythm):
        raise InvalidValue("--when takes two words. Give at-once or daily.", field="when")
    wanted = WantNotices(name, address, tuple(occasion), tuple(instance or ()), cast("Rhythm", when))
    with opened() as services:
        added = services.notifications.add(wanted, actor(as_))
        found = next(one for one in services.notifications.list(actor(as_)) if one.id == added)
    show(
        _shape(found),
        as_json,
        lambda screen: screen.print(f"Notification {found.id} goes to {found.address}."),
    )


def remove(subscription_id: _Id, as_: options.Actor, as_json: options.Json = False) -> None:
    """Delete a notification with its address and all that it told."""
    with opened() as services:
        services.notifications.delete(_known(subscription_id), actor(as_))
    document = {"id": subscription_id, "state": "deleted"}
    show(document, as_json, lambda screen: screen.print(f"Notification {subscription_id} is deleted."))


def try_out(subscription_id: _Id, as_: options.Actor, as_json: options.Json = False) -> None:
    """Send a test message now; 1 where the channel did not take it."""
    with opened() as services:
        handed = services.notifications.test(_known(subscription_id), actor(as_))
    document = {"id": subscription_id, "answer": handed.answer, "problem": handed.problem}
    show(document, as_json, lambda _screen: hint(handed.problem or "The channel took the message."))
    if handed.answer != "sent":
        raise typer.Exit(REFUSED)


def _known(subscription_id: int) -> int:
    if not 0 < subscription_id <= MOST:
        raise NotFound(
            f"You have no notification {subscription_id}. `notifications list` shows those there are.",
            field="id",
        )
    return subscription_id


def _shape(one: SubscriptionSummary) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "address": one.address,
        "occasions": list(one.occasions),
        "instances": list(one.instances),
        "rhythm": one.rhythm,
        "paused": one.is_paused,
        "created_at": iso(one.created_at),
        "last_sent_at": iso(one.last_sent_at),
        "waiting": one.waiting,
        "failed": one.failed,
        "unclear": one.unclear,
    }
