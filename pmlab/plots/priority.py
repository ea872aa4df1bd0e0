"""The figures of rankings."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from pmlab.plots.theme import (
    COLOURS,
    GREY,
    GRID,
    INK,
    NAME_LINE,
    PAPER,
    TEXT_WIDTH,
    broken,
    figure,
    finished,
    literal,
    name_rows,
)
from pmlab.priority import Opportunities, Ranking
from pmlab.priority.opportunities import BANDS
from pmlab.priority.ranking import PERHAPS
from pmlab.priority.words import chance_of
from pmlab.results import percent

MARK = 14
"""Height of a score with its range, in pixels."""
NAME_WIDTH, MOST_LINES = 46, 2
"""Characters in a line of an item, which has a chance beside it, and its lines."""
CROWDED = 0.6
"""Points of opportunities nearer than this, of 10, would have their labels on each other."""
MOST_LABELS = 12
"""Of needs named in the drawing; the others are named when pointed at."""
HEADING = 20
"""Height of what is written above the chances, in pixels."""
KEY = f"filled: to be done; grey: too large, or a chance below {percent(PERHAPS, digits=0)}"
FAR_APART = 20
"""From this ratio of the scores on, a logarithmic axis shows all of them."""


@figure.register
def _(result: Ranking) -> go.Figure:
    """Draw the scores in order, each with its range, and mark who may be done."""
    frame = result.to_frame()
    rows = list(range(len(frame)))
    taken = [place in result.choice.taken for place in rows]
    decides = result.has_ranges and result.choice.at_stake
    middle = frame["score_p50" if result.has_ranges else "score"].tolist()
    ends = middle
    if result.has_ranges:
        ends = [*frame["score_p10"], *frame["score_p90"]]
    # NaN, of what is too large, is not at least PERHAPS.
    may = (frame["top"] >= PERHAPS).tolist() if decides else [True] * len(rows)
    names = [broken(item, NAME_WIDTH, most=MOST_LINES) for item in frame["item"]]
    # In pixels: of a row, above the first mark, below the last.
    name = NAME_LINE * max(text.count("<br>") + 1 for text in names)
    height, below = name + MARK + 12, MARK / 2 + 8
    above = MARK / 2 + 6 + name + (HEADING if decides else 0)
    drawing = go.Figure()
    for colour, group in (
        (COLOURS[0], [row for row in rows if may[row]]),
        (GREY, [row for row in rows if not may[row]]),
    ):
        _add_scores(drawing, frame.iloc[group], middle, taken, colour, ranges=result.has_ranges)
    if decides:
        _add_chances(drawing, result, may, name)
    logarithmic = max(ends) / min(ends) > FAR_APART
    unit = f", reach a {literal(result.per)}" if result.per else ""
    range_words = ", P50 and P10 to P90" if result.has_ranges else ""
    scale = ", each step ten times the last" if logarithmic else ""
    drawing.update_layout(
        xaxis={
            "type": "log" if logarithmic else "linear",
            "title": {"text": f"RICE score{range_words}{unit}{scale}"},
            "showgrid": True,
            "gridcolor": GRID,
            "rangemode": "normal" if logarithmic else "tozero",
            "dtick": 1 if logarithmic else None,
            "tickformat": ",.6~g",
        },
        yaxis={
            **name_rows(drawing, names, rows, lift=MARK / 2 + 1),
            "showgrid": True,
            "range": (len(rows) - 1 + below / height, -above / height),
        },
    )
    return finished(
        drawing,
        result.title,
        result.summary(),
        height=60 + round(height * (len(rows) - 1) + above + below),
        key=[KEY] if decides else [],
    )


def _add_scores(
    drawing: go.Figure,
    frame: pd.DataFrame,
    middle: list[float],
    taken: list[bool],
    colour: str,
    *,
    ranges: bool,
) -> None:
    """Draw some rows, in one colour; what is taken is filled."""
    rows = frame.index.tolist()
    whiskers: dict[str, Any] | None = None
    if ranges and rows:
        low, high = frame["score_p10"].tolist(), frame["score_p90"].tolist()
        whiskers = {
            "type": "data",
            "symmetric": False,
            "array": [b - middle[row] for b, row in zip(high, rows, strict=True)],
            "arrayminus": [middle[row] - a for a, row in zip(low, rows, strict=True)],
            "color": colour,
            "thickness": 2.5,
            "width": 0,
        }
    drawing.add_scatter(
        x=[middle[row] for row in rows],
        y=rows,
        mode="markers",
        error_x=whiskers,
        marker={
            "size": 11,
            "color": [colour if taken[row] or not ranges else PAPER for row in rows],
            "line": {"color": colour, "width": 2},
        },
        customdata=[
            [literal(row["item"]), *([row["score_p10"], row["score_p90"]] if ranges else [])]
            for _, row in frame.iterrows()
        ],
        hovertemplate="%{customdata[0]}: %{x:,.4~g}"
        + (" (%{customdata[1]:,.4~g} to %{customdata[2]:,.4~g})" if ranges else "")
        + "<extra></extra>",
        showlegend=False,
    )


def _add_chances(drawing: go.Figure, result: Ranking, may: list[bool], name: int) -> None:
    """Write at the right of the names with which chance each is among the best."""
    best = "be first" if result.top == 1 else f"be in the best {result.top}"
    texts = list(map(chance_of, result.to_frame()["top"]))
    for row in result.choice.too_large:
        texts[row] = "too large"
    at_the_right = {
        "x": 1,
        "xref": "paper",
        "xanchor": "right",
        "yanchor": "bottom",
        "showarrow": False,
        "bgcolor": PAPER,
    }
    for row, text in enumerate(texts):
        colour = INK if may[row] else GREY
        drawing.add_annotation(
            text=text, y=row, yshift=MARK / 2 + 1, font={"color": colour}, **at_the_right
        )
    drawing.add_annotation(
        text=f"chance to {best}",
        y=0,
        yshift=MARK / 2 + 3 + name,
        font={"color": INK, "size": 12},
        **at_the_right,
    )


@figure.register
def _(result: Opportunities) -> go.Figure:
    """Draw importance against satisfaction, with the bands of the score."""
    frame = result.to_frame()
    drawing = go.Figure()
    # Where importance is above satisfaction the score is 2 x importance - satisfaction.
    for least, _ in BANDS[:-1]:
        reached = [tenth / 10 for tenth in range(101) if least <= tenth / 5 <= 10 + least]
        line = [(importance, 2 * importance - least) for importance in reached]
        drawing.add_scatter(
            x=[point[0] for point in line],
            y=[point[1] for point in line],
            mode="lines",
            line={"color": GREY, "width": 1.5, "dash": "dot"},
            hoverinfo="skip",
            showlegend=False,
        )
        drawing.add_annotation(
            x=line[0][0],
            y=0,
            text=f"{least:g}",
            xanchor="left",
            xshift=6,
            yanchor="bottom",
            showarrow=False,
            font={"color": INK, "size": 11},
        )
    drawing.add_scatter(
        name="importance = satisfaction",
        x=[0, 10],
        y=[0, 10],
        mode="lines",
        line={"color": INK, "width": 1.5},
        hoverinfo="skip",
        showlegend=False,
    )
    drawing.add_annotation(
        x=0.3,
        y=9.6,
        xanchor="left",
        text="overserved",
        showarrow=False,
        font={"color": INK, "size": 14},
    )
    named = frame.index < MOST_LABELS
    points = zip(frame["importance"], frame["satisfaction"], strict=True)
    at: dict[tuple[float, float], list[int]] = {}
    for row, point in enumerate(points):
        at.setdefault(point, []).append(row)
    # Needs of one rank have numbers of their own; those at one point share a label.
    labels = {
        rows[0]: ", ".join(str(row + 1) for row in rows if named[row]) for rows in at.values()
    }
    drawing.add_scatter(
        x=frame["importance"].tolist(),
        y=frame["satisfaction"].tolist(),
        mode="markers+text",
        text=[labels.get(row, "") for row in range(len(frame))],
        textposition=_sides(frame["importance"].tolist(), frame["satisfaction"].tolist()),
        marker={
            "size": 11,
            "color": [COLOURS[5] if over else COLOURS[0] for over in frame["overserved"]],
            "symbol": ["diamond-open" if over else "circle" for over in frame["overserved"]],
            "line": {"width": 2},
        },
        customdata=[
            [literal(need), score]
            for need, score in zip(frame["need"], frame["score"], strict=True)
        ],
        hovertemplate="%{customdata[0]}: importance %{x:.1f}, satisfaction %{y:.1f}, "
        "score %{customdata[1]:.1f}<extra></extra>",
        showlegend=False,
    )
    key = [
        line
        for row, (need, score) in enumerate(
            zip(frame["need"][named], _scores(result)[:MOST_LABELS], strict=True)
        )
        for line in broken(f"{row + 1}  {need} ({score})", TEXT_WIDTH).split("<br>")
    ]
    bands = [f"{least:g} {name}" for least, name in reversed(BANDS[:-1])]
    if result.has_ranges:
        key.append("in brackets: score; P10 to P90")
    key += broken(f"dotted: scores of {', '.join(bands)}", TEXT_WIDTH).split("<br>")
    drawing.update_layout(
        xaxis={"title": {"text": "importance"}, "range": (-0.2, 10.4), "dtick": 2},
        yaxis={"title": {"text": "satisfaction"}, "range": (-0.2, 10.4), "dtick": 2},
    )
    return finished(drawing, result.title, result.summary(), height=460, key=key)


def _sides(xs: list[float], ys: list[float]) -> list[str]:
    """Return on which side each point's label stands: where the one before is not."""
    sides: list[str] = []
    for row, (x, y) in enumerate(zip(xs, ys, strict=True)):
        crowded = any(
            side == "middle right" and 0 < abs(x - xs[other]) + abs(y - ys[other]) < CROWDED
            for other, side in zip(range(row), sides, strict=True)
        )
        sides.append("middle left" if crowded else "middle right")
    return sides


def _scores(result: Opportunities) -> list[str]:
    """Return the scores, with their ranges if there are any."""
    frame = result.to_frame()
    said = [f"{score:.1f}" for score in frame["score"]]
    if result.has_ranges:
        ends = zip(frame["score_p10"], frame["score_p90"], strict=True)
        said = [f"{one}; {a:.1f} to {b:.1f}" for one, (a, b) in zip(said, ends, strict=True)]
    return said
