"""How every figure looks, and the function that methods register theirs with."""

from __future__ import annotations

import itertools
import math
import textwrap
from collections.abc import Sequence
from functools import singledispatch
from html import escape
from typing import Any

import plotly.graph_objects as go

from pmlab.errors import InputError
from pmlab.results import Result

__all__ = [
    "COLOURS",
    "EDGE",
    "GREY",
    "GRID",
    "INK",
    "PAPER",
    "PATTERNS",
    "THEME",
    "broken",
    "figure",
    "finished",
    "literal",
    "marker",
    "name_rows",
    "named_columns",
    "stacked",
]

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
"""Okabe and Ito's palette (2008), which colour-blind readers tell apart."""

PATTERNS = ("", "/", ".", "x", "-", "\\", "+")
"""Beside the colours, so that segments differ in a grey print too."""

INK, GREY, GRID, PAPER = "#222222", "#8A8780", "#DAD8D2", "#F7F6F3"
"""A figure's colours are fixed when it is made, and it may be read in a light notebook or a dark
one. So it brings its own ground: soft beside white, calm beside black, and the ink stays dark."""

TITLE_WIDTH, TEXT_WIDTH, AXIS_WIDTH, UP_WIDTH = 52, 68, 54, 40
"""In characters, of titles, of captions, and of the titles of axes along and up: what half a screen
or a phone shows (420 pixels), for text in a drawing does not wrap by itself."""

NARROW = 390
"""Pixels of such a window that can be drawn on."""

EDGE = 16
"""Pixels between a figure's edge and what is in it."""

NAME_LINE = 16
"""Height of a line of a name, in pixels."""

THEME = go.layout.Template(
    layout={
        "colorway": COLOURS,
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "font": {"family": "Helvetica, Arial, sans-serif", "size": 13, "color": INK},
        "title": {
            "x": 0,
            "xref": "container",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "font": {"size": 16},
        },
        # Under the title: beside the drawing, a narrow window would hold little else.
        "legend": {
            "orientation": "h",
            "x": 0.02,
            "xref": "container",
            "xanchor": "left",
            "yref": "container",
            "yanchor": "top",
            "bgcolor": "rgba(0,0,0,0)",
            "font": {"size": 12},
            "title": {"font": {"size": 12}, "side": "left"},
        },
        "xaxis": {
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
            "ticklabelstandoff": 4,
            "tickangle": 0,  # what stands below leaves no room for labels that stand up
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


def literal(text: object) -> str:
    """Return a text that is drawn as it is: no markup, and no formula between dollar signs.

    It is not for a hovertemplate, where a name may look like a variable: names go to `customdata`.
    """
    return escape(str(text), quote=False).replace("$", "&#36;")  # plotly knows no &quot;


def broken(text: object, width: int, *, most: int | None = None) -> str:
    """Return a text as `literal` does, in lines; after the last of `most` lines come dots.

    Names such as sign_up break after an underscore.
    """
    lines = textwrap.wrap(str(text).replace("_", "_\0 "), width)
    if most is not None and len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1][: width - 3]}..."]
    return "<br>".join(literal(line.replace("\0 ", "").replace("\0", "")) for line in lines)


def name_rows(
    drawing: go.Figure,
    texts: Sequence[str],
    places: Sequence[Any],
    *,
    lift: float,
    axis: str = "y",
) -> dict[str, Any]:
    """Write the texts of rows above them, for beside they would leave no room; return their axis.

    `lift` is the distance of a text from the middle of its row, in pixels.
    """
    for text, place in zip(texts, places, strict=True):
        drawing.add_annotation(
            text=text,
            showarrow=False,
            align="left",
            bgcolor=PAPER,  # on a line that goes through all rows
            borderpad=0,
            x=0,
            xref="paper",
            xanchor="left",
            y=place,
            yref=axis,
            yanchor="bottom",
            yshift=lift,
        )
    return {
        "tickmode": "array",
        "tickvals": list(places),
        "ticktext": list(texts),
        "showticklabels": False,
        "showgrid": False,
        "zeroline": False,
        "title": None,
    }


def named_columns(names: Sequence[str]) -> dict[str, Any]:
    """Return an axis of names that break where their columns end in a narrow window."""
    width = max(8, (NARROW - 60) // (7 * max(len(names), 1)))
    return {
        "tickmode": "array",
        "tickvals": list(map(literal, names)),
        "ticktext": [broken(name, width) for name in names],
    }


def stacked(texts: Sequence[str], mark: int) -> tuple[list[float], float]:
    """Return where marks of a height stand, each under its text, and the height of all.

    All in pixels from the bottom up; the first is on top, and stands where its middle is.
    """
    heights = [NAME_LINE * (text.count("<br>") + 1) + mark + 14 for text in texts]
    total = float(sum(heights))
    down = itertools.accumulate(heights)
    return [total - end + 8 + mark / 2 for end in down], total


def finished(
    drawing: go.Figure,
    title: str,
    description: str,
    *,
    height: int = 380,
    key: Sequence[str] = (),
) -> go.Figure:
    """Give the drawing the common look, its title, and its description in words below.

    `height` is that of a title of one line and the drawing, in pixels. The lines of `key`, which
    are markup, stand between the drawing and the description.
    """
    heading = textwrap.wrap(title, TITLE_WIDTH)
    under_title = 20 * len(heading) + 20
    top = under_title + 20 + 22 * _legend_lines(drawing)
    for axis in drawing.select_xaxes():
        _break_title(axis, AXIS_WIDTH)
    for axis in drawing.select_yaxes():
        _break_title(axis, UP_WIDTH)
    along, up = drawing.layout.xaxis, drawing.layout.yaxis
    from_axis = 44 + NAME_LINE * (_lines(along.ticktext or ()) - 1)
    if along.title.text:
        from_axis += 18 + NAME_LINE * along.title.text.count("<br>")
    lines = list(map(literal, textwrap.wrap(description, TEXT_WIDTH)))
    to_caption = from_axis + (NAME_LINE * len(key) + 10 if key else 0)
    below = to_caption + 17 * len(lines) + 12
    total = height - 60 + top + below
    left = EDGE if up.showticklabels is False else _left(drawing)
    drawing.update_layout(
        template=THEME,
        title={
            "text": "<br>".join(map(literal, heading)),
            # Plotly sets the second line where the first was, so to say.
            "pad": {"l": EDGE, "t": 16 if len(heading) == 1 else 27},
        },
        legend={"y": 1 - under_title / total},
        meta={"description": description},
        height=total,
        margin={"l": left, "r": 20, "t": top, "b": below},
    )
    for texts, down in ((list(key), from_axis), (lines, to_caption)):
        if texts:
            drawing.add_annotation(
                text=" <br>".join(texts),  # the space parts words when it is read aloud
                showarrow=False,
                align="left",
                font={"size": 12},
                x=0,
                xref="paper",
                xanchor="left",
                xshift=EDGE - left,
                y=0,
                yref="paper",
                yanchor="top",
                yshift=-down,
            )
    return drawing


def _left(drawing: go.Figure) -> int:
    """Return the room for names beside an axis, or for numbers, in pixels."""
    up = drawing.layout.yaxis
    drawn = [text for trace in drawing.data for text in _strings(trace.y)]
    lines = [line for text in (up.ticktext or drawn) for line in text.split("<br>")]
    widest = max(map(len, lines), default=0)
    return max(70, round(6.8 * widest) + (40 if up.title.text else 16))


def _strings(values: Any) -> list[str]:
    return [one for one in (() if values is None else values) if isinstance(one, str)]


def _break_title(axis: Any, width: int) -> None:
    """Break the title of an axis, which may have markup, where a narrow window would end."""
    if axis.title.text:
        axis.title.text = "<br>".join(
            textwrap.wrap(axis.title.text, width, break_long_words=False, break_on_hyphens=False)
        )


def _lines(texts: Sequence[str]) -> int:
    return max((text.count("<br>") + 1 for text in texts), default=1)


def _legend_lines(drawing: go.Figure) -> int:
    """Return how many lines the legend takes in a narrow window."""
    traces = [one for one in drawing.data if one.name and one.showlegend is not False]
    one_by_itself = len(traces) == 1 and not traces[0].showlegend
    if not traces or one_by_itself or drawing.layout.showlegend is False:
        return 0
    widths = [48 + 6.5 * len(one.name) for one in traces]
    heading = drawing.layout.legend.title.text
    room = NARROW - (12 + 6.5 * len(heading) if heading else 0)
    if sum(widths) <= room:
        return 1
    return math.ceil(len(widths) / max(1, math.floor(room / max(widths))))
