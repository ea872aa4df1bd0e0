"""The figures of surveys and scorecards."""

from __future__ import annotations

from math import isfinite, isnan
from typing import Any

import plotly.graph_objects as go

from pmlab.heart import Comparison, Scorecard, SurveyScore
from pmlab.heart.comparison import Change
from pmlab.heart.norms import GRADES, SUS_OF_UMUX_LITE
from pmlab.heart.words import effect, effect_interval, shown, shown_interval
from pmlab.plots.theme import (
    COLOURS,
    GREY,
    GRID,
    INK,
    PAPER,
    PATTERNS,
    figure,
    finished,
    literal,
    marker,
    name_rows,
)
from pmlab.results import count, level

ROW, BAR = 56, 24
"""Heights of a row and of its bar, in pixels."""
SCORES_A_BAR = 5

GROUPS = {"promoters": 2, "passives": 1, "detractors": 5, "satisfied": 2, "others": 1}
"""Colours of the groups, by number."""


@figure.register
def _(result: SurveyScore) -> go.Figure:
    if result.instrument in ("SUS", "UMUX-Lite"):
        drawing = _scores_with_grades(result)
    else:
        drawing = _answers(result)
    drawing.update_layout(yaxis={"title": {"text": "respondents"}}, bargap=0.08)
    return finished(drawing, result.title, result.summary())


def _scores_with_grades(result: SurveyScore) -> go.Figure:
    """Draw how many scored what, on the bands of the grades."""
    drawing = go.Figure()
    drawing.add_histogram(
        x=result.respondents["score"].tolist(),
        xbins={"start": -SCORES_A_BAR / 2, "end": 100 + SCORES_A_BAR, "size": SCORES_A_BAR},
        marker=marker(COLOURS[0], PATTERNS[0]),
        name="respondents",
        hovertemplate="%{x}: %{y} respondents<extra></extra>",
        showlegend=False,
    )
    slope, intercept = SUS_OF_UMUX_LITE if result.instrument == "UMUX-Lite" else (1.0, 0.0)
    for number, (letter, low, high) in enumerate(_letters()):
        begin, end = (max(0.0, (grade - intercept) / slope) for grade in (low, high))
        drawing.add_vrect(
            x0=begin,
            x1=min(end, 100.0),
            fillcolor=GRID,
            opacity=0.7 if number % 2 else 0,
            layer="below",
            line_width=0,
            annotation={"text": letter, "font": {"size": 15}},
            annotation_position="top",
        )
    _mark_mean(drawing, result)
    drawing.update_xaxes(range=(-3, 103), title={"text": f"{result.instrument} score"})
    return drawing


def _letters() -> list[tuple[str, float, float]]:
    """Return the grades without their plus and minus, which are too narrow to write in."""
    starts: dict[str, float] = {}
    for name, lowest, _ in GRADES:
        starts.setdefault(name[0], lowest)
    ends = [*list(starts.values())[1:], 100.0]
    return [(name, low, high) for (name, low), high in zip(starts.items(), ends, strict=True)]


def _answers(result: SurveyScore) -> go.Figure:
    """Draw how many gave each answer, by the group it puts them in."""
    drawing = go.Figure()
    item = result.respondents.columns[1]
    given = result.respondents[item].astype(int)
    lowest, highest = (0, 10) if result.instrument == "NPS" else (1, 7)
    if result.instrument == "CSAT":
        highest = result.scale
    groups: dict[str, range] = {"": range(lowest, highest + 1)}
    if result.instrument == "NPS":
        groups = {"detractors": range(7), "passives": range(7, 9), "promoters": range(9, 11)}
    elif result.instrument == "CSAT":
        groups = {"others": range(1, highest - 1), "satisfied": range(highest - 1, highest + 1)}
    for number, (name, answers) in enumerate(groups.items()):
        drawing.add_bar(
            name=name,
            x=list(answers),
            y=[int((given == answer).sum()) for answer in answers],
            marker=marker(COLOURS[GROUPS.get(name, 0)], PATTERNS[number]),
            showlegend=bool(name),
            hovertemplate="%{x}: %{y} respondents<extra>" + name + "</extra>",
        )
    if not result.groups:
        _mark_mean(drawing, result)
    drawing.update_xaxes(dtick=1, title={"text": f"{result.instrument} answer"})
    return drawing


def _mark_mean(drawing: go.Figure, result: SurveyScore) -> None:
    """Draw the mean as a line through the bars, and its interval as the band around it."""
    if isnan(result.score):
        return
    if not isnan(result.low):
        drawing.add_vrect(
            x0=result.low,
            x1=result.high,
            fillcolor=COLOURS[1],
            opacity=0.4,
            line={"color": INK, "width": 1.5, "dash": "dot"},
        )
    drawing.add_vline(x=result.score, line={"color": INK, "width": 2.5})
    drawing.add_scatter(
        name=f"mean, {level(result.confidence_level)} interval",
        x=[None],
        y=[None],
        mode="markers+lines",
        line={"color": INK, "width": 2.5},
        marker={"symbol": "square", "size": 12, "color": COLOURS[1], "opacity": 0.6},
    )


@figure.register
def _(result: Scorecard) -> go.Figure:
    drawing = go.Figure()
    frame = result.dimensions
    rows = [*frame["dimension"], "composite (ours)"]
    values = [*frame["attainment"], result.score]
    ends = [*zip(frame["low"], frame["high"], strict=True), tuple(result.interval)]
    bars = [0.0 if isnan(value) else value for value in values]
    drawing.add_bar(
        name="attainment",
        orientation="h",
        y=rows,
        x=bars,
        error_x=_whiskers(values, ends),
        marker={
            "color": [*[COLOURS[0]] * len(frame), PAPER],
            "line": {"color": COLOURS[0], "width": [*[0] * len(frame), 2]},
            "pattern": {
                "shape": ["/" if value < 0 else "" for value in bars],
                "fillmode": "overlay",
                "fgcolor": PAPER,
                "size": 7,
            },
        },
        customdata=[_attainment(value, *pair) for value, pair in zip(values, ends, strict=True)],
        hovertemplate="%{y}: %{customdata}<extra></extra>",
        showlegend=False,
    )
    several = [m for m in result.metrics if frame.set_index("dimension").n_metrics[m.dimension] > 1]
    if several:
        drawing.add_scatter(
            name="its metrics",
            mode="markers",
            y=[metric.dimension for metric in several],
            x=[metric.attainment for metric in several],
            marker={
                "symbol": "diamond",
                "size": 10,
                "color": COLOURS[1],
                "line": {"color": INK, "width": 1},
            },
            customdata=[literal(metric.name) for metric in several],
            hovertemplate="%{customdata}: %{x:.0f}<extra></extra>",
        )
    written: dict[str, tuple[str, str]] = {}
    for row, value in zip(rows, values, strict=True):
        if isnan(value):
            why = "not measured" if row in result.missing_dimensions else "no value"
            written[row] = (why if row != rows[-1] else "none", GREY)
    says = {"past": "PAST ITS LIMIT", "unclear": "not shown to hold", "holds": "holds"}
    for own in result.guardrails:
        row = f"guardrail: {literal(own.name)}"
        rows.append(row)
        unit = own.evidence.unit
        most = "at most" if own.direction == "down" else "at least"
        text = (
            f"{shown(own.evidence.estimate, unit)} ({shown_interval(*own.interval, unit)}), "
            f"{most} {shown(own.limit, unit)}: "
        )
        word = f"<b>{says[own.state]}</b>" if own.state != "holds" else says[own.state]
        written[row] = (literal(text) + word, INK)
    axis = _rows(drawing, rows)
    for row, (text, colour) in written.items():
        _write(drawing, row, text, colour)
    _baseline_and_target(drawing)
    drawing.update_layout(
        xaxis={"title": {"text": f"attainment, {level(result.confidence_level)} interval"}},
        yaxis=axis,
        bargap=1 - BAR / ROW,
    )
    return finished(drawing, result.title, result.summary(), height=_height(rows))


@figure.register
def _(result: Comparison) -> go.Figure:
    changes = result.changes
    if all(change.attainments for change in changes):
        drawing = _before_and_after(result)
        title = f"attainment, {level(result.confidence_level)} interval"
        _baseline_and_target(drawing)
    else:
        drawing = _effects(result)
        title = f"{_effect_axis(changes[0])}, {level(result.confidence_level)} interval"
    rows = [_row(change, own) for change, own in zip(changes, result.verdicts, strict=True)]
    drawing.update_layout(
        xaxis={"title": {"text": title}},
        yaxis=_rows(drawing, rows),
    )
    return finished(drawing, result.title, result.summary(), height=_height(rows))


def _before_and_after(result: Comparison) -> go.Figure:
    drawing = go.Figure()
    rows = [
        _row(change, verdict)
        for change, verdict in zip(result.changes, result.verdicts, strict=True)
    ]
    for side, name, colour, symbol in (
        (1, "after", COLOURS[0], "circle"),
        (0, "before", GREY, "circle-open"),  # drawn above
    ):
        points = [change.attainments[side] for change in result.changes if change.attainments]
        values = [value for value, _ in points]
        drawing.add_scatter(
            name=name,
            mode="markers",
            x=values,
            y=rows,
            orientation="h",
            offsetgroup=name,
            error_x=_whiskers(values, [tuple(interval) for _, interval in points], colour),
            marker={"size": 11, "color": colour, "symbol": symbol, "line": {"width": 2}},
            customdata=[_attainment(value, *interval) for value, interval in points],
            hovertemplate=f"%{{y}}, {name}: %{{customdata}}<extra></extra>",
        )
    return drawing.update_layout(
        scattermode="group", scattergap=0.5, legend={"traceorder": "reversed"}
    )


def _effects(result: Comparison) -> go.Figure:
    drawing = go.Figure()
    unit = 100 if result.changes[0].unit == "share" else 1
    values = [unit * change.effect.estimate for change in result.changes]
    ends = [(unit * change.effect.low, unit * change.effect.high) for change in result.changes]
    drawing.add_scatter(
        mode="markers",
        x=values,
        y=[_row(*pair) for pair in zip(result.changes, result.verdicts, strict=True)],
        error_x=_whiskers(values, ends, COLOURS[0]),
        marker={"size": 12, "color": COLOURS[0]},
        customdata=[_effect_of(change) for change in result.changes],
        hovertemplate="%{y}: %{customdata}<extra></extra>",
        showlegend=False,
    )
    no_change = result.changes[0].no_change
    drawing.add_vline(x=no_change, line={"color": INK, "width": 1.5})
    drawing.add_annotation(
        x=no_change, y=1, yref="paper", yanchor="bottom", text="no change", showarrow=False
    )
    return drawing


def _effect_axis(change: Change) -> str:
    if change.ratio:
        return "after / before"
    what = "points" if change.unit == "share" else change.unit
    return f"after - before{f' in {what}' if what else ''}"


def _row(change: Change, verdict: str) -> str:
    return f"{literal(change.name)}<br><i>{verdict}</i>"


def _effect_of(change: Change) -> str:
    value, low, high, _ = change.effect
    middle = effect(value, change.unit, ratio=change.ratio)
    return f"{middle} ({effect_interval(low, high, change.unit, ratio=change.ratio)})"


def _attainment(value: float, low: float, high: float) -> str:
    return count(value) if isnan(low) else f"{count(value)} ({count(low)} to {count(high)})"


def _whiskers(values: list[float], ends: list[Any], colour: str = INK) -> dict[str, Any]:
    """Return error bars; none where an end is unknown or without end."""
    drawn = [
        all(isfinite(number) for number in (value, *pair))
        for value, pair in zip(values, ends, strict=True)
    ]
    pairs = list(zip(values, ends, drawn, strict=True))
    return {
        "symmetric": False,
        "array": [high - value if fine else 0.0 for value, (_, high), fine in pairs],
        "arrayminus": [value - low if fine else 0.0 for value, (low, _), fine in pairs],
        "thickness": 1.5,
        "width": 5,
        "color": colour,
    }


def _baseline_and_target(drawing: go.Figure) -> None:
    for x, name, dash in ((0, "baseline", "solid"), (100, "target", "dash")):
        drawing.add_vline(x=x, line={"color": INK, "width": 1.5, "dash": dash})
        drawing.add_annotation(x=x, y=1, yref="paper", yanchor="bottom", text=name, showarrow=False)


def _write(drawing: go.Figure, row: str, text: str, colour: str) -> None:
    drawing.add_annotation(
        x=0,
        xref="paper",
        y=row,
        text=text,
        showarrow=False,
        xanchor="left",
        font={"color": colour},
        bgcolor=PAPER,
    )


def _rows(drawing: go.Figure, names: list[str]) -> dict[str, Any]:
    texts = [name.replace("<br>", ": ") for name in names]
    return {
        **name_rows(drawing, texts, names, lift=BAR / 2 + 1),
        "categoryorder": "array",
        "categoryarray": names[::-1],
        "range": (-0.4, len(names) - 0.35),
    }


def _height(rows: list[str]) -> int:
    return 90 + ROW * len(rows)
