"""The figures of what is likely: how large a market is at least, and all lows beside it."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from pmlab.market.sizing import Sizing
from pmlab.market.tornado import Extremes
from pmlab.market.units import Unit
from pmlab.plots.market.scales import FAR, MEAN, powers, round_marks
from pmlab.plots.theme import COLOURS, INK, figure, finished, literal
from pmlab.uncertain.distribution import Distribution


@figure.register
def _(result: Sizing) -> go.Figure:
    drawing = _chances(result, result.unit)
    return finished(drawing, result.title, result.summary())


@figure.register
def _(result: Extremes) -> go.Figure:
    unit = result.estimate.quantity.unit
    drawing = _chances(result.estimate, unit, result.low, result.high)
    far = drawing.layout.xaxis.type == "log"
    for value, name, side in (
        (result.low, "all lows", "right"),
        (result.high, "all highs", "left"),
    ):
        drawing.add_vline(x=value, line={"color": COLOURS[5], "width": 2, "dash": "dot"})
        drawing.add_annotation(
            x=float(np.log10(value)) if far else value,  # of a note, not of a line
            y=1,
            yref="paper",
            yanchor="bottom",
            xanchor=side,
            text=name,
            showarrow=False,
        )
    return finished(drawing, result.title, result.summary())


def _chances(one: Distribution, unit: Unit, *also: float) -> go.Figure:
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
        customdata=[literal(unit.shown(float(x))) for x in xs],
        hovertemplate="at least %{customdata}: %{y:.0%}<extra></extra>",
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
            customdata=[f"{name}: {literal(unit.shown(value))}"],
            hovertemplate="%{customdata}<extra></extra>",
            showlegend=False,
        )
    if one.p10 != one.p90:
        chance = 1 - one.cdf(one.mean)
        # Where it leaves the labels of P50 and P90, and the edge, alone.
        where = "bottom left" if chance > 0.42 else "middle right" if chance > 0.18 else "top right"
        drawing.add_scatter(
            mode="markers+text",
            x=[one.mean],
            y=[chance],
            text=[f"&nbsp;&nbsp;mean {unit.number(one.mean)}&nbsp;&nbsp;"],
            textposition=where,
            marker=MEAN,
            showlegend=False,
            customdata=[literal(unit.shown(one.mean))],
            hovertemplate="mean: %{customdata}<extra></extra>",
        )
    drawing.update_layout(
        xaxis={
            "title": {"text": f"{literal(unit)}{', log scale' if far else ''}"},
            "type": "log" if far else "linear",
            **(powers(xs[0], xs[-1]) if far else round_marks(xs[0], xs[-1], most=4)),
        },
        yaxis={
            "title": {"text": "chance of at least this"},
            "tickformat": ".0%",
            "range": (0, 1.04),
        },
    )
    return drawing
