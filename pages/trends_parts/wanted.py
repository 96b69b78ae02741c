"""Which trends: chosen above everything, kept in the address."""

from collections.abc import Callable, Mapping

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.insight.trends import PERIODS, TrendFilter
from pages.ui import keys
from pages.ui.address import Address

USUAL_DAYS = 30
_LABELS = {str(days): f"{days} days" for days in PERIODS}


def wanted_trends(services: Services, get: Callable[[str], str]) -> TrendFilter:
    """What the address says; what it names and there is not is left out."""
    days, portal, instance = get("days"), get("portal"), get("instance")
    return TrendFilter(
        days=int(days) if days in _LABELS else USUAL_DAYS,
        instance=instance if instance and instance in instance_names(services) else None,
        template=portal if portal in portal_names(services) else None,
    )


def filters(services: Services, actor: Actor, address: Address, wanted: TrendFilter) -> None:
    """Period, instance, portal."""
    visible = services.directory.visible(actor, max_age_s=60)
    names = instance_names(services)
    instances = {slug: name for slug, name in names.items() if visible is None or slug in visible}
    chosen = sum(one is not None for one in (wanted.instance, wanted.template))
    with st.container(horizontal=True, vertical_alignment="center", key="trends-filters"):
        keys.mirror("trends-days", str(wanted.days))
        st.segmented_control(
            "The last",
            list(_LABELS),
            format_func=lambda one: _LABELS[one],
            key="trends-days",
            required=True,
            label_visibility="collapsed",
            on_change=address.take,
            args=("days", "trends-days"),
        )
        # Choices one under the other would jump on a phone when they have come.
        label = f"Filter ({chosen})" if chosen else "Filter"
        with st.popover(label, icon=":material/filter_list:", key="trends-filter"):
            _choice(address, "instance", "Instance", "All that you may see", wanted.instance, instances)
            _choice(address, "portal", "Portal", "All portals", wanted.template, portal_names(services))


def _choice(
    address: Address, name: str, label: str, all_: str, chosen: str | None, names: Mapping[str, str]
) -> None:
    widget = f"trends-{name}"
    options = ["", *names]
    keys.mirror(widget, chosen if chosen in names else "")
    st.selectbox(
        label,
        options,
        format_func=lambda one: names.get(one, all_),
        key=widget,
        on_change=address.take,
        args=(name, widget),
    )


def instance_names(services: Services) -> dict[str, str]:
    """Every instance by its name."""
    return {known.slug: known.instance.name for known in services.directory.all(max_age_s=60)}


def portal_names(services: Services) -> dict[str, str]:
    """Every portal template by its name."""
    return {portal.slug: portal.name for portal in services.catalogue.portals}
