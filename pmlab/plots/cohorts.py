"""The figures of cohorts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from pmlab.cohorts import (
    Adoption,
    GrowthAccounting,
    PowerUsers,
    Retention,
    RetentionComparison,
    RetentionCurve,
    Stickiness,
    Survival,
)
from pmlab.cohorts.asked import quoted
from pmlab.events.periods import PERIODS
from pmlab.plots.theme import (
    COLOURS,
    INK,
    PATTERNS,
    figure,
    finished,
    literal,
    marker,
    named_columns,
)
from pmlab.results import percent

MOST_PERIODS_WITH_NUMBERS, MOST_PERIODS_APART = 14, 40
"""Of a heat map: in narrower columns numbers do not fit, and gaps between would be all one sees."""

HALF_DARK = 0.55
"""From what part of the greatest rate on white stands out more from its cell than ink (WCAG)."""

LIGHT_TO_DARK = ((207, 227, 241), (74, 144, 190), (0, 50, 80))
"""Red, green and blue of no rate, half of the greatest, and the greatest: one colour, so that a
grey print keeps the order, of which the lightest differs from a blank cell."""

DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "5px,2px")


@figure.register
def _(result: Retention) -> go.Figure:
    frame = result.to_frame()
    n_cohorts, n_periods = len(result.cohorts), len(result.periods)
    rates = frame["rate"].to_numpy().reshape(n_cohorts, n_periods)
    labels = [literal(result.label(cohort)) for cohort in result.cohorts]
    unit = PERIODS[result.period]
    drawing = go.Figure()
    drawing.add_heatmap(
        z=[[None if pd.isna(rate) else rate for rate in row] for row in rates.tolist()],
        x=list(range(n_periods)),
        y=list(range(n_cohorts)),
        customdata=_said_of_cells(frame, labels),
        colorscale=[(place / 2, f"rgb{colour}") for place, colour in enumerate(LIGHT_TO_DARK)],
        zmin=0,
        zmax=float(frame["rate"].max()) or 1.0,
        xgap=1 if n_periods <= MOST_PERIODS_APART else 0,
        ygap=1,
        hoverongaps=False,
        hovertemplate=f"%{{customdata[0]}}, {unit} %{{customdata[1]}}: %{{z:.1%}} "
        "(%{customdata[2]:,} of %{customdata[3]:,}; cohort of %{customdata[4]:,})<extra></extra>",
        colorbar={"tickformat": ".0%", "thickness": 12, "outlinewidth": 0},
    )
    if n_periods <= MOST_PERIODS_WITH_NUMBERS:
        _numbers_in_cells(drawing, rates)
    drawing.update_layout(
        xaxis={
            "title": {"text": f"{unit} since {literal(quoted(result.start))}"},
            "range": (-0.5, n_periods - 0.5),
            **_ticks([str(period) for period in result.periods], 15),
        },
        yaxis={
            "range": (n_cohorts - 0.5, -0.5),
            "zeroline": False,
            "showgrid": False,
            "title": {"text": "cohort"},
            **_ticks(labels, 30),
        },
    )
    height = 130 + min(max(22 * n_cohorts, 150), 700)
    return finished(drawing, result.title, result.summary(), height=height)


@figure.register
def _(result: RetentionCurve) -> go.Figure:
    seen = result.to_frame()
    seen = seen[seen["n_observed"] > 0]
    periods = seen["period"].tolist()
    drawing = go.Figure()
    if result.retention.plan.brackets:
        _rates_with_intervals(drawing, periods, seen)
    else:
        _band(drawing, periods, seen["low"].tolist(), seen["high"].tolist(), COLOURS[0])
        drawing.add_scatter(
            x=periods,
            y=seen["rate"].tolist(),
            customdata=seen[["n_returned", "n_observed"]].to_numpy().tolist(),
            mode="lines+markers" if len(periods) <= 40 else "lines",
            line={"color": COLOURS[0], "width": 2.5},
            hovertemplate="%{x}: %{y:.1%} (%{customdata[0]:,} of %{customdata[1]:,})"
            "<extra></extra>",
        )
    unit = PERIODS[result.retention.period]
    drawing.update_layout(
        showlegend=False,
        xaxis={"title": {"text": f"{unit} since {literal(quoted(result.retention.start))}"}},
        yaxis={
            "title": {"text": "share back, 95% interval"},
            "tickformat": ".0%",
            "rangemode": "tozero",
        },
    )
    return finished(drawing, result.title, result.summary())


@figure.register
def _(result: RetentionComparison) -> go.Figure:
    rows = result.to_frame().dropna(subset=["rate"])
    clocks = {"calendar": "calendar days", "24h": "24 hours from entry"}
    drawing = go.Figure()
    for number, (clock, name) in enumerate(clocks.items()):
        own = rows[rows["clock"] == clock]
        _rates_with_intervals(drawing, own["back"].tolist(), own, name=name, number=number)
    drawing.update_layout(
        barmode="group",
        legend={"title": {"text": "clock"}},
        xaxis=named_columns(list(dict.fromkeys(rows["back"]))),
        yaxis={"title": {"text": "share back, 95% interval"}, "tickformat": ".0%"},
    )
    return finished(drawing, result.title, result.summary())


@figure.register
def _(result: GrowthAccounting) -> go.Figure:
    rows = result.to_frame()
    drawing = go.Figure()
    kinds = ("retained", "resurrected", "new", "churned")
    colours = (COLOURS[0], COLOURS[4], COLOURS[2], COLOURS[5])
    for kind, colour, pattern in zip(kinds, colours, PATTERNS, strict=False):
        sign = -1 if kind == "churned" else 1
        drawing.add_bar(
            name=kind,
            x=rows["period"].tolist(),
            y=(sign * rows[kind]).tolist(),
            customdata=rows[kind].tolist(),
            marker=marker(colour, pattern),
            hovertemplate=f"%{{x|%d %b %Y}}: %{{customdata:,}} {kind}<extra></extra>",
        )
    drawing.update_layout(
        barmode="relative",
        bargap=0.15,
        legend={"traceorder": "normal"},
        yaxis={"title": {"text": "users; churned below zero"}, "rangemode": "normal"},
    )
    return finished(drawing, result.title, result.summary())


@figure.register
def _(result: Stickiness) -> go.Figure:
    rows = result.to_frame()
    drawing = go.Figure()
    drawing.add_scatter(
        x=rows["day"].tolist(),
        y=rows["stickiness"].tolist(),
        customdata=rows[["dau_mean", "mau"]].to_numpy().tolist(),
        mode="lines" if len(rows) > 1 else "markers",
        line={"color": COLOURS[0], "width": 2.5},
        hovertemplate="%{x|%d %b %Y}: %{y:.1%} (%{customdata[0]:,.0f} a day of "
        "%{customdata[1]:,.0f})<extra></extra>",
    )
    drawing.update_layout(
        showlegend=False,
        yaxis={
            "title": {"text": f"mean share of the {result.window_days} days to each day"},
            "tickformat": ".1%",
        },
    )
    return finished(drawing, result.title, result.summary())


@figure.register
def _(result: PowerUsers) -> go.Figure:
    rows = result.to_frame()
    drawing = go.Figure()
    drawing.add_bar(
        x=rows["active_days"].tolist(),
        y=rows["share"].tolist(),
        customdata=rows["users"].tolist(),
        marker=marker(COLOURS[0], PATTERNS[0]),
        hovertemplate="%{x} days: %{customdata:,} users (%{y:.1%})<extra></extra>",
    )
    if result.n_users:
        drawing.add_vline(
            x=result.mean_active_days,
            line={"color": INK, "dash": "dot", "width": 1.5},
            annotation={"text": f"mean {result.mean_active_days:.1f}", "font": {"color": INK}},
        )
    drawing.update_layout(
        showlegend=False,
        xaxis={"title": {"text": f"active days of {len(result.counts)}"}},
        yaxis={"title": {"text": "share of active users"}, "tickformat": ".0%"},
    )
    return finished(drawing, result.title, result.summary())


@figure.register
def _(result: Survival) -> go.Figure:
    ranked = sorted(result.groups, key=lambda group: -group.n_users)
    drawn = [group for group in result.groups if group in ranked[: len(COLOURS)]]
    left_out = len(result.groups) - len(drawn)
    note = f" Not drawn: the {left_out} smallest groups." if left_out else ""
    drawing = go.Figure()
    for group, colour, dash in zip(drawn, COLOURS, DASHES, strict=False):
        curve = group.curve
        time = [0.0, *curve.time.tolist(), group.longest]
        last = float(curve.survival[-1]) if len(curve.survival) else 1.0
        _band(drawing, time[1:], *_held(curve.low, curve.high), colour, steps=True)
        drawing.add_scatter(
            name=literal(group.name),
            x=time,
            y=[1.0, *curve.survival.tolist(), last],
            mode="lines",
            line={"shape": "hv", "color": colour, "dash": dash, "width": 2.5},
            hovertemplate="%{fullData.name}, %{x:.4~g}: %{y:.1%}<extra></extra>",
        )
    drawing.update_layout(
        showlegend=len(drawn) > 1,
        legend={"title": {"text": literal(result.by or "")}, "traceorder": "normal"},
        xaxis={"title": {"text": literal(result.unit)}},
        yaxis={
            "title": {"text": f"share still {literal(result.what)}"},
            "tickformat": ".0%",
            "range": (0, 1.02),
        },
    )
    return finished(drawing, result.title, result.summary() + note)


@figure.register
def _(result: Adoption) -> go.Figure:
    curve = result.to_frame()
    long = result.within > timedelta(days=2)
    unit, size = ("days", timedelta(days=1)) if long else ("hours", timedelta(hours=1))
    drawing = go.Figure()
    time = [0.0, *(time / size for time in curve["time"].tolist())]
    end = result.longest / size
    _band(
        drawing,
        [*time[1:], end],
        *_held(curve["share_low"], curve["share_high"]),
        COLOURS[0],
        steps=True,
    )
    drawing.add_scatter(
        x=[*time, end],
        y=[0.0, *curve["share"].tolist(), *curve["share"].tolist()[-1:]],
        mode="lines",
        line={"shape": "hv", "color": COLOURS[0], "width": 2.5},
        hovertemplate="%{x:.1f}: %{y:.1%}<extra></extra>",
    )
    drawing.add_vline(
        x=result.within / size,
        line={"color": INK, "dash": "dot", "width": 1.5},
        annotation={"text": f"{percent(result.rate)} in time", "font": {"color": INK}},
    )
    drawing.update_layout(
        showlegend=False,
        xaxis={
            "title": {"text": f"{unit} since {literal(quoted(result.eligible))}"},
            "range": (0, min(end, 4 * result.within / size)),
        },
        yaxis={"title": {"text": "share adopted, 95% interval"}, "tickformat": ".0%"},
    )
    return finished(drawing, result.title, result.summary())


def _band(
    drawing: go.Figure,
    x: Sequence[Any],
    low: Sequence[float | None],
    high: Sequence[float | None],
    colour: str,
    *,
    steps: bool = False,
) -> None:
    """Draw an interval as a band, in steps if it holds until the next time."""
    shape = "hv" if steps else "linear"
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    for ends, fill in ((high, None), (low, "tonexty")):
        drawing.add_scatter(
            x=list(x),
            y=list(ends),
            mode="lines",
            line={"width": 0.5, "shape": shape, "color": colour},
            fill=fill,
            fillcolor=f"rgba({red},{green},{blue},0.18)",
            hoverinfo="skip",
            showlegend=False,
        )


def _held(low: Any, high: Any) -> tuple[list[float | None], list[float | None]]:
    """Return the ends of an interval until the end of the curve; None where it is undefined."""
    ends = pd.DataFrame({"low": low, "high": high})
    if len(ends):
        ends = pd.concat([ends, ends[-1:]])
    known = ends.notna().all(axis=1)
    shown = ends.astype(object).where(known, None)
    return shown["low"].tolist(), shown["high"].tolist()


def _said_of_cells(frame: pd.DataFrame, labels: Sequence[str]) -> list[list[list[Any]]]:
    """Return what appears on hovering over each cell of a heat map."""
    numbers = frame[["period", "n_returned", "n_observed", "size"]].to_numpy(dtype=object)
    n_periods = len(frame) // len(labels)
    return [
        [[label, *cell] for cell in numbers[row * n_periods : (row + 1) * n_periods].tolist()]
        for row, label in enumerate(labels)
    ]


def _numbers_in_cells(drawing: go.Figure, rates: npt.NDArray[np.float64]) -> None:
    """Write each rate into its cell, in whichever of dark and white stands out more."""
    rows, columns = np.nonzero(~np.isnan(rates))
    shown = rates[rows, columns]
    part = shown / (shown.max() if len(shown) and shown.max() > 0 else 1)
    drawing.add_scatter(
        x=columns.tolist(),
        y=rows.tolist(),
        text=[percent(rate, digits=0) for rate in shown.tolist()],
        mode="text",
        textfont={"size": 11, "color": ["white" if of > HALF_DARK else INK for of in part]},
        hoverinfo="skip",
        showlegend=False,
    )


def _rates_with_intervals(
    drawing: go.Figure, x: Sequence[Any], rows: pd.DataFrame, *, name: str = "", number: int = 0
) -> None:
    """Draw a bar for each rate, with its interval."""
    drawing.add_bar(
        name=name,
        x=list(x),
        y=rows["rate"].tolist(),
        customdata=rows[["n_returned", "n_observed"]].to_numpy().tolist(),
        marker=marker(COLOURS[number], PATTERNS[number]),
        error_y={
            "symmetric": False,
            "array": (rows["high"] - rows["rate"]).tolist(),
            "arrayminus": (rows["rate"] - rows["low"]).tolist(),
            "thickness": 1.5,
            "width": 4,
            "color": INK,
        },
        hovertemplate="%{x}: %{y:.1%} (%{customdata[0]:,} of %{customdata[1]:,})<extra></extra>",
    )


def _ticks(labels: Sequence[str], most: int) -> dict[str, Any]:
    """Return an axis that names its places, at most so many of them."""
    every = -(-len(labels) // most)
    places = list(range(0, len(labels), every))
    return {"tickmode": "array", "tickvals": places, "ticktext": [labels[k] for k in places]}
