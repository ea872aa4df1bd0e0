"""Figures of sizings: nested markets, tornadoes, what is likely, and several ways side by side."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
import plotly.graph_objects as go

from pmlab.market.estimate import Spread
from pmlab.market.funnel import MarketFunnel
from pmlab.market.sizing import Sizing
from pmlab.market.tornado import Extremes, Tornado
from pmlab.market.triangulate import Triangulation
from pmlab.market.units import Unit
from pmlab.plots.theme import COLOURS, GREY, INK, PAPER, PATTERNS, figure, finished, marker
from pmlab.results import amount

ROW = 62
"""Height of a row, in pixels."""
NAME = 26
"""Characters of a name in a line, so that a narrow window has room for bars."""
MOST = 10
"""Bars in a tornado."""
CHARACTER = 0.012
"""Width of a character, as a part of the width for bars."""
MOST_CHARACTERS = 30
FAR = 30.0
"""Ranges that span more than this factor stand on a logarithmic axis."""
SHADES = (COLOURS[4], COLOURS[0], COLOURS[5])


@figure.register
def _(result: MarketFunnel) -> go.Figure:
    drawing = go.Figure()
    levels = list(result.levels.items())
    rows = [len(levels) - 1 - place for place in range(len(levels))]
    for place, ((name, one), row) in enumerate(zip(levels, rows, strict=True)):
        if place:
            # What it is a part of, as an empty box around it.
            above = levels[place - 1][1].p50
            drawing.add_shape(
                type="rect",
                x0=0,
                x1=above,
                y0=row - 0.26,
                y1=row + 0.26,
                line={"color": GREY, "dash": "dot", "width": 1.5},
            )
        drawing.add_bar(
            orientation="h",
            y=[row],
            x=[one.p50],
            width=0.42,
            marker=marker(SHADES[place], PATTERNS[place]),
            error_x=_whisker(one),
            hovertemplate=f"{name}: {_range(one, result.unit)}{_how(result, name)}<extra></extra>",
            showlegend=False,
        )
        drawing.add_annotation(
            x=0,
            y=row + 0.34,
            xanchor="left",
            yanchor="bottom",
            showarrow=False,
            text=f"<b>{name}</b> {_range(one, result.unit)}",
        )
    if any(one.p10 < one.p90 for _, one in levels):
        _mean_marks(drawing, [one.mean for _, one in levels], rows)
    # A mean far out would leave no room for the rest; it is told of in a warning.
    right = 1.05 * max(max(one.p90, min(one.mean, 1.5 * one.p90)) for _, one in levels)
    told = _won_and_capacity(drawing, result, right)
    drawing.update_layout(
        xaxis={
            "title": {"text": f"{escape(str(result.unit))}: median, P10 to P90"},
            "range": (0, right),
            **_ticks(0, right),
        },
        yaxis={
            "range": (-0.75 if told else -0.5, len(levels) - 0.15),
            "showticklabels": False,
            "showgrid": False,
            "zeroline": False,
        },
    )
    return finished(drawing, result.title, result.summary(), height=120 + 82 * len(levels))


@figure.register
def _(result: Tornado) -> go.Figure:
    drawing = go.Figure()
    frame = result.rows.head(MOST)
    lines: list[Any] = list(frame.itertuples())
    rows = list(range(len(frame) - 1, -1, -1))
    unit = result.estimate.quantity.unit
    own = {one.name: one.measure for one in result.estimate.quantity.polynomial.unknowns}
    ends = (
        ("at its P10", "value_at_p10", "answer_at_p10", 1),
        ("at its P90", "value_at_p90", "answer_at_p90", 0),
    )
    for name, value, answer, look in ends:
        drawing.add_bar(
            name=name,
            orientation="h",
            y=rows,
            base=result.at_medians,
            x=(frame[answer] - result.at_medians).tolist(),
            width=0.5,
            marker=marker(COLOURS[look], PATTERNS[look]),
            customdata=[
                f"{escape(row.assumption)} {own[row.assumption].shown(getattr(row, value))}: "
                f"{unit.shown(getattr(row, answer))}"
                for row in lines
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
        for row, line in zip(rows, lines, strict=True):
            end = getattr(line, answer)
            up = end >= result.at_medians
            drawing.add_annotation(
                x=end,
                y=row,
                text=escape(own[line.assumption].shown(getattr(line, value))),
                showarrow=False,
                xanchor="left" if up else "right",
                xshift=4 if up else -4,
            )
    if len(frame):
        drawing.add_vline(x=result.at_medians, line={"color": INK, "width": 1.5})
        _room(drawing)
    drawing.update_layout(
        barmode="overlay",
        legend={"x": 1, "xanchor": "right", "y": 0, "yanchor": "bottom"},
        xaxis={"title": {"text": f"{escape(result.name)}, {escape(str(unit))}"}},
        yaxis=_names(frame.assumption.tolist(), rows),
    )
    return finished(drawing, result.title, result.summary(), height=140 + ROW * max(len(frame), 2))


@figure.register
def _(result: Sizing) -> go.Figure:
    drawing = _chances(result, result.unit)
    return finished(drawing, result.title, result.summary())


@figure.register
def _(result: Extremes) -> go.Figure:
    unit = result.estimate.quantity.unit
    drawing = _chances(result.estimate, unit, result.low, result.high)
    for value, name, side in (
        (result.low, "all lows", "right"),
        (result.high, "all highs", "left"),
    ):
        drawing.add_vline(x=value, line={"color": COLOURS[5], "width": 2, "dash": "dot"})
        drawing.add_annotation(
            x=value,
            y=1,
            yref="paper",
            yanchor="bottom",
            xanchor=side,
            text=name,
            showarrow=False,
        )
    return finished(drawing, result.title, result.summary())


@figure.register
def _(result: Triangulation) -> go.Figure:
    drawing = go.Figure()
    ways: list[tuple[str, Spread, str]] = [
        (name, one, one.unit.basis) for name, one in result.sizings.items()
    ]
    unit = next(iter(result.sizings.values())).unit
    if result.pooled is not None:
        ways.append(("pooled", result.pooled, unit.basis))
    rows = list(range(len(ways) - 1, -1, -1))
    bases = list(dict.fromkeys(basis for _, _, basis in ways))
    for row, (name, one, basis) in zip(rows, ways, strict=True):
        look = bases.index(basis)
        pooled = name == "pooled" and row == 0 and result.pooled is not None
        drawing.add_scatter(
            mode="markers",
            x=[one.p50],
            y=[row],
            error_x=_whisker(one),
            marker={
                "size": 14,
                "color": INK if pooled else COLOURS[look],
                "symbol": ("diamond" if pooled else ("circle", "square")[look]),
            },
            hovertemplate=f"{escape(name)}: {_range(one, unit)}<extra></extra>",
            showlegend=False,
        )
        drawing.add_annotation(
            x=one.p50,
            xref="x",
            y=row + 0.16,
            yanchor="bottom",
            text=escape(unit.number(one.p50)),
            showarrow=False,
        )
    low, high = min(one.p10 for _, one, _ in ways), max(one.p90 for _, one, _ in ways)
    names = [f"{name} ({basis})" if len(bases) > 1 else name for name, _, basis in ways]
    far = low > 0 and high / low > FAR
    title = unit.short if len(bases) > 1 else str(unit)
    drawing.update_layout(
        xaxis={
            "title": {"text": f"{escape(title)}: median, P10 to P90{', log scale' if far else ''}"},
            "type": "log" if far else "linear",
            **(_powers(low, high) if far else {"rangemode": "tozero", **_ticks(0, high)}),
        },
        yaxis=_names(names, rows),
    )
    for place, (_, one, _) in enumerate(ways):
        if far:  # an annotation on a logarithmic axis stands at the logarithm
            drawing.layout.annotations[place].x = float(np.log10(one.p50))
    return finished(drawing, result.title, result.summary(), height=120 + ROW * len(ways))


def _chances(one: Spread, unit: Unit, *also: float) -> go.Figure:
    """Draw the chance that it is at least so much, with the quantiles and the mean marked."""
    drawing = go.Figure()
    far = one.p10 > 0 and one.p90 / one.p10 > FAR
    ends = (0.01, 0.995) if far else (0.001, 0.99)
    low, high = (one.quantile(p) for p in ends)
    low, high = min(low, *also, high), max(high, *also, low)
    if far:
        xs = np.geomspace(low / 1.2, high * 1.2, 240)
    else:
        room = (high - low or abs(high)) * 0.04
        xs = np.linspace(max(low - room, 0.0), high + room, 240)
    drawing.add_scatter(
        mode="lines",
        x=xs.tolist(),
        y=[1 - one.cdf(float(x)) for x in xs],
        line={"color": COLOURS[0], "width": 3},
        fill="tozeroy",
        fillcolor="rgba(0, 114, 178, 0.15)",
        hovertemplate="at least %{x:.3s}: %{y:.0%}<extra></extra>",
        showlegend=False,
    )
    marks = [("P10", one.p10, 0.9), ("P50", one.p50, 0.5), ("P90", one.p90, 0.1)]
    if one.p10 == one.p90:
        marks = [("", one.p50, 1.0)]
    for name, value, chance in marks:
        drawing.add_scatter(
            mode="markers+text",
            x=[value],
            y=[chance],
            text=[f" {name} {unit.number(value)} "],
            textposition="middle right" if name else "bottom left",
            marker={"size": 10, "color": INK},
            cliponaxis=False,
            hovertemplate=f"{name}: {unit.shown(value)}<extra></extra>",
            showlegend=False,
        )
    if one.p10 != one.p90:
        drawing.add_scatter(
            mode="markers+text",
            x=[one.mean],
            y=[1 - one.cdf(one.mean)],
            text=[f"mean {unit.number(one.mean)}&nbsp;&nbsp;"],
            textposition="bottom left",
            marker=MEAN,
            showlegend=False,
            hovertemplate=f"mean: {unit.shown(one.mean)}<extra></extra>",
        )
    drawing.update_layout(
        xaxis={
            "title": {"text": f"{escape(str(unit))}{', log scale' if far else ''}"},
            "type": "log" if far else "linear",
            **(_powers if far else _ticks)(xs[0], xs[-1]),
        },
        yaxis={
            "title": {"text": "chance of at least this"},
            "tickformat": ".0%",
            "range": (0, 1.04),
        },
    )
    return drawing


MEAN = {"symbol": "diamond", "size": 11, "color": PAPER, "line": {"color": INK, "width": 2}}
"""How a mean is marked, beside medians."""


def _mean_marks(drawing: go.Figure, means: Sequence[float], rows: Sequence[int]) -> None:
    drawing.add_scatter(
        name="mean",
        mode="markers",
        x=list(means),
        y=list(rows),
        marker=MEAN,
        hovertemplate="mean: %{x:.3s}<extra></extra>",
        showlegend=True,
    )


def _whisker(one: Spread) -> dict[str, Any]:
    return {
        "symmetric": False,
        "array": [one.p90 - one.p50],
        "arrayminus": [one.p50 - one.p10],
        "thickness": 1.8,
        "width": 7,
        "color": INK,
    }


def _how(result: MarketFunnel, name: str) -> str:
    """Return the lines of the argument that lead to a level, for who points at it."""
    lines: list[str] = []
    for link in result.links:
        if link.operation == "=" and link.name == name:
            break
        lines = [] if link.operation == "=" else [*lines, escape(link.label)]
    return "".join(f"<br>{line}" for line in lines)


def _range(one: Spread, unit: Unit) -> str:
    if one.p10 == one.p90:
        return escape(unit.shown(one.p50))
    return escape(f"{unit.shown(one.p50)} ({unit.number(one.p10)} to {unit.number(one.p90)})")


def _names(names: Sequence[str], rows: Sequence[int]) -> dict[str, Any]:
    """Return an axis of names, broken so that they leave room for what they name."""
    broken = ["<br>".join(map(escape, _broken(name))) for name in names]
    return {
        "tickvals": list(rows),
        "ticktext": broken,
        "range": (-0.6, max(len(rows), 1) - 0.4),
        "showgrid": False,
        "zeroline": False,
    }


def _broken(name: str, most: int = 3) -> list[str]:
    lines = textwrap.wrap(name, NAME)
    return (
        lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1][: NAME - 3]}..."]
    )


def _room(drawing: go.Figure) -> None:
    """Leave room beside the bars for what is written at their ends."""
    notes = drawing.layout.annotations
    low, high = (pick(note.x for note in notes) for pick in (min, max))
    width = high - low or abs(high) or 1.0
    left, right = low - 0.1 * width, high + 0.1 * width
    for _ in range(8):  # the more room, the smaller the scale
        for note in notes:
            room = width * CHARACTER * min(len(note.text) + 2, MOST_CHARACTERS)
            if note.xanchor == "left":
                right = max(right, note.x + room)
            else:
                left = min(left, note.x - room)
        width = right - left
    drawing.update_xaxes(range=(left, right), **_ticks(low, high))


def _ticks(low: float, high: float) -> dict[str, Any]:
    """Return round marks from low to high in the words in which amounts stand elsewhere."""
    rough = (high - low) / 5 or abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough * (1 - 1e-9))
    places = range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    values = [place * step for place in places]
    return {"tickvals": values, "ticktext": [amount(value) for value in values]}


def _powers(low: float, high: float) -> dict[str, Any]:
    """Return the powers of ten about low to high, for a logarithmic axis."""
    ends = math.floor(math.log10(low)), math.ceil(math.log10(high))
    values = [10.0**power for power in range(ends[0], ends[1] + 1)]
    return {"tickvals": values, "ticktext": [amount(value) for value in values]}


def _won_and_capacity(drawing: go.Figure, result: MarketFunnel, right: float) -> bool:
    """Write under the SOM how many customers it is, and the capacity, a line where it fits."""
    told = []
    if result.customers is not None and result.unit.kind == "money":
        won = result.customers["SOM"]
        told.append(f"{_range(won, won.quantity.unit)} won")
    if result.capacity is not None:
        unit = result.capacity.quantity.unit
        told.append(f"capacity {_range(result.capacity, unit)}")
        if unit == result.unit and result.capacity.p50 <= right:
            x = result.capacity.p50
            drawing.add_shape(
                type="line", x0=x, x1=x, y0=-0.34, y1=0.34, line={"color": INK, "width": 3}
            )
            told[-1] += " (thick line)"
    if told:
        drawing.add_annotation(
            x=0,
            y=-0.34,
            xanchor="left",
            yanchor="top",
            showarrow=False,
            text="; ".join(told),
        )
    return bool(told)
