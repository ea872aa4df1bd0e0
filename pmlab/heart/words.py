"""How measured numbers and their changes are written; the rounding itself is in `results`."""

from __future__ import annotations

import math

from pmlab.results import (
    number,
    number_interval,
    percent,
    percent_interval,
    points,
    points_interval,
)

__all__ = ["effect", "effect_interval", "shown", "shown_interval"]


def shown(value: float, unit: str) -> str:
    """Return a number with its unit; a share as a percentage.

    Examples
    --------
    >>> shown(0.5, "share"), shown(68.25, "s"), shown(71.4, "")
    ('50.0%', '68.2 s', '71.4')
    """
    if unit == "share":
        return percent(value)
    return number(value) if math.isnan(value) or not unit else f"{number(value)} {unit}"


def shown_interval(low: float, high: float, unit: str) -> str:
    """Return the two ends of an interval with their unit.

    Examples
    --------
    >>> shown_interval(46.1, 101.3, "s")
    '46.1 to 101.3 s'
    """
    if unit == "share":
        return percent_interval(low, high)
    ends = number_interval(low, high)
    return ends if math.isnan(low) or not unit else f"{ends} {unit}"


def effect(value: float, unit: str, *, ratio: bool) -> str:
    """Return a change: points of a share, a factor, or a signed number.

    Examples
    --------
    >>> effect(0.1, "share", ratio=False), effect(0.8, "s", ratio=True), effect(7, "", ratio=False)
    ('+10.0 points', '0.80 times', '+7.00')
    """
    if math.isnan(value):
        return number(value)
    if ratio:
        return f"{_factor(value)} times"
    if unit == "share":
        return points(value)
    return f"{'+' if value >= 0 else ''}{shown(value, unit)}"


def effect_interval(low: float, high: float, unit: str, *, ratio: bool) -> str:
    """Return the two ends of the interval of a change.

    Examples
    --------
    >>> effect_interval(0.7, 0.9, "s", ratio=True), effect_interval(-1, 12, "", ratio=False)
    ('0.70 to 0.90 times', '-1.0 to +12.0')
    """
    if math.isnan(low):
        return number(low)
    if ratio:
        return f"{_factor(low)} to {_factor(high)} times"
    if unit == "share":
        return points_interval(low, high)
    first, second = (
        f"{'+' if end >= 0 else ''}{number(end, beside=other)}"
        for end, other in ((low, high), (high, low))
    )
    return f"{first} to {second}" + (f" {unit}" if unit else "")


def _factor(value: float) -> str:
    return f"{value:.2f}" if math.isfinite(value) else number(value)
