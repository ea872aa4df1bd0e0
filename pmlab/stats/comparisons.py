"""Tests of whether two numbers differ, and their correction for how many were made."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from pmlab.errors import InputError
from pmlab.stats.intervals import require_level, require_rate, require_share, two_sided_z

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Difference",
    "holm",
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
    require_share(successes, n)
    require_share(successes_control, n_control, "_control")
    if n == 0 or n_control == 0:
        return math.nan
    pooled = (successes + successes_control) / (n + n_control)
    variance = pooled * (1 - pooled) * (1 / n + 1 / n_control)
    if variance == 0:
        return math.nan
    z = abs(successes / n - successes_control / n_control) / math.sqrt(variance)
    return math.erfc(z / math.sqrt(2))


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
    from scipy.stats import t

    part, part_control = sd * sd / n, sd_control * sd_control / n_control
    variance = part + part_control
    freedom = variance**2 / (part**2 / (n - 1) + part_control**2 / (n_control - 1))
    se = math.sqrt(variance)
    spread = float(t.isf((1 - confidence_level) / 2, freedom)) * se
    pvalue = 2 * float(t.sf(abs(difference) / se, freedom))
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


def holm(pvalues: Sequence[float]) -> list[float]:
    """Return p-values corrected for their number, so that one false alarm in all is rare.

    Parameters
    ----------
    pvalues : sequence of float
        In [0, 1]; NaN stays NaN and does not count among the tests.

    Returns
    -------
    list of float
        In the order of `pvalues`; each at most 1.

    Raises
    ------
    InputError
        For a number outside [0, 1].

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. *Scandinavian
    Journal of Statistics*, 6, 65-70.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    corrected = [math.nan] * len(pvalues)
    known = [place for place, pvalue in enumerate(pvalues) if not math.isnan(pvalue)]
    for place in known:
        if not 0 <= pvalues[place] <= 1:
            raise InputError(f"pvalues: {pvalues[place]!r} is no p-value; one lies in [0, 1].")
    floor = 0.0
    for rank, place in enumerate(sorted(known, key=lambda place: pvalues[place])):
        floor = max(floor, min(1.0, (len(known) - rank) * pvalues[place]))
        corrected[place] = floor
    return corrected
