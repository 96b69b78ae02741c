"""The latest of everything one may see: who did what, where and when."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.insight.activity import ActivityEvent, EventFilter
from pages.ui import keys
from pages.ui.actor import person
from pages.ui.address import Address, number_of
from pages.ui.empty import empty_state
from pages.ui.tables import cell, head, row_head, table
from pages.ui.times import ago, exact
from pages.ui.words import act

SIZE = 50
_PORTICO = "portico"


def latest(services: Services, actor: Actor, address: Address) -> None:
    """Filters, the events, and the way to older ones."""
    names = {k.slug: k.instance.name for k in services.directory.all(max_age_s=30)}
    visible = services.directory.visible(actor, 30)
    seen = [slug for slug in names if visible is None or slug in visible]
    _filters(services, actor, address, {slug: names[slug] for slug in seen})
    wanted = EventFilter(
        acts=tuple(filter(None, (address.get("act"),))),
        instance=address.get("instance"),
        actor=address.get("person"),
    )
    before = number_of(address.get("before"))
    page = services.events.page(wanted, actor, before=before, limit=SIZE)
    if not page.items:
        _nothing(is_filtered=wanted != EventFilter() or before is not None)
    else:
        _table(page.items, names, services.clock())
    with st.container(horizontal=True, key="activity-turn"):
        if before is not None:
            st.button("Latest", key="activity-newest", on_click=address.choose, kwargs={"before": ""})
        if page.older is not None:
            st.button(
                "Older", key="activity-older", on_click=address.choose, kwargs={"before": str(page.older)}
            )


def _filters(services: Services, actor: Actor, address: Address, instances: dict[str, str]) -> None:
    people = {one: _person(one) for one in services.events.actors(actor)}
    acts = {one: act(one) for one in services.events.acts(actor)}
    with st.container(horizontal=True, vertical_alignment="bottom", key="activity-filters"):
        for name, label, everything, words in (
            ("person", "Who", "Everybody", people),
            ("act", "What", "Everything", acts),
            ("instance", "Where", "Every instance", instances),
        ):
            _choice(address, name, label, {"": everything, **words})


def _choice(address: Address, name: str, label: str, words: dict[str, str]) -> None:
    widget = f"activity-{name}"
    chosen = address.get(name)
    options = words if chosen in words else {**words, chosen: chosen}
    keys.mirror(widget, chosen)
    st.selectbox(
        label,
        list(options),
        format_func=lambda one: options[one],
        key=widget,
        on_change=_filtered,
        args=(address, name, widget),
        width=260,
    )


def _filtered(address: Address, name: str, widget: str) -> None:
    address.choose(**{name: str(keys.widget_value(widget) or ""), "before": ""})


def _nothing(*, is_filtered: bool) -> None:
    if is_filtered:
        empty_state(
            "Nothing matches",
            "Take a filter out. What is long ago stands in each portal's history.",
            "search_off",
        )
    else:
        empty_state(
            "Nothing has happened yet", "What anybody does to a portal or an instance shows here.", "history"
        )


def _table(items: Sequence[ActivityEvent], names: dict[str, str], now: datetime) -> None:
    table(
        "Latest",
        (head("When"), head("Who"), head("What"), head("Portal"), head("Where")),
        (
            (
                cell(f'<span title="{exact(one.at)}">{ago(one.at, now)}</span>'),
                cell(escape(_person(one.actor))),
                row_head(_what(one)),
                cell(_portal(one)),
                cell(escape(names.get(one.instance or "", one.instance or "–"))),
            )
            for one in items
        ),
    )


def _what(one: ActivityEvent) -> str:
    told = escape(act(one.act))
    if one.act == "rename":
        told += f": {escape(str(one.details.get('from', '')))} → {escape(str(one.details.get('to', '')))}"
    if "solutions" in one.details:
        told += f": {escape(', '.join(map(str, one.details['solutions'])))}"
    if "bulk" in one.details:
        number = int(one.details["bulk"])
        told += f' <span class="portico-quiet">in <a href="/activity?bulk={number}">bulk action {number}</a></span>'
    return told


def _portal(one: ActivityEvent) -> str:
    if one.portal is None:
        return "–"
    return f'<a href="/portal?id={one.portal_id}">{escape(one.portal)}</a>'


def _person(email: str) -> str:
    return "Portico" if email == _PORTICO else person(email)
