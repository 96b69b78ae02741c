"""How alike two portals are, pair by pair. The chart's script is slow to come: only who opens this pays for it."""

import plotly.graph_objects as go
import streamlit as st

from core.insight.matrix import View
from core.insight.matrix.likeness import Likeness, likeness_of
from pages.compare_parts.link import Choices
from pages.ui import keys
from pages.ui.address import Address
from pages.ui.words import plain

# One hue from pale to dark: the order is seen without colours as well, and each field has its number.
_SCALE = ((0.0, "#eef4fb"), (0.5, "#7fb0e4"), (1.0, "#123f73"))
_DARK_FROM = 0.72
_MOST_NUMBERED = 15
_ROW_PX, _HEAD_PX = 40, 150


def alike(view: View, choices: Choices, address: Address) -> None:
    """A heat map, opened when it is wanted."""
    keys.mirror("compare-alike", choices.alike)
    st.header("How alike are they?", anchor=False)
    st.toggle("Show the heat map", key="compare-alike", on_change=_take, args=(address,))
    likeness = likeness_of(view)
    said = _said(likeness)
    st.markdown(plain(said))
    if choices.alike and len(likeness.columns) > 1:
        st.plotly_chart(
            heat_map(likeness),
            key="compare-heat-map",
            config={"displayModeBar": False, "staticPlot": False},
            alt=f"Heat map of how alike two portals are, over all features. {said}",
        )


def heat_map(likeness: Likeness) -> go.Figure:
    """The figure: a field a pair, with its percentage."""
    names = [column.short_name for column in likeness.columns]
    is_numbered = len(names) <= _MOST_NUMBERED
    percent = [[round(100 * value) for value in row] for row in likeness.values]
    heat = go.Heatmap(
        x=names,
        y=names,
        z=likeness.values,
        customdata=percent,
        zmin=0,
        zmax=1,
        colorscale=_SCALE,
        showscale=not is_numbered,
        xgap=2,
        ygap=2,
        hovertemplate="%{y} and %{x}: %{customdata} %<extra></extra>",
    )
    figure = go.Figure(heat)
    figure.update_layout(
        height=_HEAD_PX + _ROW_PX * len(names) if is_numbered else 720,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        yaxis={"autorange": "reversed", "automargin": True},
        xaxis={"side": "top", "automargin": True, "tickangle": -35},
    )
    if is_numbered:
        _number(figure, names, likeness)
    return figure


def _number(figure: go.Figure, names: list[str], likeness: Likeness) -> None:
    figure.update_layout(
        annotations=[
            {
                "x": names[column],
                "y": names[row],
                "text": f"{100 * value:.0f} %",
                "showarrow": False,
                "font": {"color": "#ffffff" if value >= _DARK_FROM else "#111111", "size": 13},
            }
            for row, values in enumerate(likeness.values)
            for column, value in enumerate(values)
        ]
    )


def _said(likeness: Likeness) -> str:
    extremes = likeness.extremes()
    if extremes is None:
        return "It takes two portals to compare."
    (a, b, most), (c, d, least) = extremes
    return (
        f"Most alike are {a.short_name} and {b.short_name}, which share {most:.0%} of what either has; "
        f"least alike {c.short_name} and {d.short_name}, with {least:.0%}."
    )


def _take(address: Address) -> None:
    address.choose(alike="show" if keys.widget_value("compare-alike") else "")
