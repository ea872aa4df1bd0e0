"""Two arms compared, from counts, moments or rows: one call, one result."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from pmlab.ab.adjust import Part, estimates
from pmlab.ab.comparison import Comparison, Question, compared
from pmlab.ab.contrasts import Means, Proportions, Quantiles
from pmlab.ab.moments import Floats, Moments, Stats, numbers
from pmlab.errors import InputError, require_choice
from pmlab.stats.quantiles import bootstrap_quantile
from pmlab.stats.tails import Alternative

__all__ = [
    "METHODS",
    "Arm",
    "compare_means",
    "compare_moments",
    "compare_proportions",
    "compare_quantiles",
    "compare_ratios",
    "compare_values",
    "quantile_name",
    "require_winsorise",
    "winsorised",
]

ProportionMethod = Literal["newcombe", "miettinen_nurminen", "wald", "fisher"]
METHODS: tuple[ProportionMethod, ...] = ("newcombe", "miettinen_nurminen", "wald", "fisher")

Arm = Stats | Moments | npt.ArrayLike

SHAKY = 0.1
"""Relative standard error of a denominator from which the delta method is rough (Cochran 1977,
*Sampling Techniques*, 3rd edition, section 6.3)."""


def compare_proportions(
    *,
    control: tuple[int, int],
    treatment: tuple[int, int],
    method: ProportionMethod = "newcombe",
    relative: Literal["fieller", "delta", "log", "score"] = "fieller",
    alternative: Alternative = "two-sided",
    confidence_level: float = 0.95,
    name: str = "",
) -> Comparison:
    """Compare two shares: so many of so many in either arm.

    Parameters
    ----------
    control, treatment : (int, int)
        Successes, and of how many.
    method : {"newcombe", "miettinen_nurminen", "wald", "fisher"}
        Newcombe's interval with the pooled z test; Miettinen and Nurminen's score test with its
        own interval; the textbook's Wald interval and test; Fisher's exact test with Newcombe's
        interval.
    relative : {"fieller", "delta", "log", "score"}
        The method for the interval of the relative effect. "score" needs no conversions.
    alternative : {"two-sided", "greater", "less"}
        What is tested of treatment - control; one-sided, the interval has one open end.
    confidence_level : float
        In (0, 1).
    name : str
        The metric, for the words.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        Unless both are two whole numbers with 0 <= successes <= n.

    References
    ----------
    Newcombe, R. G. (1998). *Statistics in Medicine*, 17, 873-890; Fieller, E. C. (1954). *Journal
    of the Royal Statistical Society B*, 16, 175-185. The others stand in `pmlab.stats`.

    Examples
    --------
    Cookie Cats: players who were back on day 7, with the gate at level 30 and at level 40.

    >>> from pmlab import ab
    >>> c = ab.compare_proportions(control=(8502, 44700), treatment=(8279, 45489))
    >>> round(c.effect, 4), round(c.low, 4), round(c.high, 4), round(c.pvalue, 5)
    (-0.0082, -0.0133, -0.0031, 0.00155)
    """
    require_choice("method", method, METHODS)
    successes_control, n_control = _counts("control", control)
    successes, n = _counts("treatment", treatment)
    contrast = Proportions(
        successes=successes,
        n=n,
        successes_control=successes_control,
        n_control=n_control,
        method=method,
    )
    question = Question(
        name=name,
        alternative=alternative,
        confidence_level=confidence_level,
        relative_by=relative,
    )
    return compared(contrast, question, kind="proportion", is_share=True)


def compare_means(
    *,
    control: Arm,
    treatment: Arm,
    relative: Literal["fieller", "delta", "log"] = "fieller",
    alternative: Alternative = "two-sided",
    confidence_level: float = 0.95,
    winsorise: float | tuple[float, float] | None = None,
    name: str = "",
) -> Comparison:
    """Compare two means by Welch's t test.

    Parameters
    ----------
    control, treatment : Stats, Moments, or array of numbers
        Either arm's n, mean and variance; or its values, one for each unit of randomisation. Of
        `Moments` the first column is the metric and the others are covariates known before
        assignment, whose chance differences are taken out (CUPED).
    relative : {"fieller", "delta", "log"}
        The method for the interval of the relative effect.
    alternative : {"two-sided", "greater", "less"}
        What is tested of treatment - control; one-sided, the interval has one open end.
    confidence_level : float
        In (0, 1).
    winsorise : float or (float, float), optional
        For arrays: values beyond these quantiles of both arms together are moved to them; 0.99
        moves the largest hundredth, (0.01, 0.99) both ends.
    name : str
        The metric, for the words.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        For values that are missing or no numbers, arms of different kinds, or winsorising what
        has no values.

    References
    ----------
    Welch, B. L. (1947). *Biometrika*, 34, 28-35. Deng, A. et al. (2013). *WSDM '13*, 123-132.

    Examples
    --------
    >>> from pmlab import ab
    >>> c = ab.compare_means(control=ab.Stats(1000, 41.5, 900.0),
    ...                      treatment=ab.Stats(1010, 45.2, 961.0))
    >>> round(c.effect, 2), round(c.low, 2), round(c.high, 2), round(c.pvalue, 4)
    (3.7, 1.03, 6.37, 0.0066)
    """
    question = Question(
        name=name,
        alternative=alternative,
        confidence_level=confidence_level,
        relative_by=relative,
    )
    limits = None
    if winsorise is not None:
        if any(isinstance(arm, Stats | Moments) for arm in (control, treatment)):
            raise InputError(
                "winsorise needs the values themselves; give arrays, or winsorise before counting."
            )
        (control, treatment), limits = winsorised(
            [numbers(control, "control"), numbers(treatment, "treatment")], winsorise
        )
    if isinstance(control, Moments) and isinstance(treatment, Moments):
        _require_same_columns(control, treatment)
        outcome, *covariates = map(Part, control.columns)
        return compare_moments(control, treatment, outcome, covariates, question, kind="mean")
    if isinstance(control, Moments) or isinstance(treatment, Moments):
        raise InputError("control and treatment must both be Moments, or neither.")
    own, other = _stats("treatment", treatment), _stats("control", control)
    contrast = Means(
        n=own.n,
        estimate=own.mean,
        se=_se(own),
        n_control=other.n,
        estimate_control=other.mean,
        se_control=_se(other),
    )
    return compared(contrast, question, kind="mean", winsorised_at=limits)


def compare_ratios(
    *,
    control: Moments | tuple[npt.ArrayLike, npt.ArrayLike],
    treatment: Moments | tuple[npt.ArrayLike, npt.ArrayLike],
    relative: Literal["fieller", "delta", "log"] = "fieller",
    alternative: Alternative = "two-sided",
    confidence_level: float = 0.95,
    name: str = "",
) -> Comparison:
    """Compare two ratios of sums, such as clicks per view, by the delta method.

    A user brings many views, so views are not independent and a test of proportions would be
    wrong; what is independent is the user, with both numbers.

    Parameters
    ----------
    control, treatment : (array, array) or Moments
        Numerator and denominator, one of each for every unit of randomisation. Of `Moments` the
        first two columns are these, and the others covariates (CUPED).
    relative : {"fieller", "delta", "log"}
        The method for the interval of the relative effect.
    alternative : {"two-sided", "greater", "less"}
        What is tested of treatment - control; one-sided, the interval has one open end.
    confidence_level : float
        In (0, 1).
    name : str
        The metric, for the words.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        For values that are missing or no numbers, or arms of different kinds.

    References
    ----------
    Deng, A., Knoblich, U. and Lu, J. (2018). Applying the delta method in metric analytics: a
    practical guide with novel ideas. *KDD '18*, 233-242.

    Examples
    --------
    >>> from pmlab import ab
    >>> c = ab.compare_ratios(control=([1, 0, 2, 1], [4, 3, 6, 5]),
    ...                       treatment=([2, 1, 3, 2], [5, 3, 6, 4]))
    >>> round(c.control, 4), round(c.treatment, 4), round(c.effect, 4)
    (0.2222, 0.4444, 0.2222)
    """
    question = Question(
        name=name,
        alternative=alternative,
        confidence_level=confidence_level,
        relative_by=relative,
    )
    own, other = _pair("treatment", treatment), _pair("control", control)
    _require_same_columns(other, own)
    numerator, denominator, *covariates = other.columns
    return compare_moments(
        *(other, own, Part(numerator, denominator), [Part(name) for name in covariates], question),
        kind="ratio",
    )


def compare_quantiles(
    *,
    control: npt.ArrayLike,
    treatment: npt.ArrayLike,
    q: float = 0.5,
    alternative: Alternative = "two-sided",
    confidence_level: float = 0.95,
    name: str = "",
) -> Comparison:
    """Compare a quantile of two arms, such as the 90th percentile of latency.

    Parameters
    ----------
    control, treatment : arrays of numbers
        One value for each unit of randomisation.
    q : float
        Which quantile, in (0, 1).
    alternative : {"two-sided", "greater", "less"}
        What is tested of treatment - control; one-sided, the interval has one open end.
    confidence_level : float
        In (0, 1).
    name : str
        The metric, for the words.

    Returns
    -------
    Comparison
        Of the bootstrap without resampling, which draws no random number: the same rows give the
        same interval. No p-value is smaller than 1e-30.

    Raises
    ------
    InputError
        For values that are missing or no numbers, and a q outside (0, 1).

    References
    ----------
    Schultzberg, M. and Ankargren, S. (2022). Resampling-free bootstrap inference for quantiles.
    arXiv:2202.10992.

    Examples
    --------
    >>> from pmlab import ab
    >>> c = ab.compare_quantiles(control=range(1000), treatment=range(50, 1050), q=0.9)
    >>> c.effect, c.low, c.high
    (50.0, 24.0, 76.0)
    """
    question = Question(name=name, alternative=alternative, confidence_level=confidence_level)
    return compare_values(numbers(control, "control"), numbers(treatment, "treatment"), q, question)


def compare_values(control: Floats, treatment: Floats, q: float, question: Question) -> Comparison:
    """Compare a quantile by both arms' values."""
    contrast = Quantiles(
        q=q, own=bootstrap_quantile(treatment, q), control=bootstrap_quantile(control, q)
    )
    return compared(contrast, question, kind="quantile", measure=quantile_name(q))


def quantile_name(q: float) -> str:
    """Return what a quantile is called.

    Examples
    --------
    >>> quantile_name(0.5), quantile_name(0.9), quantile_name(0.01), quantile_name(0.999)
    ('median', '90th percentile', '1st percentile', '99.9th percentile')
    """
    if q == 0.5:
        return "median"
    place = f"{100 * q:.6g}"
    ending = {"1": "st", "2": "nd", "3": "rd"}.get(place[-1], "th")
    return f"{place}{'th' if '.' in place or place in ('11', '12', '13') else ending} percentile"


def compare_moments(
    control: Moments,
    treatment: Moments,
    outcome: Part,
    covariates: Sequence[Part],
    question: Question,
    *,
    kind: Literal["proportion", "mean", "ratio"],
    is_share: bool = False,
    clustered: bool = False,
    winsorised_at: tuple[float, float] | None = None,
) -> Comparison:
    """Compare means or ratios by both arms' moments, adjusted for covariates."""
    found = estimates(control, treatment, outcome, covariates)
    by = ["delta method"] if outcome.denominator and not clustered else []
    by += ["standard errors by cluster"] if clustered else []
    contrast = Means(
        n=treatment.n,
        estimate=found.treatment.value,
        se=found.treatment.se,
        n_control=control.n,
        estimate_control=found.control.value,
        se_control=found.control.se,
        se_by=", ".join(by),
        counted="cluster" if clustered else "value",
    )
    used = tuple(str(part) for part in covariates if str(part) not in found.left_out)
    warnings = [
        f"'{name}' was left out of the adjustment: it does not vary, or the covariates before it "
        "already say what it says."
        for name in found.left_out
    ]
    if SHAKY < found.denominator_error < math.inf:
        warnings.append(
            f"the denominator is known to {100 * found.denominator_error:.0f}% only; the delta "
            "method needs it within 10%."
        )
    return compared(
        contrast,
        question,
        kind=kind,
        is_share=is_share,
        adjusted_by=used,
        unadjusted=(found.control.unadjusted, found.treatment.unadjusted) if used else None,
        variance_reduction=found.variance_reduction if used else 0.0,
        winsorised_at=winsorised_at,
        warnings=warnings,
    )


def winsorised(
    arms: Sequence[Floats], at: float | tuple[float, float]
) -> tuple[list[Floats], tuple[float, float]]:
    """Return arms whose extremes are moved to quantiles of all arms together, and where those lie.

    Examples
    --------
    >>> (own, other), limits = winsorised([np.array([1.0, 2, 3]), np.array([4.0, 99])], 0.75)
    >>> own.tolist(), other.tolist(), limits
    ([1.0, 2.0, 3.0], [4.0, 4.0], (-inf, 4.0))
    """
    lowest, highest = require_winsorise(at)
    together = np.concatenate(list(arms))
    if len(together) == 0:
        return list(arms), (-math.inf, math.inf)
    low = float(np.quantile(together, lowest)) if lowest > 0 else -math.inf
    high = float(np.quantile(together, highest)) if highest < 1 else math.inf
    return [np.clip(arm, low, high) for arm in arms], (low, high)


def require_winsorise(at: float | tuple[float, float]) -> tuple[float, float]:
    """Return the two quantiles to winsorise at; refuse what is none."""
    lowest, highest = at if isinstance(at, tuple | list) else (0.0, at)
    if not 0 <= lowest < 0.5 < highest <= 1:
        raise InputError(
            f"winsorise={at!r} must be a quantile above 0.5, such as 0.99, or two, such as "
            "(0.01, 0.99)."
        )
    return lowest, highest


def _counts(arm: str, value: Any) -> tuple[int, int]:
    try:
        successes, n = value
        whole = int(successes), int(n)
        fits = whole == (successes, n)
    except (TypeError, ValueError, OverflowError):
        fits = False
    if not fits:
        raise InputError(
            f"{arm}={value!r} must be two whole numbers: successes, and of how many, such as "
            "(8502, 44700)."
        )
    if not 0 <= whole[0] <= whole[1]:
        raise InputError(
            f"{arm}={value!r}: successes must lie between 0 and n; are the two swapped?"
        )
    return whole


def _stats(arm: str, value: Any) -> Stats:
    return value if isinstance(value, Stats) else Moments.of_arrays({arm: value}).stats(arm)


def _se(stats: Stats) -> float:
    return math.sqrt(stats.var / stats.n) if stats.n > 1 else math.nan


def _pair(arm: str, value: Any) -> Moments:
    if isinstance(value, Moments):
        if len(value.columns) < 2:
            raise InputError(
                f"{arm} has the column {value.columns[0]!r} only; a ratio needs a numerator and a "
                "denominator."
            )
        return value
    try:
        numerator, denominator = value
    except (TypeError, ValueError):
        raise InputError(
            f"{arm} must be two arrays, numerator and denominator, or Moments."
        ) from None
    return Moments.of_arrays({"numerator": numerator, "denominator": denominator})


def _require_same_columns(control: Moments, treatment: Moments) -> None:
    if control.columns != treatment.columns:
        raise InputError(
            f"control has the columns {control.columns} and treatment {treatment.columns}; give "
            "both the same, in one order."
        )
