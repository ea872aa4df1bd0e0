"""The figure of several ways to size one market, side by side."""

from __future__ import annotations

import plotly.graph_objects as go

from pmlab.market.triangulate import Triangulation
from pmlab.plots.market.scales import FAR, powers, range_text, round_marks, whisker
from pmlab.plots.theme import (
    COLOURS,
    INK,
    broken,
    figure,
    finished,
    literal,
    name_rows,
    stacked,
)
from pmlab.uncertain.distribution import Distribution

NAME, MOST_LINES = 54, 2
"""Characters in a line of a name, and its lines."""
MARK = 16
"""Height of a mark, in pixels."""


@figure.register
def _(result: Triangulation) -> go.Figure:
    drawing = go.Figure()
    ways: list[tuple[str, Distribution, str]] = [
        (name, one, one.unit.basis) for name, one in result.sizings.items()
    ]
    unit = next(iter(result.sizings.values())).unit
    if result.pooled is not None:
        ways.append(("pooled", result.pooled, unit.basis))
    bases = list(dict.fromkeys(basis for _, _, basis in ways))
    names = [
        broken(f"{name} ({basis})" if len(bases) > 1 else name, NAME, most=MOST_LINES)
        for name, _, basis in ways
    ]
    texts = [
        f"<b>{name}</b><br>{range_text(one, unit, bare=True)}"
        for name, (_, one, _) in zip(names, ways, strict=True)
    ]
    rows, height = stacked(texts, MARK)
    for row, (name, one, basis) in zip(rows, ways, strict=True):
        look = bases.index(basis)
        pooled = one is result.pooled
        drawing.add_scatter(
            mode="markers",
            x=[one.p50],
            y=[row],
            error_x=whisker(one),
            marker={
                "size": 14,
                "color": INK if pooled else COLOURS[look],
                "symbol": ("diamond" if pooled else ("circle", "square")[look]),
            },
            customdata=[f"{literal(name)}: {range_text(one, unit)}"],
            hovertemplate="%{customdata}<extra></extra>",
            showlegend=False,
        )
    low, high = min(one.p10 for _, one, _ in ways), max(one.p90 for _, one, _ in ways)
    far = low > 0 and high / low > FAR
    title = unit.short if len(bases) > 1 else unit
    drawing.update_layout(
        xaxis={
            "title": {
                "text": f"{literal(title)}: median, P10 to P90{', log scale' if far else ''}"
            },
            "type": "log" if far else "linear",
            **(powers(low, high) if far else {"rangemode": "tozero", **round_marks(0, high)}),
        },
        yaxis={
            **name_rows(drawing, texts, rows, lift=MARK / 2 + 1),
            "showgrid": True,
            "range": (0, height),
        },
    )
    return finished(drawing, result.title, result.summary(), height=60 + round(height))
