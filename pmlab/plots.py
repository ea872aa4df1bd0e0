"""The figure of a result. Nothing here reads events or counts anything."""

from __future__ import annotations

import textwrap
from datetime import timedelta
from functools import singledispatch
from html import escape
from math import isnan
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from pmlab.durations import DAY
from pmlab.errors import InputError
from pmlab.funnels import FunnelBreakdown, FunnelResult
from pmlab.funnels.periods import FunnelTimes, FunnelTrend
from pmlab.funnels.result import name_of
from pmlab.logcheck import LogCheck
from pmlab.results import Result, count, number_of, percent

__all__ = ["figure"]

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
"""Okabe and Ito's palette (2008), which colour-blind readers tell apart."""

PATTERNS = ("", "/", ".", "x", "-", "\\", "+")
"""Beside the colours, so that segments differ in a grey print too."""

MOST_BARS_WITH_NUMBERS = 16
"""More numbers would overlap; they stand in the table and appear on hovering."""

INK, GREY, GRID, PAPER = "#222222", "#8A8780", "#DAD8D2", "#F7F6F3"
"""A figure's colours are fixed when it is made, and it may be read in a light notebook or a dark
one. So it brings its own ground: soft beside white, calm beside black, and the ink stays dark."""

MOST_DAYS = 10 * 366
"""One event in the year 9999, as some programs write "never", would leave the others no room."""

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
        "xaxis": {"showgrid": False, "zeroline": False, "automargin": True, "ticklabelstandoff": 4},
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


@figure.register
def _(result: FunnelResult) -> go.Figure:
    drawing = _draw_funnels({result.counted: result})
    drawing.update_layout(showlegend=False)
    return _finished(drawing, result.title, result.summary())


@figure.register
def _(result: FunnelBreakdown) -> go.Figure:
    shown = {name_of(value): funnel for value, funnel in [*result.segments.items()][: len(COLOURS)]}
    left_out = len(result.segments) - len(shown)
    note = f" Not drawn: the {left_out} smallest segments." if left_out else ""
    drawing = _draw_funnels(shown)
    drawing.update_layout(legend={"title": {"text": result.by}})
    return _finished(drawing, result.title, result.summary() + note)


@figure.register
def _(result: LogCheck) -> go.Figure:
    drawing = go.Figure()
    per_day = _fullest(result.per_day, MOST_DAYS)
    left_out = int(result.per_day["events"].sum() - per_day["events"].sum())
    note = f" Not drawn: {number_of(left_out, 'event')} years away." if left_out else ""
    days, suspicious = per_day["day"].tolist(), per_day["suspicious"]
    for name, events, colour, pattern in (
        ("events", per_day["events"] - suspicious, COLOURS[0], PATTERNS[0]),
        ("suspicious", suspicious, COLOURS[1], PATTERNS[1]),
    ):
        drawing.add_bar(
            name=name,
            x=days,
            xperiod=DAY / 1000,  # in milliseconds, as plotly counts: a bar fills its day
            xperiodalignment="middle",
            y=events.tolist(),
            marker=_marker(colour, pattern),
            hovertemplate=f"%{{x|%a %d %b %Y}}: %{{y:,}} {name}<extra></extra>",
        )
    for begin, end in result.gaps:
        drawing.add_vrect(x0=begin, x1=end, fillcolor=COLOURS[5], opacity=0.5, line_width=0)
        drawing.add_annotation(
            x=begin, y=1, yref="paper", yanchor="bottom", text="gap", showarrow=False
        )
    written = "%d %b" if days[0].year == days[-1].year else "%d %b %Y"
    drawing.update_xaxes(tickformat=written, ticklabelmode="period")
    drawing.update_layout(barmode="stack", yaxis={"title": {"text": "events a day (UTC)"}})
    return _finished(drawing, result.title, result.summary() + note)


def _fullest(per_day: pd.DataFrame, n_days: int) -> pd.DataFrame:
    """Return so many days in a row, those with most events."""
    events = per_day["events"].rolling(min(n_days, len(per_day))).sum()
    last = int(events.argmax())
    return per_day.iloc[max(0, last + 1 - n_days) : last + 1]


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
    return _finished(drawing, result.title, result.summary())


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
    return _finished(drawing, result.title, result.summary())


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
            marker=_marker(COLOURS[number], PATTERNS[number]),
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


def _marker(colour: str, pattern: str) -> dict[str, Any]:
    overlay = {"shape": pattern, "fillmode": "overlay", "fgcolor": PAPER, "size": 7}
    return {"color": colour, "pattern": overlay}


def _finished(drawing: go.Figure, title: str, description: str) -> go.Figure:
    """Give the drawing the common look, its title, and its description in words."""
    lines = textwrap.wrap(description, CAPTION_WIDTH)
    below = 55 + 18 * len(lines)
    drawing.update_layout(
        template=THEME,
        title={"text": escape(title)},
        meta={"description": description},
        height=380 + below,
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
        yshift=-40,
    )
    return drawing
