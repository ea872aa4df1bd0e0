"""Intervals on plain numbers, used by every part of pmlab."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

from pmlab.errors import InputError

__all__ = ["Interval", "wilson_interval"]


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
    if not 0 <= successes <= n:
        raise InputError(
            f"successes={successes!r} must lie between 0 and n={n!r}; are the two swapped?"
        )
    if n == 0:
        return Interval(math.nan, math.nan)
    z = _two_sided_z(confidence_level)
    share = successes / n
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    centre = share + z * z / (2 * n)
    scale = 1 + z * z / n
    # Exactly 0 and 1 at the ends, where the formula is off by rounding alone.
    low = 0.0 if successes == 0 else (centre - spread) / scale
    high = 1.0 if successes == n else (centre + spread) / scale
    return Interval(low, high)


@lru_cache(maxsize=32)
def _two_sided_z(confidence_level: float) -> float:
    if not 0 < confidence_level < 1:
        raise InputError(
            f"confidence_level={confidence_level!r} must lie between 0 and 1, such as 0.95."
        )
    from statistics import NormalDist

    return NormalDist().inv_cdf(0.5 + confidence_level / 2)
