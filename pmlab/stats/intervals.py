"""Intervals of one number, and of the difference of two shares."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

from pmlab.errors import InputError

__all__ = ["Interval", "newcombe_interval", "require_share", "two_sided_z", "wilson_interval"]


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


def require_share(successes: int, n: int, side: str = "") -> None:
    """Refuse numbers that are not so many of so many."""
    if not 0 <= successes <= n:
        raise InputError(
            f"successes{side}={successes!r} must lie between 0 and n{side}={n!r}; are the two "
            "swapped?"
        )


@lru_cache(maxsize=32)
def two_sided_z(confidence_level: float) -> float:
    """Return how many standard deviations on either side hold this share of a normal curve."""
    if not 0 < confidence_level < 1:
        raise InputError(
            f"confidence_level={confidence_level!r} must lie between 0 and 1, such as 0.95."
        )
    from statistics import NormalDist

    return NormalDist().inv_cdf(0.5 + confidence_level / 2)
