"""How effects are written; the rounding itself is in `results`.

A number is as fine as the width of its interval: two digits of it.
"""

from __future__ import annotations

import math

from pmlab.results import decimals_for, number, percent, points, points_interval

__all__ = ["effect", "effect_interval", "relative", "relative_interval", "shown"]


def shown(value: float, width: float, is_share: bool) -> str:
    """Return an estimate.

    Examples
    --------
    >>> shown(0.18902, 0.0102, True), shown(41.26, 8.7, False)
    ('18.9%', '41.3')
    """
    if is_share:
        return percent(value, digits=decimals_for(100 * width, least=1))
    return number(value, decimals=decimals_for(width))


def effect(value: float, width: float, is_share: bool) -> str:
    """Return an effect, with its sign.

    Examples
    --------
    >>> effect(-0.0082, 0.0102, True), effect(1.25, 8.7, False)
    ('-0.8 points', '+1.2')
    """
    if is_share:
        return points(value, digits=decimals_for(100 * width, least=1))
    return _signed(value, decimals_for(width))


def effect_interval(low: float, high: float, width: float, is_share: bool) -> str:
    """Return the two ends of the interval of an effect.

    Examples
    --------
    >>> effect_interval(-0.0133, -0.0031, 0.0102, True), effect_interval(-3.1, 5.6, 8.7, False)
    ('-1.3 to -0.3 points', '-3.1 to +5.6')
    """
    if math.isnan(low):
        return number(low)
    if is_share:
        return points_interval(low, high, digits=decimals_for(100 * width, least=1))
    decimals = decimals_for(width)
    return f"{_signed(low, decimals)} to {_signed(high, decimals)}"


def relative(value: float, width: float) -> str:
    """Return a relative effect, with its sign.

    Examples
    --------
    >>> relative(-0.0431, 0.052), relative(0.5, float("inf"))
    ('-4.3%', '+50.0%')
    """
    if math.isnan(value):
        return number(value)
    sign = "+" if value >= 0 else ""
    return sign + percent(value, digits=decimals_for(100 * width, least=1))


def relative_interval(low: float, high: float) -> str:
    """Return the two ends of the interval of a relative effect, or that it has none.

    Examples
    --------
    >>> relative_interval(-0.0689, -0.0166), relative_interval(-math.inf, math.inf)
    ('-6.9% to -1.7%', 'unbounded')
    """
    if math.isnan(low):
        return number(low)
    if math.isinf(low) and math.isinf(high):
        return "unbounded"
    width = high - low
    return " to ".join(
        relative(end, width) if math.isfinite(end) else number(end) for end in (low, high)
    )


def _signed(value: float, decimals: int) -> str:
    return ("+" if value >= 0 else "") + number(value, decimals=decimals)
