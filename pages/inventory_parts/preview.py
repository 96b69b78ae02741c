"""A bulk action opens its preview: the exact list with what would become of each. The list that was shown is what runs."""

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.errors import PorticoError
from core.portals.bulk.models import Act, BulkPreview, BulkPreviewItem
from pages.ui import acting, keys
from pages.ui.address import Address
from pages.ui.badges import State, state_html
from pages.ui.dialogs import dialog
from pages.ui.tables import cell, head, row_head, table
from pages.ui.words import count

SHOWN = 50
TITLES: Mapping[Act, str] = {
    "restart": "Restart provisioning",
    "retry": "Retry what was refused",
    "rename": "Rename by pattern",
}
_VERBS: Mapping[Act, str] = {"restart": "Restart", "retry": "Retry", "rename": "Rename"}
_OUTLOOKS = {
    "happens": State("Happens", "play_arrow", "blue"),
    "refused": State("Refused", "block", "orange"),
    "skipped": State("Nothing to do", "check_circle", "gray"),
}
_PATTERN, _PAGE = "inventory-pattern", "inventory-preview-page"


def show(
    services: Services, actor: Actor, act: Act, ids: tuple[int, ...], said: str, address: Address
) -> None:
    """Open it."""
    keys.drop_plan()
    dialog(TITLES[act], width="large", icon=":material/checklist:")(_body)(
        services, actor, act, ids, said, address
    )


def _body(
    services: Services, actor: Actor, act: Act, ids: tuple[int, ...], said: str, address: Address
) -> None:
    arguments = {"pattern": _pattern()} if act == "rename" else {}
    asked = f"{act} {hash(ids)} {arguments}"
    try:
        previewed: BulkPreview = keys.kept_plan(asked) or services.bulk.preview(act, ids, arguments, actor)
    except PorticoError as error:
        st.error(acting.sentences(error), icon=":material/error:")
        return
    keys.keep_plan(asked, previewed)
    st.markdown(summary(previewed))
    _list(services, previewed)
    slot = st.container()
    if st.button(
        f"{_VERBS[act]} {count(previewed.happening, 'portal')}",
        type="primary",
        key="inventory-preview-run",
        icon=":material/play_arrow:",
        disabled=not previewed.happening,
    ):
        try:
            number = services.bulk.start(previewed, actor, f"{TITLES[act]}: {said}")
        except PorticoError as error:
            slot.error(acting.sentences(error), icon=":material/error:")
            return
        keys.drop_plan()
        keys.select([])
        address.choose(bulk=str(number))
        st.rerun()


def summary(previewed: BulkPreview) -> str:
    """How many of what, as Markdown."""
    said = [f"**{previewed.happening:,} of {count(len(previewed.items), 'portal')}** would be changed"]
    if previewed.refused:
        said.append(f"{previewed.refused:,} refused")
    if previewed.skipped:
        said.append(f"{previewed.skipped:,} with nothing to do")
    return " · ".join(said) + ". The list is as it was selected; what is shown is what runs."


def _pattern() -> str:
    keys.mirror(_PATTERN, keys.widget_value(_PATTERN) or "{name}")
    st.text_input(
        "New name",
        key=_PATTERN,
        max_chars=200,
        help="{name}, {subdomain}, {instance}, {language} and {number} stand for each portal's own; "
        "{number:03} counts with three digits.",
    )
    return str(keys.widget_value(_PATTERN))


def _list(services: Services, previewed: BulkPreview) -> None:
    """The list, a page at a time: what happens, or why not."""
    pages = max(1, -(-len(previewed.items) // SHOWN))
    page = min(int(keys.widget_value(_PAGE) or 1), pages)
    names = {k.slug: k.instance.name for k in services.directory.all(max_age_s=60)}
    first = (page - 1) * SHOWN
    is_rename = previewed.act == "rename"
    table(
        "What would happen",
        [
            head("No.", "number narrow"),
            head("Portal"),
            head("Instance", "narrow"),
            head("Outcome", "narrow"),
            head("New name, or why not" if is_rename else "What, or why not"),
        ],
        (
            (
                cell(f"{number:,}", "number narrow"),
                row_head(escape(item.name)),
                cell(escape(names.get(item.instance, item.instance)), "narrow"),
                cell(state_html(_OUTLOOKS[item.outlook]), "narrow"),
                cell(escape(_told(item.what, item.reason, item.after if is_rename else None, item.outlook))),
            )
            for number, item in enumerate(_part(previewed.items, first), first + 1)
        ),
    )
    if pages > 1:
        st.pagination(pages, key=_PAGE)


def _part(items: Sequence[BulkPreviewItem], first: int) -> Sequence[BulkPreviewItem]:
    return items[first : first + SHOWN]


def _told(what: str, reason: str | None, after: str | None, outlook: str) -> str:
    if outlook == "happens":
        return after or what
    return reason or what
