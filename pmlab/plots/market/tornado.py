"""The figure of what would change the answer most."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from pmlab.market.tornado import Tornado
from pmlab.market.units import Unit
from pmlab.plots.market.scales import round_marks
from pmlab.plots.theme import (
    COLOURS,
    INK,
    NARROW,
    PATTERNS,
    broken,
    figure,
    finished,
    literal,
    marker,
    name_rows,
    stacked,
)

BAR = 24
"""Height of a bar, in pixels."""
MOST = 10
"""Bars in a tornado."""
NAME, MOST_LINES = 54, 2
"""Characters in a line of a name, and its lines."""
CHARACTER = 6.7 / NARROW
"""Width of a character, as a part of the width for bars in a narrow window."""


@figure.register
def _(result: Tornado) -> go.Figure:
    drawing = go.Figure()
    frame = result.rows.head(MOST)
    lines: list[Any] = list(frame.itertuples())
    unit = result.unit
    own = result.measures
    names = [broken(_with_unit(one, own[one]), NAME, most=MOST_LINES) for one in frame.assumption]
    rows, height = stacked(names, BAR)
    ends = (
        ("at its P10", "value_at_p10", "answer_at_p10", 1),
        ("at its P90", "value_at_p90", "answer_at_p90", 0),
    )
    for name, value, answer, look in ends:
        drawing.add_bar(
            name=name,
            orientation="h",
            y=rows,
            base=result.at_medians,
            x=(frame[answer] - result.at_medians).tolist(),
            width=BAR,
            marker=marker(COLOURS[look], PATTERNS[look]),
            customdata=[
                f"{literal(row.assumption)} {own[row.assumption].shown(getattr(row, value))}: "
                f"{unit.shown(getattr(row, answer))}"
                for row in lines
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
        for row, line in zip(rows, lines, strict=True):
            end = getattr(line, answer)
            up = end >= result.at_medians
            drawing.add_annotation(
                x=end,
                y=row,
                text=literal(own[line.assumption].number(getattr(line, value))),
                showarrow=False,
                xanchor="left" if up else "right",
                xshift=4 if up else -4,
            )
    if len(frame):
        drawing.add_vline(x=result.at_medians, line={"color": INK, "width": 1.5})
        _room(drawing)
    drawing.update_layout(
        barmode="overlay",
        xaxis={"title": {"text": f"{literal(result.name)}, {literal(unit)}"}},
        yaxis={
            **name_rows(drawing, names, rows, lift=BAR / 2 + 1),
            "range": (0, height),
        },
    )
    return finished(drawing, result.title, result.summary(), height=60 + round(height))


def _with_unit(name: str, unit: Unit) -> str:
    """Return a name and what its values are in, unless they say it."""
    return f"{name} ({unit.short})" if unit.kind in ("money", "count") else name


def _room(drawing: go.Figure) -> None:
    """Leave room beside the bars for what is written at their ends."""
    notes = drawing.layout.annotations
    low, high = (pick(note.x for note in notes) for pick in (min, max))
    width = high - low or abs(high) or 1.0
    left, right = low - 0.05 * width, high + 0.05 * width
    for _ in range(8):  # the more room, the smaller the scale
        for note in notes:
            room = width * CHARACTER * (len(note.text) + 2)
            if note.xanchor == "left":
                right = max(right, note.x + room)
            else:
                left = min(left, note.x - room)
        width = right - left
    drawing.update_xaxes(range=(left, right), **round_marks(left, right))
