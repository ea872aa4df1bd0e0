"""The figures of funnels."""

from __future__ import annotations

from datetime import timedelta
from math import isnan

import pandas as pd
import plotly.graph_objects as go

from pmlab.funnels import (
    FunnelBreakdown,
    FunnelComparison,
    FunnelExplanation,
    FunnelNextEvents,
    FunnelResult,
)
from pmlab.funnels.periods import FunnelTimes, FunnelTrend
from pmlab.funnels.segments import name_of
from pmlab.plots.theme import (
    COLOURS,
    GREY,
    GRID,
    INK,
    PATTERNS,
    figure,
    finished,
    literal,
    marker,
    named_columns,
)
from pmlab.results import count, number_of, percent

MOST_BARS_WITH_NUMBERS = 16
"""More numbers would overlap; they stand in the table and appear on hovering."""

MOST_EVENTS = 10
"""Of what came next; the rest stands in the table."""

MOST_DIFFERENCES = 20

MOST_POINTS = 400
"""Of a curve: as many as a screen tells apart. A notebook keeps every point that is drawn."""


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
            "title": {"text": f"share that reached '{literal(result.steps[-1])}'"},
            "tickformat": ".0%",
            "rangemode": "tozero",
        }
    )
    return finished(drawing, result.title, result.summary())


@figure.register
def _(result: FunnelTimes) -> go.Figure:
    curve = _thinned(result.to_frame(), result.within)
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


def _thinned(curve: pd.DataFrame, within: timedelta) -> pd.DataFrame:
    """Return the last point in each of `MOST_POINTS` equal parts of the window."""
    micros = curve["time"].to_numpy().astype("timedelta64[us]").astype("int64")
    part = pd.Index(micros * MOST_POINTS // (within // timedelta(microseconds=1)))
    last: pd.DataFrame = curve[~part.duplicated(keep="last")]
    return last


def _draw_funnels(funnels: dict[str, FunnelResult]) -> go.Figure:
    """Draw bars of the rates from the start, side by side, with intervals and numbers."""
    drawing = go.Figure()
    n_bars = sum(len(funnel.steps) for funnel in funnels.values())
    top = 1.0
    for number, (name, funnel) in enumerate(funnels.items()):
        rates, intervals = funnel.rate_from_start, funnel.interval_from_start()
        what = f"share of '{literal(funnel.steps[0])}'"
        if funnel.continued is not None:
            rates, intervals = funnel.rate_from_previous, funnel.interval_from_previous()
            what = "share that moved on"
        steps = [literal(step) for step in funnel.steps]
        ends = [*zip(rates, intervals, strict=True)]
        top = max([top, *(rate for rate in rates if not isnan(rate))])
        above = [0.0 if isnan(high) else high - rate for rate, (_, high) in ends]
        below = [0.0 if isnan(low) else rate - low for rate, (low, _) in ends]
        drawing.add_bar(
            name=literal(name),
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
            hovertemplate="%{fullData.name}, %{x}: %{customdata:,} (%{y:.1%})<extra></extra>",
        )
        if n_bars <= MOST_BARS_WITH_NUMBERS:
            numbers = zip(rates, funnel.counts, strict=True)
            drawing.add_scatter(
                x=steps,
                y=[rate + up for rate, up in zip(rates, above, strict=True)],
                mode="markers+text",
                marker={"size": 8, "opacity": 0},  # keeps the numbers off the interval
                text=[f"<b>{_percent(rate)}</b><br>{count(n)}" for rate, n in numbers],
                textposition="top center",
                textfont={"size": 13 if len(funnels) == 1 else 10},
                offsetgroup=name,
                showlegend=False,
                hoverinfo="skip",
                cliponaxis=False,
            )
    gap = 0.3 if len(funnels) == 1 else 0.15  # the numbers of neighbours need the room
    return drawing.update_layout(
        barmode="group",
        scattermode="group",
        bargap=gap,
        scattergap=gap,
        xaxis=named_columns(next(iter(funnels.values())).steps),
        yaxis={
            "title": {"text": f"{what}, 95% interval"},
            "tickformat": ".0%",
            "range": (0, 1.15 * top),  # room for the numbers of the tallest bar
        },
    )


def _percent(rate: float) -> str:
    return "100%" if rate == 1 else percent(rate)


@figure.register
def _(result: FunnelNextEvents) -> go.Figure:
    frame = result.to_frame()
    shown = frame[: min(len(frame), MOST_EVENTS)]
    drawing = go.Figure()
    for name, share, n, number in (
        ("stopped", "share_of_stopped", "stopped", 1),
        ("went on", "share_of_went_on", "went_on", 0),
    ):
        drawing.add_bar(
            name=name,
            orientation="h",
            y=[literal(event) for event in shown["event"]],
            x=shown[share].fillna(0).tolist(),
            customdata=shown[n].tolist(),
            text=[percent(value) for value in shown[share]],
            textposition="outside",
            cliponaxis=False,
            marker=marker(COLOURS[number], PATTERNS[number]),
            hovertemplate=f"%{{y}}: %{{customdata:,}} who {name} (%{{x:.1%}})<extra></extra>",
        )
    left_out = len(frame) - len(shown)
    note = f" Not drawn: {number_of(left_out, 'rarer event')}." if left_out else ""
    top = float(shown[["share_of_stopped", "share_of_went_on"]].max().max()) if len(shown) else 1
    drawing.update_layout(
        barmode="group",
        xaxis={
            "title": {"text": "share of each group"},
            "tickformat": ".0%",
            "range": (0, 1.12 * top),
            "showgrid": True,
            "gridcolor": GRID,
        },
        yaxis={"autorange": "reversed", "showgrid": False},
    )
    return finished(
        drawing, result.title, result.summary() + note, height=120 + 44 * max(3, len(shown))
    )


@figure.register
def _(result: FunnelComparison) -> go.Figure:
    rows = [
        (own.name, own.difference, *own.interval()) for own in result.segments[:MOST_DIFFERENCES]
    ]
    if result.overall is not None:
        rows.append(("all", result.overall.difference, *result.overall.interval()))
        same_mix = (result.at_same_mix, *result.interval_at_same_mix())
        rows.append(("all, at the same mix", *same_mix))
    n_segments = min(len(result.segments), MOST_DIFFERENCES)
    drawing = go.Figure()
    for name, own, colour, symbol in (
        ("segment", rows[:n_segments], COLOURS[0], "circle"),
        ("all", rows[n_segments:], COLOURS[5], "diamond"),
    ):
        drawing.add_scatter(
            name=name,
            y=[literal(label) for label, *_ in own],
            x=[difference for _, difference, *_ in own],
            mode="markers",
            marker={"size": 11, "color": colour, "symbol": symbol},
            error_x={
                "symmetric": False,
                "array": [high - difference for _, difference, _, high in own],
                "arrayminus": [difference - low for _, difference, low, _ in own],
                "thickness": 2,
                "width": 5,
            },
            showlegend=False,
            hovertemplate="%{y}: %{x:+.1%}<extra></extra>",
        )
    drawing.add_vline(x=0, line={"color": INK, "width": 1})
    left_out = len(result.segments) - n_segments
    note = f" Not drawn: the {left_out} smallest segments." if left_out else ""
    drawing.update_layout(
        xaxis={
            "title": {"text": "difference of the rates, 95% interval"},
            "tickformat": "+.0%",
            "showgrid": True,
            "gridcolor": GRID,
        },
        yaxis={"autorange": "reversed", "showgrid": False},
    )
    return finished(
        drawing, result.title, result.summary() + note, height=130 + 34 * max(3, len(rows))
    )


@figure.register
def _(result: FunnelExplanation) -> go.Figure:
    events = result.events
    drawing = go.Figure()
    names = list(dict.fromkeys(str(name) for name in events["event"]))
    counted = events["counted_as"] != ""
    could = (events["matches"] != "") & ~counted
    for name, own, colour, symbol in (
        ("anything else", ~counted & ~could, GREY, "circle-open"),
        ("could be a step or an exclusion", could, COLOURS[0], "circle"),
        ("counted", counted, COLOURS[5], "diamond"),
    ):
        part = events[own]
        drawing.add_scatter(
            name=name,
            x=part["time"].tolist(),
            y=[literal(str(event)) for event in part["event"]],
            customdata=part["matches"].tolist(),
            mode="markers",
            marker={"size": 13 if symbol == "diamond" else 9, "color": colour, "symbol": symbol},
            hovertemplate="%{x}: %{y} (%{customdata})<extra></extra>",
        )
    begun = [time for time in result.times if not pd.isna(time)]
    if begun:
        begin = begun[0]
        drawing.add_vrect(
            x0=begin,
            x1=min(begin + result.within, max(events["time"].max(), begin)),
            fillcolor=COLOURS[1],
            opacity=0.18,
            line_width=0,
        )
    drawing.update_layout(
        yaxis={
            "categoryorder": "array",
            "categoryarray": [literal(name) for name in reversed(names)],
            "rangemode": "normal",
        },
    )
    return finished(drawing, result.title, result.summary(), height=180 + 34 * max(3, len(names)))
