"""The figure of who is in which segment."""

from __future__ import annotations

import plotly.graph_objects as go

from pmlab.market.segment_counts import SegmentCounts
from pmlab.plots.market.scales import round_marks
from pmlab.plots.theme import (
    COLOURS,
    PATTERNS,
    broken,
    figure,
    finished,
    literal,
    marker,
    name_rows,
    stacked,
)
from pmlab.results import count

BAR, NAME, MOST_LINES = 22, 50, 2
"""Height of a bar in pixels; characters in a line of a name, and its lines."""


@figure.register
def _(result: SegmentCounts) -> go.Figure:
    names = list(result.customers)
    only = [float(result.memberships.get((name,), 0)) for name in names]
    also = [result.customers[name] - alone for name, alone in zip(names, only, strict=True)]
    texts = [
        f"{broken(name, NAME, most=MOST_LINES)}: {count(n)}" for name, n in result.customers.items()
    ]
    rows, height = stacked(texts, BAR)
    drawing = go.Figure()
    for place, (label, values) in enumerate({"in it alone": only, "in another too": also}.items()):
        drawing.add_bar(
            name=label,
            orientation="h",
            y=rows,
            x=values,
            width=BAR,
            marker=marker(COLOURS[place], PATTERNS[place]),
            customdata=[
                f"{literal(name)}, {label}: {count(value)}"
                for name, value in zip(names, values, strict=True)
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    drawing.update_layout(
        barmode="stack",
        xaxis={
            "title": {"text": "customers"},
            "range": (0, 1.04 * max(result.customers.values(), default=1)),
            **round_marks(0, max(result.customers.values(), default=1)),
        },
        yaxis={
            **name_rows(drawing, texts, rows, lift=BAR / 2 + 1),
            "range": (0, height),
        },
    )
    return finished(drawing, result.title, result.summary(), height=60 + round(height))
