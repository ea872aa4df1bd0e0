"""The figures of A/B tests."""

from __future__ import annotations

from math import isfinite, isnan
from typing import Any

import plotly.graph_objects as go

from pmlab.ab import Comparison
from pmlab.plots.theme import COLOURS, GREY, INK, figure, finished, literal
from pmlab.results import level

WHERE = {"higher": COLOURS[0], "lower": COLOURS[5], "not clear": GREY, "no test": GREY}
"""Colours of a direction; the words stand beside, so that nothing hangs on the colour."""


@figure.register
def _(result: Comparison) -> go.Figure:
    """Draw the effect and the relative effect as two rows of one forest, from one line of zero."""
    drawing = go.Figure()
    colour = WHERE[result.direction]
    rows = ["effect", "relative"]
    # A share's effect is in points, and the relative one in parts of the control's size.
    unit = 100 if result.is_share else 1
    effects = [unit * value for value in (result.effect, result.low, result.high)]
    size = unit * abs(result.control)
    scaled = size if isfinite(size) and size > 0 else 1.0
    reach = _reach(result, effects, scaled)
    relatives = [result.relative, result.relative_low, result.relative_high]
    words = (result.shown_effect, result.shown_interval)
    words_relative = (result.shown_relative, result.shown_relative_interval)
    drawn = (("x", effects, words), ("x2", relatives, words_relative))
    for row, (axis, (value, low, high), (text, interval)) in zip(rows, drawn, strict=True):
        edge = reach if axis == "x" else reach / scaled
        if isnan(value):
            drawing.add_annotation(
                x=0, y=row, xanchor="left", text=" undefined", font={"color": GREY}, showarrow=False
            )
            continue
        if not isnan(low):
            drawing.add_scatter(
                x=[max(low, -edge), min(high, edge)],
                y=[row, row],
                xaxis=axis,
                mode="lines",
                line={"color": colour, "width": 3, "dash": "solid" if axis == "x" else "dot"},
                hoverinfo="skip",
                showlegend=False,
            )
        ends = _arrows(low, high, edge)
        drawing.add_scatter(
            x=[value, *(x for x, _ in ends)],
            y=[row] * (1 + len(ends)),
            xaxis=axis,
            mode="markers",
            marker={
                "size": [13, *[11] * len(ends)],
                "color": colour,
                "symbol": ["circle" if axis == "x" else "diamond", *(s for _, s in ends)],
                "line": {"color": INK, "width": 1},
                "opacity": 1,
            },
            customdata=[f"{text} ({interval})"] * (1 + len(ends)),
            hovertemplate="%{y}: %{customdata}<extra></extra>",
            showlegend=False,
        )
        drawing.add_annotation(
            x=value,
            y=row,
            xref=axis,
            yshift=19,
            xanchor="center" if abs(value) < 0.6 * edge else "right" if value > 0 else "left",
            text=f"<b>{literal(text)}</b>  ({literal(interval)})",
            showarrow=False,
        )
    drawing.add_vline(x=0, line={"color": INK, "width": 1.5})
    drawing.add_annotation(
        x=0, y=0, yref="paper", xanchor="left", yanchor="bottom", text=" no effect", showarrow=False
    )
    wide = 1.08 * reach
    drawing.update_layout(
        xaxis={
            "range": (-wide, wide),
            "title": {
                "text": f"{literal(result.treatment_name)} - {literal(result.control_name)}, "
                f"{level(result.confidence_level)} interval{', in points' if unit == 100 else ''}: "
                f"<b>{result.direction}</b>"
            },
            "tickformat": "+,.3~g",
        },
        xaxis2={
            "range": (-wide / scaled, wide / scaled),
            "overlaying": "x",
            "side": "top",
            "tickmode": "auto",
            "tickformat": "+.2~p",
            "visible": not isnan(result.relative),
        },
        yaxis={
            "categoryorder": "array",
            "categoryarray": rows[::-1],
            "range": (-0.6, 1.6),
            "showgrid": False,
            "zeroline": False,
        },
    )
    return finished(drawing, result.title, result.summary(), height=320)


def _reach(result: Comparison, effects: list[float], scaled: float) -> float:
    """Return how far from zero both rows are drawn, in units of the effect."""
    closed = {"greater": slice(0, 2), "less": slice(0, 3, 2)}.get(result.alternative, slice(0, 3))
    ends = [abs(end) for end in effects[closed] if isfinite(end)]
    # A relative interval without a useful end must not make a dot of all the rest.
    most = 4 * max(ends, default=1.0)
    pair = (result.relative_low, result.relative_high)
    ends += [min(most, abs(end) * scaled) for end in pair if isfinite(end)]
    room = 1.0 if result.alternative == "two-sided" else 1.5  # an open end shows that it goes on
    return room * max(ends, default=0.0) or 1.0


def _arrows(low: float, high: float, edge: float) -> list[tuple[float, Any]]:
    """Return where an interval goes on beyond what is drawn."""
    arrows = []
    if low < -edge:
        arrows.append((-edge, "triangle-left"))
    if high > edge:
        arrows.append((edge, "triangle-right"))
    return arrows
