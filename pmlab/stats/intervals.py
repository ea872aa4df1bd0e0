"""Intervals of one number, and of the difference of two shares."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

from pmlab.errors import InputError

__all__ = [
    "Interval",
    "adjusted_wald_interval",
    "newcombe_interval",
    "poisson_interval",
    "require_level",
    "require_rate",
    "require_share",
    "t_interval",
    "two_sided_z",
    "wilson_interval",
]


class Interval(NamedTuple):
    """An interval of a number; both ends are NaN where it is undefined."""

    low: float
    high: float


def wilson_interval(successes: int, n: int, *, confidence_level: float = 0.95) -> Interval:
    """Return the Wilson score interval of a share.

    Sound at 0 and at n, where the textbook (Wald) interval shrinks to a point.

    Parameters
    ----------
    successes, n : int
        How many of how many.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    Interval
        ``(low, high)``, fractions in [0, 1]; both NaN for n = 0.

    Raises
    ------
    InputError
        Unless 0 <= successes <= n and 0 < confidence_level < 1.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical
    inference. *Journal of the American Statistical Association*, 22, 209-212.

    Examples
    --------
    >>> low, high = wilson_interval(81, 263)
    >>> round(low, 4), round(high, 4)
    (0.2553, 0.3662)
    """
    require_share(successes, n)
    if n == 0:
        return Interval(math.nan, math.nan)
    z = two_sided_z(confidence_level)
    share = successes / n
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    centre = share + z * z / (2 * n)
    scale = 1 + z * z / n
    # Exactly 0 and 1 at the ends, where the formula is off by rounding alone.
    low = 0.0 if successes == 0 else (centre - spread) / scale
    high = 1.0 if successes == n else (centre + spread) / scale
    return Interval(low, high)


def newcombe_interval(
    successes: int,
    n: int,
    successes_control: int,
    n_control: int,
    *,
    confidence_level: float = 0.95,
) -> Interval:
    """Return the interval of a difference of two independent shares, the first minus the second.

    Newcombe's hybrid of two Wilson intervals, without continuity correction; it stays in [-1, 1]
    and does not shrink to a point at 0 or at n.

    Parameters
    ----------
    successes, n, successes_control, n_control : int
        How many of how many, on either side.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    Interval
        ``(low, high)`` of ``successes / n - successes_control / n_control``; both NaN where an n
        is 0.

    Raises
    ------
    InputError
        As for `wilson_interval`.

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent
    proportions: comparison of eleven methods. *Statistics in Medicine*, 17, 873-890 (method 10).

    Examples
    --------
    >>> low, high = newcombe_interval(56, 70, 48, 80)
    >>> round(low, 4), round(high, 4)
    (0.0524, 0.3339)
    """
    require_share(successes, n)
    require_share(successes_control, n_control, "_control")
    own = wilson_interval(successes, n, confidence_level=confidence_level)
    control = wilson_interval(successes_control, n_control, confidence_level=confidence_level)
    if n == 0 or n_control == 0:
        return Interval(math.nan, math.nan)
    share, share_control = successes / n, successes_control / n_control
    difference = share - share_control
    return Interval(
        difference - math.hypot(share - own.low, control.high - share_control),
        difference + math.hypot(own.high - share, share_control - control.low),
    )


def adjusted_wald_interval(successes: int, n: int, *, confidence_level: float = 0.95) -> Interval:
    """Return the adjusted Wald (Agresti-Coull) interval of a share.

    Half of z squared successes and as many failures are added before the textbook formula; for
    95% that is about two of each. It is the interval that usability tests report for completion.

    Parameters
    ----------
    successes, n : int
        How many of how many.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    Interval
        ``(low, high)``, cut off at 0 and 1, which the formula can pass; both NaN for n = 0.

    Raises
    ------
    InputError
        Unless 0 <= successes <= n and 0 < confidence_level < 1.

    References
    ----------
    Agresti, A. and Coull, B. A. (1998). Approximate is better than "exact" for interval
    estimation of binomial proportions. *The American Statistician*, 52, 119-126.
    Sauro, J. and Lewis, J. R. (2005). Estimating completion rates from small samples using
    binomial confidence intervals. *Proceedings of the HFES*, 49, 2100-2103.

    Examples
    --------
    >>> low, high = adjusted_wald_interval(4, 5)
    >>> round(low, 2), round(high, 2)
    (0.36, 0.98)
    """
    require_share(successes, n)
    z = two_sided_z(confidence_level)
    if n == 0:
        return Interval(math.nan, math.nan)
    n_adjusted = n + z * z
    share = (successes + z * z / 2) / n_adjusted
    spread = z * math.sqrt(share * (1 - share) / n_adjusted)
    return Interval(max(0.0, share - spread), min(1.0, share + spread))


def t_interval(n: int, mean: float, sd: float, *, confidence_level: float = 0.95) -> Interval:
    """Return Student's t interval of a mean.

    Parameters
    ----------
    n : int
        How many values.
    mean, sd : float
        Their mean, and their standard deviation with n - 1 in the denominator.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    Interval
        ``(low, high)``; both NaN for n < 2, where nothing tells how much values vary.

    Raises
    ------
    InputError
        Unless 0 < confidence_level < 1.

    References
    ----------
    Student (1908). The probable error of a mean. *Biometrika*, 6, 1-25.

    Examples
    --------
    >>> low, high = t_interval(10, 80.0, 20.0)
    >>> round(low, 1), round(high, 1)
    (65.7, 94.3)
    """
    require_level(confidence_level)
    if n < 2 or math.isnan(sd):
        return Interval(math.nan, math.nan)
    from scipy.stats import t

    spread = float(t.isf((1 - confidence_level) / 2, n - 1)) * sd / math.sqrt(n)
    return Interval(mean - spread, mean + spread)


def poisson_interval(
    count: int, exposure: float = 1.0, *, confidence_level: float = 0.95
) -> Interval:
    """Return the exact interval of a rate: a count of rare things per unit of exposure.

    Parameters
    ----------
    count : int
        How often it happened.
    exposure : float
        Over how much: opportunities, hours, users.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    Interval
        ``(low, high)`` of ``count / exposure``.

    Raises
    ------
    InputError
        For a count below 0 or an exposure not above 0.

    References
    ----------
    Garwood, F. (1936). Fiducial limits for the Poisson distribution. *Biometrika*, 28, 437-442.

    Examples
    --------
    >>> low, high = poisson_interval(25)
    >>> round(low, 2), round(high, 2)
    (16.18, 36.9)
    """
    require_level(confidence_level)
    require_rate(count, exposure)
    from scipy.stats import chi2

    tail = (1 - confidence_level) / 2
    low = 0.0 if count == 0 else float(chi2.ppf(tail, 2 * count)) / 2
    return Interval(low / exposure, float(chi2.isf(tail, 2 * count + 2)) / 2 / exposure)


def require_share(successes: int, n: int, side: str = "") -> None:
    """Refuse numbers that are not so many of so many."""
    if not 0 <= successes <= n:
        raise InputError(
            f"successes{side}={successes!r} must lie between 0 and n{side}={n!r}; are the two "
            "swapped?"
        )


def require_rate(count: float, exposure: float, side: str = "") -> None:
    """Refuse numbers that are no count over an exposure."""
    if not 0 <= count < math.inf or count != int(count):
        raise InputError(f"count{side}={count!r} must be a whole number, 0 or more.")
    if not 0 < exposure < math.inf:
        raise InputError(f"exposure{side}={exposure!r} must be above 0.")


def require_level(confidence_level: float) -> None:
    """Refuse what is no level of confidence."""
    if not 0 < confidence_level < 1:
        raise InputError(
            f"confidence_level={confidence_level!r} must lie between 0 and 1, such as 0.95."
        )


@lru_cache(maxsize=32)
def two_sided_z(confidence_level: float) -> float:
    """Return how many standard deviations on either side hold this share of a normal curve."""
    require_level(confidence_level)
    from statistics import NormalDist

    return NormalDist().inv_cdf(0.5 + confidence_level / 2)
