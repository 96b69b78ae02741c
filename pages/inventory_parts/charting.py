"""The estate in charts: how it divides, what came by day. A click on a bar shows just those; so do the filters above."""

from collections.abc import Mapping

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.insight.inventory import FacetCounts
from pages.inventory_parts.known import FACETS, Words
from pages.inventory_parts.link import PLACE
from pages.ui import keys
from pages.ui.address import Address
from pages.ui.badges import PORTAL_STATES, VERDICTS, Colour
from pages.ui.charts import Series, columns, draw, nothing, ranges, rows
from pages.ui.times import duration_range
from pages.ui.words import count

DAYS, MOST, _MINUTE = 90, 15, 60
_BY = ("state", "verdict", "instance", "portal", "audience", "language", "type")


def charts(services: Services, actor: Actor, counts: FacetCounts, words: Words, address: Address) -> None:
    """Two charts beside each other; under each other on a phone."""
    st.header("Charts", anchor=False)
    left, right = st.columns(2, gap="large")
    with left:
        _divided(counts, words, address)
        _durations(services, words, address)
    with right:
        _by_day(services, actor, address)


def _divided(counts: FacetCounts, words: Words, address: Address) -> None:
    by = address.known("by", _BY) or "instance"
    keys.mirror("inventory-by", by)
    st.selectbox(
        "Portals by",
        _BY,
        format_func=lambda one: FACETS[one].label.lower(),
        key="inventory-by",
        on_change=address.take,
        args=("by", "inventory-by"),
        width=220,
    )
    counted = {one: n for one, n in counts.counts.get(by, {}).items() if n and one in words[by]}
    if not counted:
        nothing("No portal matches", "How the portals that match divide shows here.")
        return
    shown = sorted(counted, key=lambda one: -counted[one])[:MOST]
    labels = [words[by][one] for one in shown]
    rest = len(counted) - len(shown)
    title = f"Portals by {FACETS[by].label.lower()}" + (
        f", the {MOST} most of {len(counted)}" if rest else ""
    )
    drawn = rows(labels, _series(by, shown, counted), title=title, unit="portals")
    most = f"{labels[0]}: {counted[shown[0]]:,}"
    values = dict(zip(labels, shown, strict=True))
    draw(
        drawn,
        alt=f"{title}. Most: {most}. {count(len(counted), 'value')} in all; the filters above show the same counts.",
        key=f"inventory-chart-{by}",
        on_pick=lambda label: address.choose(**PLACE, **{by: values.get(label, "")}),
    )


def _series(by: str, shown: list[str], counted: Mapping[str, int]) -> list[Series]:
    """One series; states each in their own colour."""
    colours: dict[str, Colour] = {
        one: state.colour
        for one, state in {**PORTAL_STATES, **VERDICTS}.items()
        if by in ("state", "verdict")
    }
    by_colour = dict.fromkeys(colours.get(one, "blue") for one in shown)
    return [
        Series(
            "portals", [counted[one] if colours.get(one, "blue") == colour else None for one in shown], colour
        )
        for colour in by_colour
    ]


def _by_day(services: Services, actor: Actor, address: Address) -> None:
    series = services.inventory.series(actor, DAYS)
    if not any(series.created):
        nothing(f"No portal was created in the last {DAYS} days", "What came and what failed shows here.")
        return
    made, bad = sum(series.created), sum(series.failed)
    fine = [created - failed for created, failed in zip(series.created, series.failed, strict=True)]
    drawn = columns(
        [f"{day:%Y-%m-%d}" for day in series.days],
        [Series("never failed", fine, "blue"), Series("have failed", list(series.failed), "red")],
        title=f"Portals created by day, the last {DAYS} days",
        unit="portals",
        stacked=True,
    )
    draw(
        drawn,
        alt=f"Portals created by day in the last {DAYS} days: {made:,}, of which {bad:,} have failed at least once.",
        key="inventory-chart-days",
        on_pick=lambda label: address.choose(**PLACE, day=label[:10]),
    )


def _durations(services: Services, words: Words, address: Address) -> None:
    """How long a run usually takes: the middle half of the latest that went through."""
    found = {portal: services.insight.estimate(portal) for portal in words["portal"]}
    known = {portal: one for portal, one in found.items() if one is not None}
    if not known:
        nothing("No run has gone through yet", "How long runs take shows here, by portal.")
        return
    title = "How long a run takes, the middle half"
    slowest = max(known, key=lambda portal: known[portal].high_s)
    values = {words["portal"][portal]: portal for portal in known}
    draw(
        ranges(
            list(values),
            [(one.low_s / _MINUTE, one.high_s / _MINUTE) for one in known.values()],
            title=title,
            unit="minutes",
        ),
        alt=f"{title}, by portal. Slowest: {words['portal'][slowest]}, "
        f"{duration_range(known[slowest].low_s, known[slowest].high_s)}.",
        key="inventory-chart-durations",
        on_pick=lambda label: address.choose(**PLACE, portal=values.get(label, "")),
    )
