"""The figure of a check of an event table."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from pmlab.durations import DAY
from pmlab.logcheck import LogCheck
from pmlab.plots.theme import COLOURS, PATTERNS, figure, finished, marker
from pmlab.results import number_of

MOST_DAYS = 10 * 366
"""One event in the year 9999, as some programs write "never", would leave the others no room."""


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
            marker=marker(colour, pattern),
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
    return finished(drawing, result.title, result.summary() + note)


def _fullest(per_day: pd.DataFrame, n_days: int) -> pd.DataFrame:
    """Return so many days in a row, those with most events."""
    events = per_day["events"].rolling(min(n_days, len(per_day))).sum()
    last = int(events.argmax())
    return per_day.iloc[max(0, last + 1 - n_days) : last + 1]
