"""Two shares compared by their difference or their ratio, and the exact interval of one."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal, NamedTuple

from pmlab.errors import require_choice
from pmlab.stats.intervals import (
    Interval,
    newcombe_interval,
    require_level,
    require_share,
    two_sided_z,
)
from pmlab.stats.tails import Alternative, pvalue_of, require_alternative

__all__ = [
    "ShareTest",
    "clopper_pearson_interval",
    "fisher_test",
    "miettinen_nurminen_interval",
    "miettinen_nurminen_test",
    "pooled_z",
    "wald_difference_interval",
]


class ShareTest(NamedTuple):
    """What a test says; NaN where it has no answer."""

    statistic: float
    pvalue: float


def clopper_pearson_interval(successes: int, n: int, *, confidence_level: float = 0.95) -> Interval:
    """Return the Clopper-Pearson interval of a share, which covers at least as often as it says.

    It is called exact, and is wider than it need be; `wilson_interval` is right on average.

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
    Clopper, C. J. and Pearson, E. S. (1934). The use of confidence or fiducial limits illustrated
    in the case of the binomial. *Biometrika*, 26, 404-413.

    Examples
    --------
    >>> low, high = clopper_pearson_interval(81, 263)
    >>> round(low, 4), round(high, 4)
    (0.2527, 0.3676)
    """
    require_share(successes, n)
    require_level(confidence_level)
    if n == 0:
        return Interval(math.nan, math.nan)
    from scipy.special import betainccinv, betaincinv

    tail = (1 - confidence_level) / 2
    low = 0.0 if successes == 0 else float(betaincinv(successes, n - successes + 1, tail))
    high = 1.0 if successes == n else float(betainccinv(successes + 1, n - successes, tail))
    return Interval(low, high)


def wald_difference_interval(
    successes: int,
    n: int,
    successes_control: int,
    n_control: int,
    *,
    confidence_level: float = 0.95,
) -> Interval:
    """Return the textbook interval of a difference of two independent shares.

    It shrinks to a point at 0 and at n, and covers too seldom near them; it is here because
    other tools print it. `newcombe_interval` is sound.

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
        Unless 0 <= successes <= n, on either side.

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent
    proportions: comparison of eleven methods. *Statistics in Medicine*, 17, 873-890 (method 1).

    Examples
    --------
    >>> low, high = wald_difference_interval(56, 70, 48, 80)
    >>> round(low, 4), round(high, 4)
    (0.0575, 0.3425)
    """
    require_share(successes, n)
    require_share(successes_control, n_control, "_control")
    z = two_sided_z(confidence_level)
    if n == 0 or n_control == 0:
        return Interval(math.nan, math.nan)
    share, control = successes / n, successes_control / n_control
    spread = z * math.sqrt(share * (1 - share) / n + control * (1 - control) / n_control)
    return Interval(share - control - spread, share - control + spread)


def pooled_z(successes: int, n: int, successes_control: int, n_control: int) -> float:
    """Return the z statistic of two shares that are equal, with the variance of both together.

    Examples
    --------
    >>> round(pooled_z(56, 70, 48, 80), 4)
    2.6502
    """
    require_share(successes, n)
    require_share(successes_control, n_control, "_control")
    if n == 0 or n_control == 0:
        return math.nan
    total, all_of = successes + successes_control, n + n_control
    variance = total / all_of * ((all_of - total) / all_of) * (1 / n + 1 / n_control)
    if variance == 0:
        return math.nan
    return (successes / n - successes_control / n_control) / math.sqrt(variance)


def fisher_test(
    successes: int,
    n: int,
    successes_control: int,
    n_control: int,
    *,
    alternative: Alternative = "two-sided",
) -> ShareTest:
    """Test exactly whether two shares are equal, given how many succeeded in all (Fisher).

    Two-sided, tables that are no more likely than the one that came count against equality.

    Parameters
    ----------
    successes, n, successes_control, n_control : int
        How many of how many, on either side.
    alternative : {"two-sided", "greater", "less"}
        Of the first share against the control's.

    Returns
    -------
    ShareTest
        `statistic` is the odds ratio; both NaN where an n is 0, and where nobody or everybody
        succeeded on both sides.

    Raises
    ------
    InputError
        Unless 0 <= successes <= n, on either side.

    References
    ----------
    Fisher, R. A. (1935). The logic of inductive inference. *Journal of the Royal Statistical
    Society*, 98, 39-82.

    Examples
    --------
    >>> test = fisher_test(3, 4, 1, 4)
    >>> test.statistic, round(test.pvalue, 4)
    (9.0, 0.4857)
    """
    require_share(successes, n)
    require_share(successes_control, n_control, "_control")
    require_alternative(alternative)
    total = successes + successes_control
    if n == 0 or n_control == 0 or total in (0, n + n_control):
        return ShareTest(math.nan, math.nan)
    from scipy.stats import fisher_exact

    table = [[successes, n - successes], [successes_control, n_control - successes_control]]
    statistic, pvalue = fisher_exact(table, alternative=alternative)
    return ShareTest(float(statistic), float(pvalue))


def miettinen_nurminen_test(
    successes: int,
    n: int,
    successes_control: int,
    n_control: int,
    *,
    null: float = 0.0,
    effect: Literal["difference", "ratio"] = "difference",
    alternative: Alternative = "two-sided",
) -> ShareTest:
    """Test two shares against any difference or ratio: the score test.

    The variance is that of the shares which fit best among those that are `null` apart. So the
    test is sound where nobody converted, and it can ask whether the loss is within a margin.

    Parameters
    ----------
    successes, n, successes_control, n_control : int
        How many of how many, on either side.
    null : float
        The difference (first minus control) or the ratio (first / control) to test against.
    effect : {"difference", "ratio"}
        Which of the two `null` is.
    alternative : {"two-sided", "greater", "less"}
        Than `null`.

    Returns
    -------
    ShareTest
        `statistic` is a z score; NaN where an n is 0, where nothing varies, and where no two
        shares are `null` apart.

    Raises
    ------
    InputError
        Unless 0 <= successes <= n, on either side.

    References
    ----------
    Miettinen, O. and Nurminen, M. (1985). Comparative analysis of two rates. *Statistics in
    Medicine*, 4, 213-226.
    Farrington, C. P. and Manning, G. (1990). Test statistics and sample size formulae for
    comparative binomial trials with null hypothesis of non-zero risk difference or non-unity
    relative risk. *Statistics in Medicine*, 9, 1447-1454. (The shares in closed form; they leave
    out the factor N / (N - 1) of the variance.)

    Examples
    --------
    >>> test = miettinen_nurminen_test(56, 70, 48, 80)
    >>> round(test.statistic, 4), round(test.pvalue, 4)
    (2.6413, 0.0083)
    """
    require_share(successes, n)
    require_share(successes_control, n_control, "_control")
    require_choice("effect", effect, ("difference", "ratio"))
    require_alternative(alternative)
    total = successes + successes_control
    if effect == "difference":
        score, possible = _score_difference, -1 < null < 1
        varies = null != 0 or 0 < total < n + n_control
    else:
        score, possible = _score_ratio, 0 < null < math.inf
        varies = total > 0 and (null != 1 or total < n + n_control)
    if n == 0 or n_control == 0 or not (possible and varies):
        return ShareTest(math.nan, math.nan)
    statistic = score(null, successes, n, successes_control, n_control)
    return ShareTest(statistic, pvalue_of(statistic, alternative=alternative))


def miettinen_nurminen_interval(
    successes: int,
    n: int,
    successes_control: int,
    n_control: int,
    *,
    effect: Literal["difference", "ratio"] = "difference",
    confidence_level: float = 0.95,
) -> Interval:
    """Return the differences or ratios of two shares that the score test does not reject.

    Parameters
    ----------
    successes, n, successes_control, n_control : int
        How many of how many, on either side.
    effect : {"difference", "ratio"}
        Of the first share against the control's.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    Interval
        A difference lies in [-1, 1], a ratio in [0, infinity]; both ends are NaN where an n is 0.

    Raises
    ------
    InputError
        Unless 0 <= successes <= n, on either side.

    References
    ----------
    Miettinen, O. and Nurminen, M. (1985). Comparative analysis of two rates. *Statistics in
    Medicine*, 4, 213-226.

    Examples
    --------
    >>> low, high = miettinen_nurminen_interval(56, 70, 48, 80)
    >>> round(low, 4), round(high, 4)
    (0.0528, 0.3382)
    """
    require_share(successes, n)
    require_share(successes_control, n_control, "_control")
    require_choice("effect", effect, ("difference", "ratio"))
    z = two_sided_z(confidence_level)
    if n == 0 or n_control == 0:
        return Interval(math.nan, math.nan)
    own, control = (successes, n), (successes_control, n_control)
    if effect == "difference":
        wide = newcombe_interval(*own, *control, confidence_level=confidence_level)
        middle = successes / n - successes_control / n_control
        return Interval(
            _lowest_difference(*own, *control, z, middle - wide.low),
            0.0 - _lowest_difference(*control, *own, z, wide.high - middle),
        )
    low, inverse = _lowest_ratio(*own, *control, z), _lowest_ratio(*control, *own, z)
    return Interval(low, 1 / inverse if inverse > 0 else math.inf)


def _lowest_difference(
    successes: int, n: int, other: int, n_other: int, z: float, about: float
) -> float:
    """Return the lower end, which lies `about` that far below the difference."""

    def score(null: float) -> float:
        return _score_difference(null, successes, n, other, n_other) - z

    middle = successes / n - other / n_other
    if middle == -1:
        return -1.0
    start = max(-1.0, middle - 1.2 * about)
    while start > -1 and score(start) <= 0:
        about *= 2
        start = max(-1.0, middle - about)
    return _crossing(score, start, middle)


def _lowest_ratio(successes: int, n: int, other: int, n_other: int, z: float) -> float:
    if successes == 0:
        return 0.0
    # A ratio is searched as r / (1 + r), which maps 0 to infinity onto 0 to 1.
    share, control = successes / n, other / n_other
    middle = share / (share + control) if other else 1.0

    def score(place: float) -> float:
        null = place / (1 - place) if place < 1 else math.inf
        return _score_ratio(null, successes, n, other, n_other) - z

    place = _crossing(score, 0.0, middle)
    return place / (1 - place)


def _score_difference(null: float, successes: int, n: int, other: int, n_other: int) -> float:
    """Return the z score of a difference of shares against `null`, in [-1, 1]."""
    # Seen from the rarer outcome and from the smaller share, nothing cancels: 3 of 1e9 keep all
    # their digits.
    if 2 * (successes + other) > n + n_other:
        successes, n, other, n_other = n_other - other, n_other, n - successes, n
    if null < 0:
        return -_score_difference(-null, other, n_other, successes, n)
    control = _smaller_share(null, successes, n, other, n_other)
    share = control + null
    variance = share * (1 - share) / n + control * (1 - control) / n_other
    return _score(successes / n - other / n_other - null, variance, n + n_other)


def _smaller_share(null: float, successes: int, n: int, other: int, n_other: int) -> float:
    """Return the control's share that fits best when the other is `null` larger."""
    if other == 0 and (null == 1 or successes <= (n_other + (n - successes) / (1 - null)) * null):
        return 0.0
    # Newton's steps on the likelihood's slope, a cubic, each factor written out; they begin at
    # the root of its first two powers, which is the answer for rare successes.
    whole, total = n + n_other, successes + other
    half = (whole * null - total) / 2
    root = math.sqrt(half * half + whole * other * null)
    best = other * null / (half + root) if half > 0 else (root - half) / whole
    low, high = 0.0, 1 - null
    likely = (total - n * null) / whole  # the answer for a small `null`
    best = likely if likely > best / 2 else best
    best = best if low < best < high else high / 2
    misses, misses_other = n - successes, n_other - other
    for _ in range(50):
        share, rest, rest_share = best + null, 1 - best, 1 - best - null
        ends, starts = rest_share * rest, share * best
        value = (successes * best + other * share) * ends
        value -= (misses * rest + misses_other * rest_share) * starts
        slope = total * ends - (successes * best + other * share) * (rest + rest_share)
        slope += (misses + misses_other) * starts
        slope -= (misses * rest + misses_other * rest_share) * (best + share)
        if value > 0:
            low = best
        else:
            high = best
        step = value / slope if slope else best
        if abs(step) <= 1e-10 * best:  # the next one would be some 1e-20
            return best - step
        best -= step
        if not low < best < high:
            best = low + (high - low) / 2
    return best


def _score_ratio(null: float, successes: int, n: int, other: int, n_other: int) -> float:
    """Return the z score of a ratio of shares against `null`, from 0 to infinity."""
    if math.isinf(null):
        return -math.inf
    # The control's share that fits best solves a c^2 - b c + t = 0; this form of the root stays
    # exact where the counts are small beside n.
    a = (n + n_other) * null
    b = n * null + successes + n_other + other * null
    t = successes + other
    control = 2 * t / (b + math.sqrt(max(0.0, b * b - 4 * a * t)))
    share = min(1.0, null * control)
    variance = share * (1 - share) / n + null * null * control * (1 - control) / n_other
    return _score(successes / n - null * other / n_other, variance, n + n_other)


def _score(gap: float, variance: float, n: int) -> float:
    if gap == 0:
        return 0.0
    return gap / math.sqrt(variance * n / (n - 1)) if variance > 0 else math.copysign(math.inf, gap)


def _crossing(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where a function crosses zero that is above it at `low` and below it at `high`."""
    from scipy.optimize import brentq

    # Scores are infinite at the ends of the range, where a search cannot interpolate.
    return float(
        brentq(lambda x: max(-1e6, min(1e6, function(x))), low, high, xtol=1e-300, rtol=1e-14)
    )
