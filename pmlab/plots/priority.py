"""The figures of rankings."""

from __future__ import annotations

import math
import textwrap
from html import escape
from typing import Any

import plotly.graph_objects as go

from pmlab.plots.theme import COLOURS, GREY, GRID, INK, PAPER, figure, finished
from pmlab.priority import Opportunities, Ranking
from pmlab.priority.opportunities import BANDS

ROW = 30
"""Height of a row, in pixels."""
NAME_WIDTH = 34
"""Of an item beside the axis, in characters, before it breaks."""
KEY_WIDTH = 42
MOST_LABELS = 12
"""Of needs named in the drawing; the others are named when pointed at."""
FAR_APART = 20
"""From this ratio of the scores on, a logarithmic axis shows all of them."""


@figure.register
def _(result: Ranking) -> go.Figure:
    """Draw the scores in order, each with its range, and bracket what is not told apart."""
    frame = result.to_frame()
    rows = list(range(len(frame)))
    middle = frame["score_p50" if result.has_ranges else "score"].tolist()
    inside = [place < result.top or not result.has_ranges for place in rows]
    whiskers: dict[str, Any] = {}
    ends = middle
    if result.has_ranges:
        low, high = frame["score_p10"].tolist(), frame["score_p90"].tolist()
        ends = [*low, *high]
        whiskers = {
            "type": "data",
            "symmetric": False,
            "array": [b - m for b, m in zip(high, middle, strict=True)],
            "arrayminus": [m - a for a, m in zip(low, middle, strict=True)],
            "color": GREY,
            "thickness": 2.5,
            "width": 0,
        }
    drawing = go.Figure()
    drawing.add_scatter(
        x=middle,
        y=rows,
        mode="markers",
        error_x=whiskers or None,
        marker={
            "size": 11,
            "color": [COLOURS[0] if one else PAPER for one in inside],
            "line": {"color": COLOURS[0], "width": 2},
        },
        customdata=[
            [escape(row["item"]), *([row["score_p10"], row["score_p90"]] if whiskers else [])]
            for _, row in frame.iterrows()
        ],
        hovertemplate="%{customdata[0]}: %{x:,.4~g}"
        + (" (%{customdata[1]:,.4~g} to %{customdata[2]:,.4~g})" if whiskers else "")
        + "<extra></extra>",
        showlegend=False,
    )
    if result.has_ranges and result.top < len(rows):
        drawing.add_hline(
            y=result.top - 0.5,
            line={"color": INK, "width": 1, "dash": "dash"},
            annotation={"text": f"first {result.top}", "font": {"color": INK}},
            annotation_position="bottom right",
        )
    logarithmic = max(ends) / min(ends) > FAR_APART
    for group in result.not_told_apart:
        first = result.items.index(group[0])
        _bracket(drawing, first, first + len(group) - 1)
    unit = f", reach a {escape(result.window)}" if result.window else ""
    range_words = ", P50 and P10 to P90" if result.has_ranges else ""
    scale = ", each step ten times the last" if logarithmic else ""
    drawing.update_layout(
        xaxis={
            "type": "log" if logarithmic else "linear",
            "title": {"text": f"RICE score{range_words}{unit}{scale}"},
            "showgrid": True,
            "gridcolor": GRID,
            "rangemode": "normal" if logarithmic else "tozero",
            "dtick": 1 if logarithmic else None,
            "tickformat": ",.6~g",
        },
        yaxis={
            "range": (len(rows) - 0.4, -0.6),
            "tickmode": "array",
            "tickvals": rows,
            "ticktext": [_broken(item) for item in frame["item"]],
            "showgrid": False,
            "zeroline": False,
        },
    )
    drawn = finished(drawing, result.title, result.summary(), height=110 + ROW * len(rows))
    return drawn.update_layout(margin={"r": 60 if result.not_told_apart else 20})


@figure.register
def _(result: Opportunities) -> go.Figure:
    """Draw importance against satisfaction, with the bands of the score."""
    frame = result.to_frame()
    drawing = go.Figure()
    # Where importance is above satisfaction the score is 2 x importance - satisfaction.
    for least, _ in BANDS[:-1]:
        reached = [tenth / 10 for tenth in range(101) if least <= tenth / 5 <= 10 + least]
        line = [(importance, 2 * importance - least) for importance in reached]
        drawing.add_scatter(
            x=[point[0] for point in line],
            y=[point[1] for point in line],
            mode="lines",
            line={"color": GREY, "width": 1.5, "dash": "dot"},
            hoverinfo="skip",
            showlegend=False,
        )
        drawing.add_annotation(
            x=line[0][0],
            y=0,
            text=f"{least:g}",
            xanchor="left",
            xshift=6,
            yanchor="bottom",
            showarrow=False,
            font={"color": INK, "size": 11},
        )
    drawing.add_scatter(
        name="importance = satisfaction",
        x=[0, 10],
        y=[0, 10],
        mode="lines",
        line={"color": INK, "width": 1.5},
        hoverinfo="skip",
        showlegend=False,
    )
    drawing.add_annotation(
        x=0.3,
        y=9.6,
        xanchor="left",
        text="overserved",
        showarrow=False,
        font={"color": INK, "size": 14},
    )
    named = frame.index < MOST_LABELS
    drawing.add_scatter(
        x=frame["importance"].tolist(),
        y=frame["satisfaction"].tolist(),
        mode="markers+text",
        text=[str(rank) if one else "" for rank, one in zip(frame["rank"], named, strict=True)],
        textposition="middle right",
        marker={
            "size": 11,
            "color": [COLOURS[5] if over else COLOURS[0] for over in frame["overserved"]],
            "symbol": ["diamond-open" if over else "circle" for over in frame["overserved"]],
            "line": {"width": 2},
        },
        customdata=[
            [escape(need), score] for need, score in zip(frame["need"], frame["score"], strict=True)
        ],
        hovertemplate="%{customdata[0]}: importance %{x:.1f}, satisfaction %{y:.1f}, "
        "score %{customdata[1]:.1f}<extra></extra>",
        showlegend=False,
    )
    key = "<br>".join(
        f"{rank}  {_broken(f'{need} ({score:.1f})', indent='     ', width=KEY_WIDTH)}"
        for rank, need, score in zip(
            frame["rank"][named], frame["need"][named], frame["score"][named], strict=True
        )
    )
    bands = [f"{least:g} {name}" for least, name in reversed(BANDS[:-1])]
    key += f"<br> <br>dotted: scores of {', '.join(bands[:2])},<br>{', '.join(bands[2:])}"
    drawing.add_annotation(
        text=key,
        x=1.02,
        xref="paper",
        xanchor="left",
        y=1,
        yref="paper",
        yanchor="top",
        align="left",
        showarrow=False,
        font={"color": INK, "size": 12},
    )
    drawing.update_layout(
        xaxis={"title": {"text": "importance"}, "range": (-0.2, 10.4), "dtick": 2},
        yaxis={"title": {"text": "satisfaction"}, "range": (-0.2, 10.4), "dtick": 2},
    )
    lines = key.count("<br>") + 1
    drawn = finished(drawing, result.title, result.summary(), height=max(480, 100 + 18 * lines))
    widest = max(len(line) for line in key.split("<br>"))
    return drawn.update_layout(margin={"r": 40 + math.ceil(6.6 * widest)})


def _bracket(drawing: go.Figure, first: int, last: int) -> None:
    """Draw what is not told apart as one bracket beside the rows."""
    drawing.add_shape(
        type="path",
        path=f"M 6,{first - 0.25} L 0,{first - 0.25} L 0,{last + 0.25} L 6,{last + 0.25}",
        xref="paper",
        xsizemode="pixel",
        xanchor=1.0,
        yref="y",
        line={"color": COLOURS[5], "width": 2.5},
    )
    drawing.add_annotation(
        text="not told apart<br>from the next",
        textangle=90,
        x=1,
        xref="paper",
        xanchor="left",
        xshift=8,
        y=(first + last) / 2,
        showarrow=False,
        font={"color": INK, "size": 11},
        visible=last - first >= 2,
    )


def _broken(name: str, *, indent: str = "", width: int = NAME_WIDTH) -> str:
    """Return a name in lines, as text whatever it holds."""
    lines = map(escape, textwrap.wrap(str(name), width))
    return f"<br>{indent}".join(lines)
