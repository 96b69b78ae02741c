"""Charts: one look, states in their own colours and patterns, a title, a unit and an alternative text each.

Figures are made of plain dictionaries, and never by plotly's quick way (`px`), which takes ten times as long.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import plotly.graph_objects as go
import streamlit as st

from pages.ui.badges import AREAS, PATTERNS, Colour
from pages.ui.empty import empty_state

HEIGHT = 280
# Nothing to zoom with: whoever wants the numbers filters, or exports.
_CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}
# What Streamlit reads as its darkest gray, light in the dark: its own choice for words on an axis has not 4.5 to 1.
_WORDS = {"color": "#000037"}
_LAYOUT: dict[str, Any] = {
    "height": HEIGHT,
    "margin": {"l": 8, "r": 8, "t": 44, "b": 8},
    "bargap": 0.25,
    "hovermode": "x unified",
    "dragmode": False,
    "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom"},
    "xaxis": {
        "showgrid": False,
        "automargin": True,
        "fixedrange": True,
        "tickfont": _WORDS,
        "title": {"font": _WORDS},
    },
    "yaxis": {
        "rangemode": "tozero",
        "automargin": True,
        "fixedrange": True,
        "separatethousands": True,
        "tickfont": _WORDS,
        "title": {"font": _WORDS},
    },
}
TEMPLATE = go.layout.Template(layout=_LAYOUT)


@dataclass(frozen=True)
class Series:
    """Values of one kind under one name, drawn in a state's colour."""

    name: str
    values: Sequence[float | None]
    colour: Colour = "blue"


def marker(colour: Colour) -> dict[str, Any]:
    """An area in a state's colour, with its pattern for whoever can't tell the colours apart."""
    pattern = {
        "shape": PATTERNS[colour],
        "size": 6,
        "solidity": 0.2,
        "fgcolor": "#ffffff",
        "fillmode": "overlay",
    }
    return {"color": AREAS[colour], "line": {"width": 0}, "pattern": pattern}


def figure(traces: Sequence[Mapping[str, Any]], *, title: str, unit: str, **layout: Any) -> go.Figure:
    """A figure of these traces; `unit` names the values on their axis."""
    axis = {"title": {"text": unit}, **layout.pop("yaxis", {})}
    return go.Figure(
        {
            "data": list(traces),
            "layout": {"template": TEMPLATE, "title": {"text": title}, "yaxis": axis, **layout},
        }
    )


def columns(
    labels: Sequence[Any], series: Sequence[Series], *, title: str, unit: str, stacked: bool = False
) -> go.Figure:
    """Upright bars: a group, or a stack, a label."""
    traces = [
        {
            "type": "bar",
            "name": one.name,
            "x": list(labels),
            "y": list(one.values),
            "marker": marker(one.colour),
        }
        for one in series
    ]
    return figure(
        traces, title=title, unit=unit, barmode="stack" if stacked else "group", showlegend=len(series) > 1
    )


def rows(labels: Sequence[str], series: Sequence[Series], *, title: str, unit: str) -> go.Figure:
    """Lying bars, stacked, the first label on top; names may be long."""
    traces = [
        {
            "type": "bar",
            "orientation": "h",
            "name": one.name,
            "y": list(labels),
            "x": list(one.values),
            "marker": marker(one.colour),
        }
        for one in series
    ]
    return figure(
        traces,
        title=title,
        unit="",
        barmode="stack",
        hovermode="y unified",
        showlegend=len(series) > 1,
        height=max(HEIGHT // 2, 90 + 30 * len(labels)),
        xaxis={"title": {"text": unit}, "rangemode": "tozero", "separatethousands": True, "showgrid": True},
        yaxis={"autorange": "reversed", "type": "category"},
    )


def ranges(
    labels: Sequence[str], spans: Sequence[tuple[float, float]], *, title: str, unit: str
) -> go.Figure:
    """From a value to a value, a lying bar each, the first label on top."""
    trace = {
        "type": "bar",
        "orientation": "h",
        "y": list(labels),
        "base": [low for low, _ in spans],
        "x": [high - low for low, high in spans],
        "customdata": [[low, high] for low, high in spans],
        "hovertemplate": "%{customdata[0]:.1f}–%{customdata[1]:.1f} " + unit + "<extra></extra>",
        "marker": marker("blue"),
    }
    return figure(
        [trace],
        title=title,
        unit="",
        showlegend=False,
        hovermode="closest",
        height=max(HEIGHT // 2, 90 + 30 * len(labels)),
        xaxis={"title": {"text": unit}, "rangemode": "tozero", "showgrid": True},
        yaxis={"autorange": "reversed", "type": "category"},
    )


def lines(labels: Sequence[Any], series: Sequence[Series], *, title: str, unit: str) -> go.Figure:
    """Lines, each dashed in its own way as well as coloured."""
    dashes = ("solid", "dash", "dot", "dashdot")
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": one.name,
            "x": list(labels),
            "y": list(one.values),
            "line": {"color": AREAS[one.colour], "width": 2, "dash": dashes[number % len(dashes)]},
            "marker": {"color": AREAS[one.colour], "size": 5, "symbol": number},
        }
        for number, one in enumerate(series)
    ]
    return figure(traces, title=title, unit=unit, showlegend=len(series) > 1)


def draw(drawn: go.Figure, *, alt: str, key: str, on_pick: Callable[[str], None] | None = None) -> None:
    """Draw it under an alternative text. `on_pick` takes the label of the bar or point that was clicked.

    A point can't be reached by keyboard: whoever passes `on_pick` offers another way to the same thing.
    """
    if on_pick is None:
        st.plotly_chart(drawn, alt=alt, key=key, config=_CONFIG)
        return
    st.plotly_chart(
        drawn,
        alt=alt,
        key=key,
        config=_CONFIG,
        selection_mode="points",
        on_select=lambda: _picked(key, on_pick),
    )


def nothing(title: str, text: str) -> None:
    """In place of a chart that has nothing to show: what it would show, and when."""
    empty_state(title, text, "bar_chart_off")


def _picked(key: str, on_pick: Callable[[str], None]) -> None:
    state = cast("Mapping[str, Any]", st.session_state.get(key) or {})
    points = cast("Sequence[Mapping[str, Any]]", (state.get("selection") or {}).get("points") or ())
    if points:
        point = points[0]
        label = point.get("label") or point.get("y" if isinstance(point.get("y"), str) else "x")
        on_pick(str(label))
