"""The figures of adoption over time."""

from __future__ import annotations

import math
from typing import Any

import plotly.graph_objects as go

from pmlab.market.adoption import Adoption, BassFit
from pmlab.plots.theme import COLOURS, GREY, INK, PATTERNS, figure, finished, literal, marker
from pmlab.results import number
from pmlab.stats import Interval

LINE = {"color": COLOURS[0], "width": 2.5}
BAND = "rgba(0,114,178,0.2)"
MOST_LABELS = 8
"""On an axis, so that they have room on half a screen."""
MOST_TIMES = 2
"""How far the band of a peak stretches the axis, in times of what was observed."""
BETWEEN, GAP = 0.5, 0.1
"""Where the panels of a curve leave room for words, as a part of the height."""
PEAK_BAND = "rgba(230,159,0,0.22)"


@figure.register
def _(result: Adoption) -> go.Figure:
    """Draw who is new above, and how many there are below, on one axis of time."""
    drawing = go.Figure()
    frame = result.to_frame()
    ends = frame["period"].tolist()
    middles = [end - 0.5 for end in ends]
    unit, names = literal(result.unit.short), list(result.labels) or ends
    when, by = (
        ("in", "by the end of") if result.labels else ("in " + result.per, "after " + result.per)
    )
    # A period's number lies in its middle, so that it stands under the same time as the peak.
    for name, x, axis, place in (
        ("new", middles, "y2", f"{when} %{{customdata[0]}}"),
        ("cumulative", ends, "y", f"{by} %{{customdata[0]}}"),
    ):
        if result.has_ranges:
            _fan(drawing, frame, name, x, axis, place, names)
        elif name == "new":
            drawing.add_bar(
                x=x,
                y=frame[name].tolist(),
                yaxis=axis,
                customdata=[[one] for one in names],
                marker=marker(COLOURS[0], PATTERNS[0]),
                hovertemplate=f"{place}: %{{y:,.4~g}}<extra></extra>",
                showlegend=False,
            )
        else:
            drawing.add_scatter(
                x=[0, *x],
                y=[0.0, *frame[name].tolist()],
                yaxis=axis,
                customdata=[[one] for one in ["the start", *names]],
                mode="lines",
                line=LINE,
                hovertemplate=f"{place}: %{{y:,.4~g}}<extra></extra>",
                showlegend=False,
            )
    _observed(drawing, result.observed, "y2", when, names)
    if result.observed:
        total = [math.fsum(result.observed[:end]) for end in range(1, len(result.observed) + 1)]
        _dots(drawing, list(range(1, len(total) + 1)), total, "y", by, names, legend=False)
    _peak(drawing, result.peak_time, result.peak_time_interval, result.per, len(ends), BETWEEN)
    time: dict[str, Any] = {"title": {"text": f"{result.per}s since launch"}}
    if result.labels:
        every = math.ceil(len(names) / MOST_LABELS)
        time = {"tickvals": middles[::every], "ticktext": names[::every], "tickangle": 0}
    so_far = "so far" if result.counts_adopters else "reached"
    drawing.update_layout(
        xaxis={**time, "range": (0, len(ends)), "anchor": "y"},
        yaxis={"title": {"text": f"{unit} {so_far}"}, "domain": (0, BETWEEN - GAP / 2)},
        yaxis2={
            "title": {"text": f"new a {result.per}"},
            "domain": (BETWEEN + GAP / 2, 1),
            "anchor": "x",
            "rangemode": "tozero",
        },
        bargap=0.15,
    )
    return finished(drawing, result.title, result.summary(), height=520)


@figure.register
def _(result: BassFit) -> go.Figure:
    drawing = go.Figure()
    names = list(range(1, len(result.observed) + 1))
    _observed(drawing, result.observed, "y", f"in {result.per}", names)
    middles = [place + 0.5 for place in range(len(result.fitted))]
    drawing.add_scatter(
        name="Bass curve",
        x=middles,
        y=list(result.fitted),
        customdata=[[one] for one in names],
        mode="lines",
        line={**LINE, "shape": "spline"},
        hovertemplate=f"curve, {result.per} %{{customdata[0]}}: %{{y:,.4~g}}<extra></extra>",
    )
    end = _end_of_time(result)
    _peak(drawing, result.peak_time, result.peak_time_interval, result.per, end)
    drawing.update_layout(
        xaxis={"title": {"text": f"{result.per}s since launch"}, "range": (0, end)},
        yaxis={"title": {"text": f"new {literal(result.unit)} a {result.per}"}},
    )
    return finished(drawing, result.title, result.summary())


def _end_of_time(result: BassFit) -> int:
    """Return where the axis ends: it has the peak, and its band unless that dwarfs the data."""
    observed = len(result.observed)
    latest = min(result.peak_time_interval.high, MOST_TIMES * observed)
    times = [time for time in (result.peak_time, latest) if not math.isnan(time)]
    return max([observed, *map(math.ceil, times)])


def _fan(
    drawing: go.Figure,
    frame: Any,
    name: str,
    x: list[float],
    axis: str,
    place: str,
    names: list[Any],
) -> None:
    start = [] if name == "new" else [0.0]
    at = [*start, *x]
    for kind, fill in (("p90", None), ("p10", "tonexty")):
        drawing.add_scatter(
            name="P10 to P90",
            x=at,
            y=[*start, *frame[f"{name}_{kind}"].tolist()],
            yaxis=axis,
            mode="lines",
            line={"width": 0.5, "color": COLOURS[0]},
            fill=fill,
            fillcolor=BAND,
            hoverinfo="skip",
            showlegend=kind == "p10" and name == "new",
        )
    drawing.add_scatter(
        name="P50",
        x=at,
        y=[*start, *frame[f"{name}_p50"].tolist()],
        yaxis=axis,
        mode="lines",
        line=LINE,
        customdata=[
            *[["the start", 0.0, 0.0]] * len(start),
            *map(list, zip(names, frame[f"{name}_p10"], frame[f"{name}_p90"], strict=True)),
        ],
        hovertemplate=f"{place}: %{{y:,.4~g}} "
        "(%{customdata[1]:,.4~g} to %{customdata[2]:,.4~g})<extra></extra>",
        showlegend=name == "new",
    )


def _observed(
    drawing: go.Figure, observed: tuple[float, ...], axis: str, when: str, names: list[Any]
) -> None:
    if observed:
        middles = [place + 0.5 for place in range(len(observed))]
        _dots(drawing, middles, list(observed), axis, when, names, legend=True)


def _dots(
    drawing: go.Figure,
    x: list[float],
    y: list[float],
    axis: str,
    when: str,
    names: list[Any],
    *,
    legend: bool,
) -> None:
    drawing.add_scatter(
        name="observed",
        x=x,
        y=y,
        yaxis=axis,
        customdata=[[one] for one in names[: len(y)]],
        mode="markers",
        marker={"size": 8, "color": INK, "symbol": "circle-open", "line": {"width": 2}},
        hovertemplate=f"observed {when} %{{customdata[0]}}: %{{y:,.4~g}}<extra></extra>",
        showlegend=legend,
    )


def _peak(
    drawing: go.Figure, time: float, interval: Interval, per: str, end: int, y: float = 0.0
) -> None:
    """Mark when adoption is fastest, with the range of that, as far as it lies in the figure."""
    if math.isnan(time) or time > end:
        return
    whole = {"yref": "paper", "y0": 0, "y1": 1}  # both panels, which share their time
    if interval.low < interval.high:
        drawing.add_shape(
            type="rect",
            x0=max(interval.low, 0),
            x1=min(interval.high, end),
            fillcolor=PEAK_BAND,
            line={"color": GREY, "width": 1, "dash": "dot"},
            layer="below",
            **whole,
        )
    drawing.add_shape(
        type="line", x0=time, x1=time, line={"color": INK, "width": 1.5, "dash": "dash"}, **whole
    )
    drawing.add_annotation(
        text=f"peak: {number(time)} {per}s",
        x=time,
        xanchor="right" if time > end / 2 else "left",
        y=y,
        yref="paper",
        yanchor="middle" if y else "bottom",
        showarrow=False,
        font={"color": INK},
    )
