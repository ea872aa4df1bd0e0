"""The figure of TAM, SAM and SOM, each a part of the one above."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import plotly.graph_objects as go

from pmlab.market.estimate import Estimate
from pmlab.market.funnel import MarketFunnel
from pmlab.plots.market.scales import mean_marks, range_text, round_marks, whisker
from pmlab.plots.theme import (
    COLOURS,
    GREY,
    INK,
    PATTERNS,
    TEXT_WIDTH,
    broken,
    figure,
    finished,
    literal,
    marker,
    name_rows,
)

ROW, BAR, LINE = 66, 24, 16
"""Heights of a row, of its bar and of a line of text below it, in pixels."""
GAP = 70
"""Height of an axis and its title, in pixels."""
SMALL = 0.2
"""A SOM whose range takes up less of the axis than this is drawn once more, enlarged."""
FAR_RIGHT = 8
"""A capacity of more times the SOM would make the SOM small again: it is told in words alone."""
MOST_LINES = 12
"""Of an argument that appear when a bar is pointed at."""
SHADES = (COLOURS[4], COLOURS[0], COLOURS[5])


@figure.register
def _(result: MarketFunnel) -> go.Figure:
    levels = list(result.levels.items())
    rows = [len(levels) - 1 - place for place in range(len(levels))]
    right = _right([one for _, one in levels])
    told, line = _won_and_capacity(result)
    enlarged = _end(levels[-1][1]) < SMALL * right
    words = 8 + LINE * len(told) if told else 0
    first = ROW * len(levels) + (0 if enlarged else words)
    second = ROW + words if enlarged else 0
    high = first + (GAP + second if enlarged else 0)

    drawing = go.Figure()
    for row, (_, upper) in zip(rows[1:], [upper for upper, _ in pairwise(levels)], strict=True):
        # What it is a part of, as an empty box around it.
        half = (BAR / 2 + 2) / ROW
        _box(drawing, upper.p50, row - half, row + half)
    for place, (row, (name, one)) in enumerate(zip(rows, levels, strict=True)):
        _bar(drawing, result, place, row, one, _how(result, name))
    texts = [f"<b>{name}</b>  {range_text(one, result.unit, bare=True)}" for name, one in levels]
    drawing.update_layout(
        xaxis=_amounts(result, right),
        yaxis={
            **name_rows(drawing, texts, rows, lift=BAR / 2 + 4),
            "range": (rows[-1] - 0.5 - (first / ROW - len(levels)), rows[0] + 0.5),
            "domain": (1 - first / high, 1),
        },
    )
    ranged = any(one.p10 < one.p90 for _, one in levels)
    if ranged:
        seen = levels[:-1] if enlarged else levels
        mean_marks(drawing, [one.mean for _, one in seen], rows[: len(seen)], result.unit)
    axes = {}
    if enlarged:
        axes = {"xaxis": "x2", "yaxis": "y2"}
        name, one = levels[-1]
        right = max([_right([one]), *(1.05 * value for value in line)])
        _bar(drawing, result, len(levels) - 1, 0, one, _how(result, name), **axes)
        if ranged:
            mean_marks(drawing, [one.mean], [0], result.unit, showlegend=False, **axes)
        drawing.update_layout(
            xaxis2={**_amounts(result, right), "anchor": "y2"},
            yaxis2={
                **name_rows(
                    drawing, [f"<b>{name}, enlarged</b>"], [0], lift=BAR / 2 + 4, axis="y2"
                ),
                "range": (-0.5 - words / ROW, 0.5),
                "domain": (0, second / high),
            },
        )
    _draw_capacity(drawing, [value for value in line if value <= right], told, **axes)
    return finished(drawing, result.title, result.summary(), height=60 + high)


def _bar(
    drawing: go.Figure,
    result: MarketFunnel,
    place: int,
    row: int,
    one: Estimate,
    how: str,
    **axes: Any,
) -> None:
    drawing.add_bar(
        orientation="h",
        y=[row],
        x=[one.p50],
        width=BAR / ROW,
        marker=marker(SHADES[place], PATTERNS[place]),
        error_x=whisker(one),
        customdata=[f"{range_text(one, result.unit)}{how}"],
        hovertemplate="%{customdata}<extra></extra>",
        showlegend=False,
        **axes,
    )


def _box(drawing: go.Figure, right: float, low: float, high: float) -> None:
    look = {"color": GREY, "dash": "dot", "width": 1.5}
    drawing.add_shape(type="rect", x0=0, x1=right, y0=low, y1=high, line=look)


def _amounts(result: MarketFunnel, right: float) -> dict[str, Any]:
    return {
        "title": {"text": f"{literal(result.unit)}: median, P10 to P90"},
        "range": (0, right),
        **round_marks(0, right),
    }


def _end(one: Estimate) -> float:
    """Return what is drawn of a level: a mean far out, which a warning tells of, is not."""
    return max(one.p90, min(one.mean, 1.5 * one.p90))


def _right(levels: list[Estimate]) -> float:
    return 1.05 * max(map(_end, levels))


def _how(result: MarketFunnel, name: str) -> str:
    """Return the lines of the argument that lead to a level from the one above it."""
    ends = {level: _place_of(result, one) for level, one in result.levels.items()}
    end = ends[name]
    start = max((other + 1 for other in ends.values() if other < end), default=0)
    lines = [literal(link.label) for link in result.links[start:end]]
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], "..."]
    return "".join(f"<br>{line}" for line in lines)


def _place_of(result: MarketFunnel, level: Estimate) -> int:
    """Return which line of the argument a level is: names may be anything, also those of levels."""
    return next(place for place, link in enumerate(result.links) if link.estimate is level)


def _won_and_capacity(result: MarketFunnel) -> tuple[list[str], list[float]]:
    """Return what is told under the SOM, in lines, and the capacity where it can be drawn."""
    told, line = [], []
    if result.customers is not None and result.unit.kind == "money":
        won = result.customers["SOM"]
        told.append(f"{range_text(won, won.quantity.unit)} won")
    if result.capacity is not None:
        unit = result.capacity.quantity.unit
        text = f"capacity {range_text(result.capacity, unit)}"
        if unit == result.unit and result.capacity.p50 <= FAR_RIGHT * _end(result.som):
            line = [result.capacity.p50]
            text += ", thick line"
        told.append(text)
    return [part for text in told for part in broken(text, TEXT_WIDTH).split("<br>")], line


def _draw_capacity(drawing: go.Figure, line: list[float], told: list[str], **axes: Any) -> None:
    where = {"xref": axes.get("xaxis", "x"), "yref": axes.get("yaxis", "y")}
    half = (BAR / 2 + 6) / ROW
    for x in line:
        look = {"color": INK, "width": 3}
        drawing.add_shape(type="line", x0=x, x1=x, y0=-half, y1=half, line=look, **where)
    if told:
        drawing.add_annotation(
            text="<br>".join(told),
            x=0,
            y=-half,
            xanchor="left",
            yanchor="top",
            align="left",
            font={"size": 12},
            showarrow=False,
            **where,
        )
