"""From a statistic to a p-value and from a level to a number of standard errors.

Every tail is a survival function, never 1 minus a share, so that a p-value of 1e-240 is one.
"""

from __future__ import annotations

import math
from typing import Literal

from pmlab.errors import InputError, require_choice
from pmlab.stats.intervals import Interval, require_level, two_sided_z

__all__ = [
    "ALTERNATIVES",
    "Alternative",
    "critical_value",
    "one_sided",
    "pvalue_of",
    "require_alternative",
    "two_sided_level",
    "welch_freedom",
]

Alternative = Literal["two-sided", "greater", "less"]
ALTERNATIVES: tuple[Alternative, ...] = ("two-sided", "greater", "less")


def require_alternative(alternative: str) -> None:
    """Refuse what is no alternative."""
    require_choice("alternative", alternative, ALTERNATIVES)


def pvalue_of(
    statistic: float, *, df: float = math.inf, alternative: Alternative = "two-sided"
) -> float:
    """Return the p-value of a t statistic, or of a z statistic where `df` is infinite.

    Examples
    --------
    >>> round(pvalue_of(1.959964), 6), pvalue_of(-33.0) < 1e-237
    (0.05, True)
    >>> round(pvalue_of(2.086, df=20, alternative="greater"), 4)
    0.025
    """
    if math.isnan(statistic) or math.isnan(df):
        return math.nan
    if alternative == "two-sided":
        return min(1.0, 2 * _upper_tail(abs(statistic), df))
    return _upper_tail(statistic if alternative == "greater" else -statistic, df)


def critical_value(confidence_level: float, df: float = math.inf) -> float:
    """Return how many standard errors on either side make an interval of this level.

    Examples
    --------
    >>> round(critical_value(0.95), 4), round(critical_value(0.95, 20), 4)
    (1.96, 2.086)
    """
    if math.isinf(df):
        return two_sided_z(confidence_level)
    require_level(confidence_level)
    if math.isnan(df):
        return math.nan
    # scipy.special has the same numbers as scipy.stats.t, some hundred times as fast.
    from scipy.special import stdtrit

    return -float(stdtrit(df, (1 - confidence_level) / 2))


def welch_freedom(se: float, n: int, se_control: float, n_control: int) -> float:
    """Return the degrees of freedom of a difference from the standard errors of its sides.

    Examples
    --------
    >>> round(welch_freedom(11.007 / 21**0.5, 21, 17.149 / 23**0.5, 23), 4)
    37.8545
    """
    joint = math.hypot(se, se_control)
    if n < 2 or n_control < 2 or not joint > 0:
        return math.nan
    # Shares first: the fourth powers of very large or very small errors would over- or underflow.
    own, control = (se / joint) ** 2, (se_control / joint) ** 2
    return 1 / (own * own / (n - 1) + control * control / (n_control - 1))


def two_sided_level(confidence_level: float, alternative: Alternative) -> float:
    """Return the level of the two-sided interval whose one end is a bound of this level.

    Examples
    --------
    >>> two_sided_level(0.95, "two-sided"), round(two_sided_level(0.95, "less"), 2)
    (0.95, 0.9)
    """
    require_level(confidence_level)
    require_alternative(alternative)
    if alternative == "two-sided":
        return confidence_level
    if confidence_level <= 0.5:
        raise InputError(
            f"confidence_level={confidence_level!r} must be above 0.5 with "
            f"alternative={alternative!r}: a one-sided bound below that excludes the estimate."
        )
    return 2 * confidence_level - 1


def one_sided(
    interval: Interval,
    alternative: Alternative,
    *,
    least: float = -math.inf,
    most: float = math.inf,
) -> Interval:
    """Open the end of an interval that the alternative does not ask about.

    Examples
    --------
    >>> one_sided(Interval(0.1, 0.4), "greater", most=1.0)
    Interval(low=0.1, high=1.0)
    """
    low, high = interval
    if alternative == "greater" and not math.isnan(low):
        return Interval(low, most)
    if alternative == "less" and not math.isnan(high):
        return Interval(least, high)
    return interval


def _upper_tail(statistic: float, df: float) -> float:
    if math.isinf(df):
        return math.erfc(statistic / math.sqrt(2)) / 2
    from scipy.special import stdtr

    return float(stdtr(df, -statistic))
