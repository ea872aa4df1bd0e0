"""Intervals of a ratio of two estimates, such as a relative lift."""

from __future__ import annotations

import math

from pmlab.errors import InputError
from pmlab.stats.intervals import Interval
from pmlab.stats.tails import critical_value

__all__ = ["delta_ratio_interval", "fieller_interval", "log_ratio_interval"]


def fieller_interval(
    estimate: float,
    se: float,
    estimate_control: float,
    se_control: float,
    *,
    covariance: float = 0.0,
    df: float = math.inf,
    confidence_level: float = 0.95,
) -> Interval:
    """Return Fieller's interval of a ratio: the ratios r for which ``a - r b`` may be zero.

    It has no bias where the denominator is uncertain, and leaves out 1 exactly where the
    interval of the difference leaves out 0.

    Parameters
    ----------
    estimate, se, estimate_control, se_control : float
        The numerator and the denominator of the ratio, each with its standard error.
    covariance : float
        Of the two estimates; 0 for independent groups.
    df : float
        Degrees of freedom of t; infinite for the normal.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    Interval
        ``(-inf, inf)`` where the denominator is not clearly away from zero: then no bounded
        interval covers as often as it says. Both NaN where an input is.

    Raises
    ------
    InputError
        For a standard error below 0.

    References
    ----------
    Fieller, E. C. (1954). Some problems in interval estimation. *Journal of the Royal
    Statistical Society B*, 16, 175-185.

    Examples
    --------
    >>> low, high = fieller_interval(12.0, 0.5, 10.0, 0.5)
    >>> round(low, 4), round(high, 4)
    (1.0574, 1.3659)
    >>> fieller_interval(12.0, 0.5, 1.0, 0.6)
    Interval(low=-inf, high=inf)
    """
    _require_errors(se, se_control)
    critical = critical_value(confidence_level, df)
    values = (estimate, se, estimate_control, se_control, covariance, critical)
    if any(map(math.isnan, values)) or (estimate_control == 0 and se_control == 0):
        return Interval(math.nan, math.nan)
    if abs(estimate_control) <= critical * se_control:
        return Interval(-math.inf, math.inf)
    # In units of the denominator, so that no square over- or underflows.
    ratio = estimate / estimate_control
    own, control = (critical * error / estimate_control for error in (se, se_control))
    shared = critical * critical * covariance / estimate_control / estimate_control
    # The roots of (1 - control^2) r^2 - 2 (ratio - shared) r + (ratio^2 - own^2) = 0, written so
    # that nothing cancels where the errors are small.
    scale = (1 - control) * (1 + control)
    inside = (
        own * own * scale + ratio * ratio * control * control - 2 * ratio * shared + shared * shared
    )
    spread = math.sqrt(max(0.0, inside))
    return Interval((ratio - shared - spread) / scale, (ratio - shared + spread) / scale)


def delta_ratio_interval(
    estimate: float,
    se: float,
    estimate_control: float,
    se_control: float,
    *,
    covariance: float = 0.0,
    df: float = math.inf,
    confidence_level: float = 0.95,
) -> Interval:
    """Return the interval of a ratio by the delta method, symmetric about the ratio.

    Good where the denominator's standard error is small beside it; `fieller_interval` needs no
    such luck.

    Parameters
    ----------
    estimate, se, estimate_control, se_control, covariance, df, confidence_level
        As for `fieller_interval`.

    Returns
    -------
    Interval
        Both NaN where the denominator is 0.

    References
    ----------
    Deng, A., Knoblich, U. and Lu, J. (2018). Applying the delta method in metric analytics: a
    practical guide with novel ideas. *KDD '18*, 233-242.

    Examples
    --------
    >>> low, high = delta_ratio_interval(12.0, 0.5, 10.0, 0.5)
    >>> round(low, 4), round(high, 4)
    (1.0469, 1.3531)
    """
    _require_errors(se, se_control)
    critical = critical_value(confidence_level, df)
    if estimate_control == 0:
        return Interval(math.nan, math.nan)
    ratio = estimate / estimate_control
    own, control = se / estimate_control, ratio * se_control / estimate_control
    shared = ratio * covariance / estimate_control / estimate_control
    spread = critical * math.sqrt(max(0.0, own * own + control * control - 2 * shared))
    return Interval(ratio - spread, ratio + spread)


def log_ratio_interval(
    estimate: float,
    se: float,
    estimate_control: float,
    se_control: float,
    *,
    covariance: float = 0.0,
    df: float = math.inf,
    confidence_level: float = 0.95,
) -> Interval:
    """Return the interval of a ratio by the delta method on its logarithm (Katz for shares).

    Parameters
    ----------
    estimate, se, estimate_control, se_control, covariance, df, confidence_level
        As for `fieller_interval`.

    Returns
    -------
    Interval
        Both NaN unless the two estimates have the same sign and neither is 0: no other ratio has
        a logarithm.

    References
    ----------
    Katz, D., Baptista, J., Azen, S. P. and Pike, M. C. (1978). Obtaining confidence intervals for
    the risk ratio in cohort studies. *Biometrics*, 34, 469-474.

    Examples
    --------
    >>> low, high = log_ratio_interval(12.0, 0.5, 10.0, 0.5)
    >>> round(low, 4), round(high, 4)
    (1.0563, 1.3633)
    """
    _require_errors(se, se_control)
    critical = critical_value(confidence_level, df)
    if estimate_control == 0 or not estimate / estimate_control > 0:
        return Interval(math.nan, math.nan)
    ratio = estimate / estimate_control
    own, control = se / estimate, se_control / estimate_control
    shared = covariance / estimate / estimate_control
    spread = critical * math.sqrt(max(0.0, own * own + control * control - 2 * shared))
    # Where little is known the upper end is beyond any number a computer holds.
    growth = math.exp(spread) if spread < 700 else math.inf
    return Interval(ratio * math.exp(-spread), ratio * growth)


def _require_errors(*errors: float) -> None:
    for error in errors:
        if error < 0:
            raise InputError(f"se={error!r}: a standard error is 0 or more.")
