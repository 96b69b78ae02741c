"""Which trials end when, and what is lost then. Read only where it is opened."""

from collections import Counter
from datetime import date, datetime, timedelta
from html import escape

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.insight.inventory import InventoryRow
from core.insight.models import PortalFilter
from pages.inventory_parts.known import Words
from pages.ui.empty import empty_state
from pages.ui.tables import cell, head, row_head, table
from pages.ui.words import count

DAYS, MOST = 30, 500
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def trials(services: Services, actor: Actor, words: Words) -> None:
    """A calendar of the next 30 days, and the list."""
    st.header("Trials: what ends when", anchor=False)
    found = services.inventory.page(PortalFilter(trial_ends_within=DAYS), actor, sort="created_at", size=MOST)
    if not found.items:
        empty_state(
            "No trial ends in the next 30 days",
            f"A portal under a trial licence shows here from its first day: a trial lasts {services.settings.trial_days} days.",
            "event_available",
        )
        return
    st.markdown(
        f"**{count(found.total, 'trial ends', 'trials end')} in the next {DAYS} days.** With a trial go its website, its URL "
        "and what was written on it. Its configuration and history stay here."
    )
    ends = {row.id: row.created_at + timedelta(days=services.settings.trial_days) for row in found.items}
    today = services.clock().date()
    st.html(calendar(Counter(at.date() for at in ends.values()), today))
    if found.total > len(found.items):
        st.caption(f"The first {len(found.items):,} of {found.total:,}, those that end first.")
    table(
        "Trials by the day on which they end",
        (
            head("Ends", "narrow"),
            head("Left", "number narrow"),
            head("Portal"),
            head("Instance", "narrow"),
            head("Lost then"),
        ),
        (_row(row, ends[row.id], today, words) for row in found.items),
    )


def calendar(ends: Counter[date], today: date) -> str:
    """Weeks as rows, days as cells, with how many trials end on each."""
    first = today - timedelta(days=today.weekday())
    weeks = (DAYS + today.weekday()) // 7 + 1
    heads = "".join(f'<th scope="col"><abbr title="{day}">{day[:3]}</abbr></th>' for day in _WEEKDAYS)
    rows = "".join(
        "<tr>"
        + "".join(_day(first + timedelta(days=7 * week + number), ends, today) for number in range(7))
        + "</tr>"
        for week in range(weeks)
    )
    return (
        '<div class="portico-scroll" role="region" aria-label="Calendar of trials" tabindex="0">'
        f'<table class="portico-calendar"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _day(day: date, ends: Counter[date], today: date) -> str:
    number = ends.get(day, 0)
    is_in_it = today <= day <= today + timedelta(days=DAYS)
    kind = "today" if day == today else "" if is_in_it else "out"
    said = f"<b>{number:,} {'ends' if number == 1 else 'end'}</b>" if number else ""
    month = f" {day:%b}" if day.day == 1 or day == today else ""
    return f'<td class="{kind}"><span>{day.day}{month}</span>{said}</td>'


def _row(row: InventoryRow, at: datetime, today: date, words: Words) -> tuple[str, ...]:
    language = words["language"].get(str(row.language), str(row.language))
    # As the calendar above has it: one that ends in some hours ends today, or tomorrow.
    left = (at.date() - today).days
    return (
        cell(f"{at:%a %d %b %Y}", "narrow"),
        cell(count(left, "day") if left > 0 else "today", "number narrow"),
        row_head(f'<a href="/portal?id={row.id}">{escape(row.display_name)}</a>'),
        cell(escape(words["instance"].get(row.instance, row.instance)), "narrow"),
        cell(f"{escape(row.url)} and its pages in {escape(language)}"),
    )
