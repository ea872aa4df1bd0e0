"""How every figure looks, and the function that methods register theirs with."""

from __future__ import annotations

import textwrap
from functools import singledispatch
from html import escape
from typing import Any

import plotly.graph_objects as go

from pmlab.errors import InputError
from pmlab.results import Result

__all__ = [
    "COLOURS",
    "GREY",
    "GRID",
    "INK",
    "PAPER",
    "PATTERNS",
    "THEME",
    "figure",
    "finished",
    "marker",
]

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
"""Okabe and Ito's palette (2008), which colour-blind readers tell apart."""

PATTERNS = ("", "/", ".", "x", "-", "\\", "+")
"""Beside the colours, so that segments differ in a grey print too."""

INK, GREY, GRID, PAPER = "#222222", "#8A8780", "#DAD8D2", "#F7F6F3"
"""A figure's colours are fixed when it is made, and it may be read in a light notebook or a dark
one. So it brings its own ground: soft beside white, calm beside black, and the ink stays dark."""

CAPTION_WIDTH = 84
"""In characters: what a narrow window still shows, for text in a drawing does not wrap."""

THEME = go.layout.Template(
    layout={
        "colorway": COLOURS,
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "font": {"family": "Helvetica, Arial, sans-serif", "size": 13, "color": INK},
        "title": {"x": 0, "xref": "paper", "font": {"size": 17}},
        "legend": {"title": {"font": {"size": 13}}},
        "xaxis": {
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
            "ticklabelstandoff": 4,
            "title": {"font": {"size": 13}, "standoff": 8},
        },
        "yaxis": {
            "gridcolor": GRID,
            "zerolinecolor": INK,
            "rangemode": "tozero",
            "automargin": True,
            "tickformat": ",",
            "ticklabelstandoff": 6,
            "title": {"font": {"size": 13}, "standoff": 10},
        },
        # A learner's data stay on their machine, and bars have nothing to pick with a lasso.
        "modebar": {"remove": ["sendChartToCloud", "select2d", "lasso2d"]},
    }
)
"""How every figure looks."""


@singledispatch
def figure(result: Result) -> go.Figure:
    """Return the figure of a result.

    The result's summary stands under the drawing, and in ``figure.layout.meta["description"]``
    for readers who do not see it.
    """
    raise InputError(f"a {type(result).__name__} has no figure; print it instead.")


def marker(colour: str, pattern: str) -> dict[str, Any]:
    """Return how a bar is filled."""
    overlay = {"shape": pattern, "fillmode": "overlay", "fgcolor": PAPER, "size": 7}
    return {"color": colour, "pattern": overlay}


def finished(drawing: go.Figure, title: str, description: str, *, height: int = 380) -> go.Figure:
    """Give the drawing the common look, its title, and its description in words below.

    `height` is that of title and drawing, in pixels.
    """
    lines = textwrap.wrap(description, CAPTION_WIDTH)
    axis = 60 if drawing.layout.xaxis.title.text else 40
    below = axis + 15 + 18 * len(lines)
    drawing.update_layout(
        template=THEME,
        title={"text": escape(title)},
        meta={"description": description},
        height=height + below,
        margin={"l": 70, "r": 20, "t": 60, "b": below},
    )
    drawing.add_annotation(
        text=" <br>".join(map(escape, lines)),  # the space parts words when it is read aloud
        showarrow=False,
        align="left",
        x=0,
        xref="paper",
        xanchor="left",
        y=0,
        yref="paper",
        yanchor="top",
        yshift=-axis,
    )
    return drawing
