"""The figures of funnels."""

from __future__ import annotations

from datetime import timedelta
from html import escape
from math import isnan

import plotly.graph_objects as go

from pmlab.funnels import FunnelBreakdown, FunnelResult
from pmlab.funnels.periods import FunnelTimes, FunnelTrend
from pmlab.funnels.result import name_of
from pmlab.plots.theme import COLOURS, GREY, INK, PATTERNS, figure, finished, marker
from pmlab.results import count, percent

MOST_BARS_WITH_NUMBERS = 16
"""More numbers would overlap; they stand in the table and appear on hovering."""


@figure.register
def _(result: FunnelResult) -> go.Figure:
    drawing = _draw_funnels({result.counted: result})
    drawing.update_layout(showlegend=False)
    return finished(drawing, result.title, result.summary())


@figure.register
def _(result: FunnelBreakdown) -> go.Figure:
    shown = {name_of(value): funnel for value, funnel in [*result.segments.items()][: len(COLOURS)]}
    left_out = len(result.segments) - len(shown)
    note = f" Not drawn: the {left_out} smallest segments." if left_out else ""
    drawing = _draw_funnels(shown)
    drawing.update_layout(legend={"title": {"text": result.by}})
    return finished(drawing, result.title, result.summary() + note)


@figure.register
def _(result: FunnelTrend) -> go.Figure:
    frame = result.to_frame()
    drawing = go.Figure()
    for name, complete, colour in (("complete", True, COLOURS[0]), ("not complete", False, GREY)):
        own = frame[(frame["complete"] == complete) & (frame["users"] > 0)]
        rate = own["rate_from_start"]
        drawing.add_scatter(
            name=name,
            x=own["period"].tolist(),
            y=rate.tolist(),
            customdata=own["users"].tolist(),
            mode="lines+markers" if complete else "markers",
            marker={"size": 8, "color": colour, "symbol": "circle" if complete else "circle-open"},
            line={"color": colour},
            error_y={
                "symmetric": False,
                "array": (own["rate_from_start_high"] - rate).tolist(),
                "arrayminus": (rate - own["rate_from_start_low"]).tolist(),
                "thickness": 1,
                "width": 3,
            },
            hovertemplate="%{x|%d %b %Y}: %{y:.1%} of %{customdata:,}<extra></extra>",
        )
    drawing.update_layout(
        yaxis={
            "title": {"text": f"share that reached '{escape(result.steps[-1])}'"},
            "tickformat": ".0%",
            "rangemode": "tozero",
        }
    )
    return finished(drawing, result.title, result.summary())


@figure.register
def _(result: FunnelTimes) -> go.Figure:
    curve = result.to_frame()
    long = result.within > timedelta(days=2)
    unit, size = ("d", timedelta(days=1)) if long else ("h", timedelta(hours=1))
    x = [0.0, *(time / size for time in curve["time"].tolist())]
    drawing = go.Figure()
    for column, dash, width in (
        ("share_low", "dot", 1),
        ("share_high", "dot", 1),
        ("share", "solid", 2.5),
    ):
        drawing.add_scatter(
            name="share converted" if column == "share" else "95% interval",
            x=x,
            y=[0.0, *curve[column].tolist()],
            mode="lines",
            line={"shape": "hv", "color": COLOURS[0], "dash": dash, "width": width},
            showlegend=column != "share_low",
            hovertemplate="%{x:.1f}: %{y:.1%}<extra></extra>",
        )
    drawing.update_layout(
        xaxis={"ticksuffix": f" {unit}"},
        yaxis={"title": {"text": "share converted"}, "tickformat": ".0%", "rangemode": "tozero"},
    )
    return finished(drawing, result.title, result.summary())


def _draw_funnels(funnels: dict[str, FunnelResult]) -> go.Figure:
    """Draw bars of the rates from the start, side by side, with intervals and numbers."""
    drawing = go.Figure()
    n_bars = sum(len(funnel.steps) for funnel in funnels.values())
    top = 1.0
    for number, (name, funnel) in enumerate(funnels.items()):
        rates, intervals = funnel.rate_from_start, funnel.interval_from_start()
        what = f"share of '{escape(funnel.steps[0])}'"
        if funnel.continued is not None:
            rates, intervals = funnel.rate_from_previous, funnel.interval_from_previous()
            what = "share that moved on"
        steps = [escape(step) for step in funnel.steps]
        ends = [*zip(rates, intervals, strict=True)]
        top = max([top, *(rate for rate in rates if not isnan(rate))])
        above = [0.0 if isnan(high) else high - rate for rate, (_, high) in ends]
        below = [0.0 if isnan(low) else rate - low for rate, (low, _) in ends]
        drawing.add_bar(
            name=escape(name),
            x=steps,
            y=rates,
            customdata=list(funnel.counts),
            offsetgroup=name,
            error_y={
                "symmetric": False,
                "array": above,
                "arrayminus": below,
                "thickness": 1.5,
                "width": 4,
                "color": INK,
            },
            marker=marker(COLOURS[number], PATTERNS[number]),
            hovertemplate=f"{escape(name)}, %{{x}}: %{{customdata:,}} (%{{y:.1%}})<extra></extra>",
        )
        if n_bars <= MOST_BARS_WITH_NUMBERS:
            numbers = zip(rates, funnel.counts, strict=True)
            drawing.add_scatter(
                x=steps,
                y=[rate + up for rate, up in zip(rates, above, strict=True)],
                mode="markers+text",
                marker={"size": 8, "opacity": 0},  # keeps the numbers off the interval
                text=[f"<b>{percent(rate)}</b><br>{count(n)}" for rate, n in numbers],
                textposition="top center",
                textfont={"size": 13 if len(funnels) == 1 else 10},
                offsetgroup=name,
                showlegend=False,
                hoverinfo="skip",
                cliponaxis=False,
            )
    return drawing.update_layout(
        barmode="group",
        scattermode="group",
        bargap=0.3,
        scattergap=0.3,
        yaxis={
            "title": {"text": f"{what}, 95% interval"},
            "tickformat": ".0%",
            "range": (0, 1.15 * top),  # room for the numbers of the tallest bar
        },
    )
