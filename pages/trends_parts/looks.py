"""How the charts of this page differ from others: their legend stands below, where a phone has room for it."""

from textwrap import wrap

import plotly.graph_objects as go

_NAME = 30  # letters a line of a name beside a bar
_LEGEND = {"orientation": "h", "x": 0, "xanchor": "left", "y": 0, "yanchor": "bottom", "yref": "container"}


def legend_below(drawn: go.Figure, rows: int = 1) -> go.Figure:
    """The figure with its legend under the axis; `rows`: how many it takes on a phone."""
    height = drawn.layout.height or drawn.layout.template.layout.height
    room = 24 + 20 * rows
    return drawn.update_layout(legend=_LEGEND, margin={"b": room + 30}, height=height + room)


def name_in_lines(name: str) -> str:
    """A long name in several lines, so that its bar keeps some room."""
    return "<br>".join(wrap(name, _NAME)) or name
