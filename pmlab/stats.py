"""Intervals on plain numbers, used by every part of pmlab."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from pmlab.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

__all__ = [
    "Interval",
    "SurvivalCurve",
    "holm",
    "kaplan_meier",
    "newcombe_interval",
    "two_proportions_test",
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
    _require_share(successes, n)
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
    _require_share(successes, n)
    _require_share(successes_control, n_control, "_control")
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
    _require_share(successes, n)
    _require_share(successes_control, n_control, "_control")
    if n == 0 or n_control == 0:
        return math.nan
    pooled = (successes + successes_control) / (n + n_control)
    variance = pooled * (1 - pooled) * (1 / n + 1 / n_control)
    if variance == 0:
        return math.nan
    z = abs(successes / n - successes_control / n_control) / math.sqrt(variance)
    return math.erfc(z / math.sqrt(2))


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


def _require_share(successes: int, n: int, side: str = "") -> None:
    if not 0 <= successes <= n:
        raise InputError(
            f"successes{side}={successes!r} must lie between 0 and n{side}={n!r}; are the two "
            "swapped?"
        )


@lru_cache(maxsize=32)
def _two_sided_z(confidence_level: float) -> float:
    if not 0 < confidence_level < 1:
        raise InputError(
            f"confidence_level={confidence_level!r} must lie between 0 and 1, such as 0.95."
        )
    from statistics import NormalDist

    return NormalDist().inv_cdf(0.5 + confidence_level / 2)


class SurvivalCurve(NamedTuple):
    """A Kaplan-Meier curve: one entry for each time at which something happened."""

    time: npt.NDArray[Any]
    at_risk: npt.NDArray[np.int64]
    """Units watched until just before."""
    events: npt.NDArray[np.int64]
    survival: npt.NDArray[np.float64]
    """Share to which it has not happened by then."""
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]


def kaplan_meier(
    durations: npt.ArrayLike, observed: npt.ArrayLike, *, confidence_level: float = 0.95
) -> SurvivalCurve:
    """Estimate how long it takes until something happens, when not all are watched to the end.

    Parameters
    ----------
    durations : array of n numbers
        How long each unit was watched, in any unit of time.
    observed : array of n bools
        Whether the watching ended because it happened; otherwise the unit is censored there. At
        one time, what happened comes before what was censored.
    confidence_level : float
        Of the pointwise interval: Greenwood's variance on the log-log scale, which stays in
        [0, 1].

    Raises
    ------
    InputError
        For durations below 0, or arrays of different lengths.

    References
    ----------
    Kaplan, E. L. and Meier, P. (1958). Nonparametric estimation from incomplete observations.
    *Journal of the American Statistical Association*, 53, 457-481.
    Kalbfleisch, J. D. and Prentice, R. L. (1980). *The Statistical Analysis of Failure Time
    Data*. Wiley. (The log-log interval.)

    Examples
    --------
    >>> curve = kaplan_meier([6, 6, 6, 7, 10], [True, True, True, True, False])
    >>> curve.time.tolist(), [round(s, 3) for s in curve.survival.tolist()]
    ([6, 7], [0.4, 0.2])
    """
    import numpy as np

    times, happened = np.asarray(durations), np.asarray(observed, dtype=bool)
    if times.shape != happened.shape or times.ndim != 1:
        raise InputError(
            f"durations has shape {times.shape} and observed {happened.shape}; "
            "give one of each for every unit."
        )
    if (times < 0).any():
        raise InputError("durations has values below 0; nobody is watched for less than nothing.")
    z = _two_sided_z(confidence_level)
    at, events = np.unique(times[happened], return_counts=True)
    at_risk = len(times) - np.searchsorted(np.sort(times), at, side="left")
    survival = np.cumprod(1 - events / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(events / (at_risk * (at_risk - events)))
        spread = z * np.sqrt(variance) / np.log(survival)
        low, high = survival ** np.exp(-spread), survival ** np.exp(spread)
    # At 0 the scale ends: nothing is left to be uncertain about in this formula.
    low, high = np.where(survival > 0, low, 0.0), np.where(survival > 0, high, np.nan)
    ends = low.astype(np.float64), high.astype(np.float64)
    return SurvivalCurve(at, at_risk, events, survival.astype(np.float64), *ends)
