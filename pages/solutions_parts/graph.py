"""How solutions need each other, as a picture; the lists above it say the same in words."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.insight.installation_models import SolutionSummary
from pages.ui.badges import SOLUTION_STATES

# At least 3 to 1 against the light page and the dark one; each has a symbol of its own beside the colour.
_MARKS = {
    "installed": ("#15934a", "circle"),
    "installing": ("#3b7dd8", "square"),
    "waiting": ("#7b818c", "circle-open"),
    "install-failed": ("#dc3c3c", "x"),
}
_LINE = "#8b909a"
ROW_PX, LEAST_PX = 40, 90
LEFT_ROOM, LABEL_ROOM = 0.06, 0.95


def graph_of(found: Sequence[SolutionSummary]) -> None:
    """From the top, what needs nothing, to the bottom, what needs most."""
    import plotly.graph_objects as go

    by_name = {one.unique_name: one for one in found}
    places = _places(by_name)
    figure = go.Figure()
    figure.add_trace(_lines(go, by_name, places))
    for state, (colour, symbol) in _MARKS.items():
        shown = [one for one in found if one.state == state]
        if shown:
            figure.add_trace(
                go.Scatter(
                    x=[places[one.unique_name][0] for one in shown],
                    y=[places[one.unique_name][1] for one in shown],
                    mode="markers+text",
                    name=SOLUTION_STATES[state].word,
                    text=[f"  {one.unique_name}" for one in shown],
                    textposition="middle right",
                    textfont={"size": 13, "color": _text()},
                    hovertext=[_said(one) for one in shown],
                    hoverinfo="text",
                    marker={
                        "color": colour,
                        "symbol": symbol,
                        "size": 13,
                        "line": {"width": 2, "color": colour},
                    },
                )
            )
    wide = max((x for x, _ in places.values()), default=0.0)
    deep = len({y for _, y in places.values()})
    figure.update_layout(
        height=LEAST_PX + deep * ROW_PX,
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        xaxis={"visible": False, "range": [-LEFT_ROOM, wide + LABEL_ROOM], "fixedrange": True},
        yaxis={"visible": False, "fixedrange": True},
    )
    words = "; ".join(f"{one.unique_name} needs {', '.join(one.needs)}" for one in found if one.needs)
    st.plotly_chart(
        figure,
        key="solutions-graph-chart",
        config={"displayModeBar": False},
        alt=words or "No solution needs another.",
    )


def _text() -> str:
    """A label's colour; the theme is known for sure, since somebody has just opened the graph."""
    return "#e8e8e8" if st.context.theme.type == "dark" else "#111111"


def _places(by_name: Mapping[str, SolutionSummary]) -> dict[str, tuple[float, float]]:
    """A row as far down as the longest way to it."""
    depth: dict[str, int] = {}

    def of(name: str, above: frozenset[str]) -> int:
        if name not in depth:
            needs = [n for n in by_name[name].needs if n in by_name and n not in above]
            depth[name] = 1 + max((of(n, above | {name}) for n in needs), default=-1)
        return depth[name]

    for name in by_name:
        of(name, frozenset())
    rows: dict[int, list[str]] = {}
    for name in sorted(by_name, key=str.casefold):
        rows.setdefault(depth[name], []).append(name)
    return {
        # Every other row stands a little to the right, so that a chain is a line to follow.
        name: (float(place) + (0.12 if row % 2 else 0.0), -float(row))
        for row, names in rows.items()
        for place, name in enumerate(names)
    }


def _lines(go: Any, by_name: Mapping[str, SolutionSummary], places: Mapping[str, tuple[float, float]]) -> Any:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for name, one in by_name.items():
        for needed in one.needs:
            if needed in places:
                xs += [places[needed][0], places[name][0], None]
                ys += [places[needed][1], places[name][1], None]
    return go.Scatter(
        x=xs, y=ys, mode="lines", line={"color": _LINE, "width": 1}, hoverinfo="skip", showlegend=False
    )


def _said(one: SolutionSummary) -> str:
    return (
        f"{one.unique_name} {one.version}: {SOLUTION_STATES[one.state].word}, needed by {len(one.needed_by)}"
    )
