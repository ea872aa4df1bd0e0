"""How long until something happens, when not all are watched to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pmlab.errors import InputError
from pmlab.stats.intervals import two_sided_z

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["SurvivalCurve", "kaplan_meier"]


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
    z = two_sided_z(confidence_level)
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
