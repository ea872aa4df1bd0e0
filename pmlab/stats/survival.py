"""How long until something happens, when not all are watched to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pmlab.errors import InputError
from pmlab.stats.intervals import two_sided_z

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["LogRank", "SurvivalCurve", "kaplan_meier", "log_rank"]


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


class LogRank(NamedTuple):
    """Whether groups differ in how long it takes; `statistic` and `pvalue` NaN if undefined."""

    statistic: float
    """Chi-squared, with `df` degrees of freedom."""
    df: int
    pvalue: float
    groups: tuple[Any, ...]
    observed: tuple[int, ...]
    """How often it happened in each group."""
    expected: tuple[float, ...]
    """How often it would have if all groups were alike."""


def log_rank(durations: npt.ArrayLike, observed: npt.ArrayLike, groups: npt.ArrayLike) -> LogRank:
    """Test whether it takes equally long in all groups, over the whole curve.

    Parameters
    ----------
    durations : array of n numbers
        How long each unit was watched.
    observed : array of n bools
        Whether the watching ended because it happened; otherwise the unit is censored there.
    groups : array of n values
        The group of each unit; at least two different ones.

    Returns
    -------
    LogRank
        Undefined if it never happened while two groups were watched.

    Raises
    ------
    InputError
        For durations below 0, arrays of different lengths, and fewer than two groups.

    References
    ----------
    Mantel, N. (1966). Evaluation of survival data and two new rank order statistics arising in its
    consideration. *Cancer Chemotherapy Reports*, 50, 163-170.

    Examples
    --------
    >>> test = log_rank([1, 2, 3, 4], [True, True, True, True], ["a", "a", "b", "b"])
    >>> round(test.statistic, 3), test.expected[0].__round__(3)
    (2.882, 0.833)
    """
    import numpy as np
    from scipy.stats import chi2

    times, happened = np.asarray(durations), np.asarray(observed, dtype=bool)
    names, group = np.unique(np.asarray(groups), return_inverse=True)
    if not times.shape == happened.shape == group.shape or times.ndim != 1:
        raise InputError(
            f"durations has shape {times.shape}, observed {happened.shape} and groups "
            f"{np.shape(groups)}; give one of each for every unit."
        )
    if (times < 0).any():
        raise InputError("durations has values below 0; nobody is watched for less than nothing.")
    if len(names) < 2:
        raise InputError(f"groups holds {len(names)} value; a comparison needs two or more.")
    at = np.unique(times[happened])
    at_risk, events = np.empty((2, len(names), len(at)))
    for k in range(len(names)):
        own = np.sort(times[group == k])
        at_risk[k] = len(own) - np.searchsorted(own, at, side="left")
        ends = np.sort(times[(group == k) & happened])
        events[k] = np.searchsorted(ends, at, side="right") - np.searchsorted(ends, at, side="left")
    n, d = at_risk.sum(axis=0), events.sum(axis=0)
    share = at_risk / n
    expected = (share * d).sum(axis=1)
    spread = d * (n - d) / np.maximum(n - 1, 1)
    covariance = np.diag((share * spread).sum(axis=1)) - (share * spread) @ share.T
    excess = events.sum(axis=1) - expected
    df = len(names) - 1
    defined = bool((np.diag(covariance) > 0).any())
    inverse = np.linalg.pinv(covariance[:df, :df], hermitian=True)
    statistic = float(excess[:df] @ inverse @ excess[:df]) if defined else float("nan")
    return LogRank(
        statistic=statistic,
        df=df,
        pvalue=float(chi2.sf(statistic, df)),
        groups=tuple(names.tolist()),
        observed=tuple(events.sum(axis=1).astype(int).tolist()),
        expected=tuple(expected.tolist()),
    )
