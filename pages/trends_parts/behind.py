"""From a mark to the failures behind it: by click, and by links in a table for whoever uses the keyboard."""

from datetime import date
from html import escape
from urllib.parse import urlencode

import streamlit as st

from core.insight.trends import CauseTrend, Trends
from pages.ui import keys, menu

Query = dict[str, str]


def of_day(trends: Trends, day: date) -> Query:
    """The failures that began on the day."""
    return _scope(trends) | {"ever": "yes", "from": f"{day}", "to": f"{day}"}


def of_value(trends: Trends, cut: str, key: str) -> Query:
    """The failures of the period with this value."""
    period = {"ever": "yes", "from": f"{trends.since}", "to": f"{trends.until}"}
    return _scope(trends) | period | {cut: key}


def of_cause(trends: Trends, cause: CauseTrend) -> Query:
    """The cause's failures of the period; where none began in it, those that are still open."""
    if cause.failures:
        return of_value(trends, "cause", cause.cause)
    return _scope(trends) | {"cause": cause.cause}


def href(query: Query) -> str:
    """The address on the page Troubleshoot."""
    return f"/troubleshoot?{urlencode(query)}"


def link(words: str, query: Query) -> str:
    """A link in a table's cell."""
    return f'<a href="{escape(href(query))}">{escape(words)}</a>'


def follow() -> None:
    """Go where a click on a chart leads; after the charts of a fragment."""
    query = keys.take_pick()
    if query is not None:
        st.switch_page(menu.path("troubleshoot"), query_params=query)


def _scope(trends: Trends) -> Query:
    wanted = trends.wanted
    found = {"instance": wanted.instance or "", "portal": wanted.template or ""}
    return {name: value for name, value in found.items() if value}
