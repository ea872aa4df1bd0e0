"""What the figures of markets share: amounts on an axis in words, ranges, means."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from pmlab.market.units import Unit
from pmlab.plots.theme import INK, PAPER, literal
from pmlab.results import amount
from pmlab.uncertain.distribution import Distribution

__all__ = ["FAR", "MEAN", "mean_marks", "powers", "range_text", "round_marks", "whisker"]

FAR = 30.0
"""Ranges that span more than this factor stand on a logarithmic axis."""

MOST_MARKS = 5
"""On an axis: amounts are written out, and a narrow window has room for few."""

MEAN = {"symbol": "diamond", "size": 11, "color": PAPER, "line": {"color": INK, "width": 2}}
"""How a mean is marked, beside medians."""


def range_text(one: Distribution, unit: Unit, *, bare: bool = False) -> str:
    """Return the median and the range, with the unit or `bare`."""
    middle = unit.number(one.p50) if bare else unit.shown(one.p50)
    if one.p10 == one.p90:
        return literal(middle)
    return literal(f"{middle} ({unit.number(one.p10)} to {unit.number(one.p90)})")


def whisker(one: Distribution) -> dict[str, Any]:
    """Return the range from P10 to P90 about a median."""
    return {
        "symmetric": False,
        "array": [one.p90 - one.p50],
        "arrayminus": [one.p50 - one.p10],
        "thickness": 1.8,
        "width": 7,
        "color": INK,
    }


def mean_marks(
    drawing: go.Figure, means: Sequence[float], rows: Sequence[int], unit: Unit, **axes: Any
) -> None:
    """Mark the means of rows."""
    drawing.add_scatter(
        name="mean",
        mode="markers",
        x=list(means),
        y=list(rows),
        marker=MEAN,
        customdata=[literal(unit.shown(mean)) for mean in means],
        hovertemplate="mean: %{customdata}<extra></extra>",
        **axes,
    )


def round_marks(low: float, high: float, *, most: int = MOST_MARKS) -> dict[str, Any]:
    """Return round marks from low to high in the words in which amounts stand elsewhere."""
    least = (high - low) / most or abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(least))
    for step in (m * power for m in (1, 2, 2.5, 5, 10, 20)):
        places = range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
        if step >= least * (1 - 1e-9) and len(places) <= most:
            break
    values = [place * step for place in places]
    return {"tickvals": values, "ticktext": [amount(value) for value in values]}


def powers(low: float, high: float) -> dict[str, Any]:
    """Return powers of ten about low to high, for a logarithmic axis."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    every = math.ceil((last - first + 1) / MOST_MARKS)
    values = [10.0**power for power in range(first, last + 1, every)]
    return {"tickvals": values, "ticktext": [amount(value) for value in values]}
