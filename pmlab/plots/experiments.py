"""The figures of experiments: a forest over metrics, and effects by days since exposure."""

from __future__ import annotations

from math import isfinite, isnan
from statistics import median

import plotly.graph_objects as go

from pmlab.ab import DailyEffects, Experiment
from pmlab.ab.decision import Finding
from pmlab.plots.theme import COLOURS, GREY, INK, PAPER, figure, finished, literal, name_rows
from pmlab.results import level

__all__: list[str] = []

ROW, NUMBERS = 78, 28
"""Heights of a row, and above a mark of what is written there, in pixels."""
LOOKS = {
    "better": (COLOURS[0], "circle"),
    "within margin": (COLOURS[2], "diamond"),
    "worse": (COLOURS[5], "x"),
}
"""Colour and mark of what is shown; all else is grey and open."""
OTHER = (GREY, "circle-open")
FURTHEST = 5
"""How many times further than the middle row a row may reach before it is cut off."""


@figure.register
def _(result: Experiment) -> go.Figure:
    drawing = go.Figure()
    rows = [_row(one, len(result.treatments) > 1) for one in result.findings]
    reach = _reach(result.findings)
    for row, one in zip(rows, result.findings, strict=True):
        found = one.comparison
        colour, symbol = LOOKS.get(one.verdict, OTHER) if result.decision != "invalid" else OTHER
        if isnan(found.relative):
            _write(drawing, row, "no relative effect: the control is 0")
            continue
        low, high = found.relative_interval
        if not isnan(low):
            drawing.add_scatter(
                x=[max(low, -reach), min(high, reach)],
                y=[row, row],
                mode="lines",
                line={"color": colour, "width": 3},
                hoverinfo="skip",
            )
            for end, side in ((low, "left"), (high, "right")):
                if abs(end) > reach:
                    drawing.add_scatter(
                        x=[reach if end > 0 else -reach],
                        y=[row],
                        mode="markers",
                        marker={"symbol": f"triangle-{side}", "size": 11, "color": colour},
                        hoverinfo="skip",
                    )
        if abs(found.relative) <= reach:
            drawing.add_scatter(
                x=[found.relative],
                y=[row],
                mode="markers",
                marker={"size": 13, "color": colour, "symbol": symbol, "line": {"width": 2}},
                customdata=[_numbers(one)],
                hovertemplate="%{y}: %{customdata}<extra></extra>",
            )
        drawing.add_annotation(
            x=max(-reach, min(reach, found.relative)),
            y=row,
            yshift=16,
            text=literal(_numbers(one)),
            showarrow=False,
            bgcolor=PAPER,
        )
        _mark_margin(drawing, one, row, reach)
    drawing.add_vline(x=0, line={"color": INK, "width": 1.5})
    names = [row.replace("<br>", ": ") for row in rows]
    of = level(result.findings[0].comparison.confidence_level)
    drawing.update_layout(
        showlegend=False,
        xaxis={
            "range": _range(result.findings, reach),
            "tickformat": "+.3~p",
            "title": {"text": f"relative to {literal(result.control)}, {of} interval"},
        },
        yaxis={
            **name_rows(drawing, names, rows, lift=NUMBERS),
            "categoryorder": "array",
            "categoryarray": rows[::-1],
            "range": (-0.45, len(rows) - 0.4),
        },
    )
    return finished(drawing, result.title, result.summary(), height=80 + ROW * len(rows))


def _row(one: Finding, several: bool) -> str:
    where = f", {literal(one.variant)}" if several else ""
    return f"{literal(one.metric.label)}{where}<br><i>{one.metric.role}: {one.verdict}</i>"


def _numbers(one: Finding) -> str:
    found = one.comparison
    return f"{found.shown_relative}  ({found.shown_effect})"


def _reach(findings: tuple[Finding, ...]) -> float:
    """Return how far the axis goes: one row that knows little must not make dots of the others."""
    furthest = []
    for one in findings:
        ends = (*one.comparison.relative_interval, one.comparison.relative)
        known = [abs(end) for end in ends if isfinite(end)]
        if known:
            furthest.append(max(known))
    if not furthest or max(furthest) == 0:
        return 1.0
    return min(max(furthest), FURTHEST * median(furthest)) or max(furthest)


def _range(findings: tuple[Finding, ...], reach: float) -> tuple[float, float]:
    """Return both ends of the axis: zero and all that is drawn, with room for the texts."""
    drawn = [0.0, *(at for one in findings if (at := _margin_at(one)) is not None)]
    for one in findings:
        ends = (*one.comparison.relative_interval, one.comparison.relative)
        drawn += [end for end in ends if not isnan(end)]
    low, high = max(-reach, min(drawn)), min(reach, max(drawn))
    room = 0.25 * (high - low) or 1.0
    return low - room, high + room


def _margin_at(one: Finding) -> float | None:
    """Return where a guardrail's margin lies, in parts of the control's size."""
    test, control = one.margin_test, abs(one.comparison.control)
    if test is None or not (test.is_relative or control > 0):
        return None
    way = -1 if one.metric.good == "up" else 1
    return way * (test.margin if test.is_relative else test.margin / control)


def _mark_margin(drawing: go.Figure, one: Finding, row: str, reach: float) -> None:
    """Draw how far a guardrail may go in the wrong direction."""
    at = _margin_at(one)
    if at is None or abs(at) > reach:
        return
    drawing.add_scatter(
        x=[at],
        y=[row],
        mode="markers",
        marker={"symbol": "line-ns", "size": 22, "line": {"color": INK, "width": 2}},
        customdata=[f"margin {one.shown_margin}"],
        hovertemplate="%{customdata}<extra></extra>",
    )
    drawing.add_annotation(
        x=at, y=row, yshift=-18, text=f"margin {one.shown_margin}", showarrow=False, bgcolor=PAPER
    )


def _write(drawing: go.Figure, row: str, text: str) -> None:
    drawing.add_scatter(x=[None], y=[row], mode="markers")  # keeps the row
    drawing.add_annotation(x=0, y=row, xanchor="left", text=f" {text}", showarrow=False)


@figure.register
def _(result: DailyEffects) -> go.Figure:
    drawing = go.Figure()
    is_share = result.effects[0][2].is_share
    unit = 100 if is_share else 1
    furthest = []
    for place, variant in enumerate(result.variants):
        own = [(day, found) for name, day, found in result.effects if name == variant]
        values = [unit * found.effect for _, found in own]
        known = [
            (unit * found.low, unit * found.high) if isfinite(found.low) else (value, value)
            for (_, found), value in zip(own, values, strict=True)
        ]
        furthest += [max(map(abs, pair)) for pair in known if isfinite(sum(pair))]
        # Side by side: days of several treatments would hide each other.
        shift = 0.2 * (place - (len(result.variants) - 1) / 2)
        drawing.add_scatter(
            name=literal(variant),
            x=[day + shift for day, _ in own],
            y=values,
            error_y={
                "symmetric": False,
                "array": [high - value for (_, high), value in zip(known, values, strict=True)],
                "arrayminus": [value - low for (low, _), value in zip(known, values, strict=True)],
                "thickness": 1.5,
                "width": 3,
                "color": COLOURS[place % len(COLOURS)],
            },
            mode="markers",
            marker={
                "size": 9,
                "color": COLOURS[place % len(COLOURS)],
                "symbol": ("circle", "diamond", "square", "x")[place % 4],
            },
            customdata=[f"{found.shown_effect} ({found.shown_interval})" for _, found in own],
            hovertemplate="day %{x:.0f}: %{customdata}<extra></extra>",
            showlegend=len(result.variants) > 1,
        )
        one = result.novelties.get(variant)
        last = max(day for day, _ in own)
        if one is not None and isfinite(one.early) and isfinite(one.late):
            for begin, end, value in (
                (-0.5, one.from_day - 0.5, one.early),
                (one.from_day - 0.5, last + 0.5, one.late),
            ):
                drawing.add_scatter(
                    x=[begin, end],
                    y=[unit * value] * 2,
                    mode="lines",
                    line={"color": COLOURS[place % len(COLOURS)], "width": 2.5, "dash": "dash"},
                    hoverinfo="skip",
                    showlegend=False,
                )
    drawing.add_hline(y=0, line={"color": INK, "width": 1.5})
    days = [day for _, day, _ in result.effects]
    # The last days have few units: their long whiskers may leave the drawing.
    reach = max([2.5 * median(furthest), *_levels(result, unit)]) if furthest else 0.0
    drawing.update_layout(
        xaxis={"title": {"text": "days since exposure"}, "range": (-0.7, max(days) + 0.7)},
        yaxis={
            "title": {"text": f"effect{' in points' if is_share else ''}"},
            "rangemode": "normal",
            "range": (-reach, reach) if reach else None,
            "tickformat": "+,.3~g",
        },
    )
    return finished(drawing, result.title, result.summary())


def _levels(result: DailyEffects, unit: float) -> list[float]:
    """Return how far from zero the early and the late effects lie, with some room."""
    both = [value for one in result.novelties.values() for value in (one.early, one.late)]
    return [1.2 * unit * abs(value) for value in both if isfinite(value)]
