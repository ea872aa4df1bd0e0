"""Tests of whether two numbers differ."""

from __future__ import annotations

import math
from typing import NamedTuple

from pmlab.stats.intervals import require_level, require_rate, two_sided_z
from pmlab.stats.proportions import pooled_z
from pmlab.stats.tails import critical_value, pvalue_of, welch_freedom

__all__ = [
    "Difference",
    "poisson_rates_test",
    "two_proportions_test",
    "welch_test",
    "z_test",
]


class Difference(NamedTuple):
    """How far two numbers are apart, the first against the control; NaN where undefined."""

    estimate: float
    low: float
    high: float
    pvalue: float
    """Two-sided, of no difference."""


def two_proportions_test(successes: int, n: int, successes_control: int, n_control: int) -> float:
    """Return the two-sided p-value that two independent shares are equal: the pooled z test.

    Parameters
    ----------
    successes, n, successes_control, n_control : int
        How many of how many, on either side.

    Returns
    -------
    float
        NaN where an n is 0, and where nobody or everybody succeeded on both sides: then nothing
        varies, and the test has no answer.

    Raises
    ------
    InputError
        Unless 0 <= successes <= n, on either side.

    References
    ----------
    Fleiss, J. L., Levin, B. and Paik, M. C. (2003). *Statistical Methods for Rates and
    Proportions*, 3rd edition, section 3.1 (without continuity correction). Wiley.

    Examples
    --------
    >>> round(two_proportions_test(56, 70, 48, 80), 5)
    0.00805
    """
    return pvalue_of(pooled_z(successes, n, successes_control, n_control))


def welch_test(
    n: int,
    mean: float,
    sd: float,
    n_control: int,
    mean_control: float,
    sd_control: float,
    *,
    confidence_level: float = 0.95,
) -> Difference:
    """Compare two means whose spreads may differ: Welch's t test and its interval.

    Parameters
    ----------
    n, mean, sd, n_control, mean_control, sd_control
        How many values, their mean and their standard deviation (n - 1), on either side.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    Difference
        Of ``mean - mean_control``; interval and p-value are NaN where a side has fewer than two
        values, and where nothing varies on either side.

    References
    ----------
    Welch, B. L. (1947). The generalization of "Student's" problem when several different
    population variances are involved. *Biometrika*, 34, 28-35.

    Examples
    --------
    >>> difference = welch_test(21, 51.476, 11.007, 23, 41.522, 17.149)
    >>> round(difference.estimate, 2), round(difference.pvalue, 3)
    (9.95, 0.026)
    """
    require_level(confidence_level)
    difference = mean - mean_control
    if n < 2 or n_control < 2 or not (sd > 0 or sd_control > 0):
        return Difference(difference, math.nan, math.nan, math.nan)
    own, control = sd / math.sqrt(n), sd_control / math.sqrt(n_control)
    df = welch_freedom(own, n, control, n_control)
    se = math.hypot(own, control)
    spread = critical_value(confidence_level, df) * se
    pvalue = pvalue_of(difference / se, df=df)
    return Difference(difference, difference - spread, difference + spread, pvalue)


def z_test(
    estimate: float,
    se: float,
    estimate_control: float,
    se_control: float,
    *,
    confidence_level: float = 0.95,
) -> Difference:
    """Compare two independent estimates by their standard errors.

    Returns
    -------
    Difference
        Of ``estimate - estimate_control``; interval and p-value are NaN where both standard
        errors are 0.

    Examples
    --------
    >>> round(z_test(30.0, 3.0, 20.0, 4.0).pvalue, 4)
    0.0455
    """
    z = two_sided_z(confidence_level)
    difference, joint = estimate - estimate_control, math.hypot(se, se_control)
    if not joint > 0:
        return Difference(difference, math.nan, math.nan, math.nan)
    pvalue = math.erfc(abs(difference) / joint / math.sqrt(2))
    return Difference(difference, difference - z * joint, difference + z * joint, pvalue)


def poisson_rates_test(
    count: int,
    exposure: float,
    count_control: int,
    exposure_control: float,
    *,
    confidence_level: float = 0.95,
) -> Difference:
    """Compare two rates by their ratio, exactly.

    Given how often it happened in all, how often it happened on one side is binomial. The
    p-value is twice the smaller tail, so that it and the interval always agree.

    Parameters
    ----------
    count, exposure, count_control, exposure_control
        How often, over how much, on either side.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    Difference
        Of the ratio of the rates, where 1 is no difference; infinite where the control's count
        is 0, and NaN where both are.

    Raises
    ------
    InputError
        For a count below 0 or an exposure not above 0.

    References
    ----------
    Przyborowski, J. and Wilenski, H. (1940). Homogeneity of results in testing samples from
    Poisson series. *Biometrika*, 31, 313-323.
    Fay, M. P. (2010). Two-sided exact tests and matching confidence intervals for discrete data.
    *The R Journal*, 2(1), 53-58.

    Examples
    --------
    >>> ratio = poisson_rates_test(2, 17877, 9, 16660)
    >>> round(ratio.estimate, 3), round(ratio.pvalue, 3)
    (0.207, 0.05)
    """
    require_level(confidence_level)
    require_rate(count, exposure)
    require_rate(count_control, exposure_control, "_control")
    total = count + count_control
    if total == 0:
        return Difference(math.nan, math.nan, math.nan, math.nan)
    from scipy.stats import binom, binomtest

    scale = exposure_control / exposure
    even = exposure / (exposure + exposure_control)
    low, high = (
        scale * share / (1 - share) if share < 1 else math.inf
        for share in binomtest(count, total).proportion_ci(confidence_level, method="exact")
    )
    estimate = scale * count / count_control if count_control else math.inf
    tails = binom.cdf(count, total, even), binom.sf(count - 1, total, even)
    return Difference(estimate, low, high, min(1.0, 2 * float(min(tails))))
