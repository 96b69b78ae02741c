"""What matches as a file, sent as it is read: a million portals take the memory of a few thousand."""

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from core.access import Actor
from core.bootstrap import Services
from core.insight.inventory import exporting
from core.insight.models import PortalFilter
from pages.inventory_parts import link
from pages.inventory_parts.known import words_of
from pages.ui.actor import actor_of
from pages.ui.address import number_of
from pages.ui.services import services

PATH = "/inventory/export.{kind}"
MIME: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}


def href(kind: str, query: Mapping[str, str]) -> str:
    """The file of what a page of that address lists; `ids` is a selection, with commas between."""
    return f"{PATH.format(kind=kind)}?{urlencode({name: value for name, value in query.items() if value})}"


def export_portals(request: Request) -> Response:
    """The file for what the address chooses, as the page's own address does; for who acts in this browser."""
    kind = request.path_params["kind"]
    if kind not in exporting.KINDS:
        kinds = ", ".join(f".{one}" for one in exporting.KINDS)
        return PlainTextResponse(f"Portals can be exported as {kinds}. Choose one of these.", 404)
    everything: Services = services()
    actor = actor_of(request)
    name = f"portals-{everything.clock():%Y-%m-%d}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    if request.method == "HEAD":
        return Response(headers=headers, media_type=MIME[kind])
    wanted, sort = _wanted(everything, actor, request.query_params)
    parts = exporting.stream(kind, everything.inventory.rows(wanted, actor, sort=sort))
    return StreamingResponse(parts, headers=headers, media_type=MIME[kind])


def _wanted(everything: Services, actor: Actor, query: Mapping[str, str]) -> tuple[PortalFilter, str]:
    choices = link.read(lambda name: query.get(name, ""), words_of(everything, actor))
    if "ids" not in query:
        return choices.wanted, choices.sort
    ids = map(number_of, query["ids"].split(","))
    return PortalFilter(ids=tuple(id_ for id_ in ids if id_ is not None)), choices.sort
