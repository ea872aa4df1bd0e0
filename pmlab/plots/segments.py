"""The figure of who is in which segment."""

from __future__ import annotations

from html import escape

import plotly.graph_objects as go

from pmlab.market.panel import SegmentCounts
from pmlab.plots.theme import COLOURS, PATTERNS, figure, finished, marker
from pmlab.results import count

ROW = 44
"""Height of a row of bars, in pixels."""


@figure.register
def _(result: SegmentCounts) -> go.Figure:
    names = list(result.customers)
    only = [float(result.memberships.get((name,), 0)) for name in names]
    also = [result.customers[name] - alone for name, alone in zip(names, only, strict=True)]
    drawing = go.Figure()
    for place, (label, values) in enumerate({"in it alone": only, "in another too": also}.items()):
        drawing.add_bar(
            name=label,
            orientation="h",
            y=[escape(name) for name in names],
            x=values,
            marker=marker(COLOURS[place], PATTERNS[place]),
            customdata=[count(value) for value in values],
            hovertemplate="%{y}, " + label + ": %{customdata}<extra></extra>",
        )
    drawing.update_layout(
        barmode="stack",
        xaxis={"title": {"text": "customers"}},
        yaxis={"autorange": "reversed", "showgrid": False, "title": None},
        bargap=0.35,
    )
    return finished(drawing, result.title, result.summary(), height=120 + ROW * len(names))
